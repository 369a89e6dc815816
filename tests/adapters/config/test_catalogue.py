"""The catalogue serves the last good configuration, notices every change, and says once when a file broke."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.config.catalogue import FileCatalogue, Refreshed
from bot.domain.plan import plan_from
from bot.domain.rbac import holders_of
from bot.domain.service import CanaryGate, SloGate
from tests.adapters.config.workplace import CHECKOUT, Workplace

SERVICE = "services/checkout.yaml"
SHIPPED = Path(__file__).parents[3] / "configs"


def test_the_shipped_configuration_can_be_read() -> None:
    """configs/ holds two services, and the SLO documents are part of their plans."""
    catalogue = FileCatalogue(SHIPPED)
    assert [service.service for service in catalogue.services()] == ["checkout", "payments"]
    plan = catalogue.plan("checkout", "prod")
    assert plan is not None
    assert plan.strategy.steps == (10, 100)
    assert all(gate.slo is not None for gate in plan.gates if isinstance(gate, SloGate | CanaryGate))


def test_the_shipped_canary_windows_fit_into_their_bakes() -> None:
    """A canary gate that needs longer than the shortest bake would hold every release for a person."""
    for service in FileCatalogue(SHIPPED).services():
        for rules in service.environments.values():
            bakes = [bake for bake, share in zip(rules.strategy.bake, rules.strategy.steps, strict=True) if share < 100]
            needed = [gate.window * gate.passes for gate in rules.gates if isinstance(gate, CanaryGate)]
            assert not needed or max(needed) <= min(bakes)


def test_plans_are_those_of_the_services(work: Workplace) -> None:
    """A known service and environment have a plan; others have none."""
    catalogue = work.catalogue()
    service = catalogue.service("checkout")
    assert service is not None
    assert catalogue.plan("checkout", "prod") == plan_from(service.environments["prod"])
    assert catalogue.plan("checkout", "dev") is None
    assert catalogue.plan("shipping", "prod") is None
    assert catalogue.service("shipping") is None


def test_aliases_of_environments_are_read(work: Workplace) -> None:
    """`staging` and `production` are read everywhere and written nowhere."""
    text = (
        CHECKOUT.replace("prod:", "production:").replace("stg:", "staging:").replace("follows: stg", "follows: staging")
    )
    work.write(SERVICE, text)
    work.edit("rbac.yaml", "environments: [prod]", "environments: [production]")
    catalogue = work.catalogue()
    service = catalogue.service("checkout")
    assert service is not None
    assert set(service.channels) == set(service.environments) == {"stg", "prod"}
    assert service.environments["prod"].follows == "stg"
    assert len(holders_of(catalogue.rbac(), "deploy:approve", "checkout", "prod")) == 1


def test_a_baseline_is_kept_in_its_canonical_spelling(work: Workplace) -> None:
    """`2.0.0` is read as v2.0.0; a tag of a declared pattern is a version too."""
    work.edit(SERVICE, "gates:", "baseline: '2.0.0'\n    gates:")
    plan = work.catalogue().plan("checkout", "prod")
    assert plan is not None
    assert plan.baseline == "v2.0.0"
    work.edit(SERVICE, "service: checkout", "service: checkout\ntags: [nightly-YYYYMMDD]")
    work.edit(SERVICE, "baseline: '2.0.0'", "baseline: nightly-20261121")
    plan = work.catalogue().plan("checkout", "prod")
    assert plan is not None
    assert plan.baseline == "nightly-20261121"


def test_tags_of_service_and_installation_come_before_the_known_ones(work: Workplace) -> None:
    """Every declared pattern counts once."""
    work.write("interlock.yaml", "tags: [weekly-YYYYMMDD, nightly-YYYYMMDD]")
    work.edit(SERVICE, "service: checkout", "service: checkout\ntags: [nightly-YYYYMMDD]")
    catalogue = work.catalogue()
    assert catalogue.tags("checkout")[:2] == ("nightly-YYYYMMDD", "weekly-YYYYMMDD")
    assert catalogue.tags("other")[:2] == ("weekly-YYYYMMDD", "nightly-YYYYMMDD")
    assert "hotfix-YYYYMMDD-HHMM" in catalogue.tags("checkout")


def test_the_policy_is_a_hash_of_the_rules_and_not_of_the_text(work: Workplace) -> None:
    """A comment leaves approvals standing; a right that changed does not."""
    catalogue = work.catalogue()
    before = catalogue.policy()
    assert len(before) == 64
    work.edit("rbac.yaml", "roles:", "# a comment\nroles:")
    assert catalogue.refresh() is Refreshed.UNCHANGED
    assert catalogue.policy() == before
    work.edit("rbac.yaml", "deploy:promote]", "deploy:promote, deploy:abort]")
    assert catalogue.refresh() is Refreshed.CHANGED
    assert catalogue.policy() != before


def test_nothing_is_read_again_while_nothing_changed(work: Workplace) -> None:
    """The very same objects are served."""
    catalogue = work.catalogue()
    before = catalogue.rbac()
    assert catalogue.refresh() is Refreshed.UNCHANGED
    assert catalogue.rbac() is before
    work.edit("rbac.yaml", "deploy:promote]", "deploy:promote, deploy:abort]")
    assert catalogue.refresh() is Refreshed.CHANGED
    after = catalogue.rbac()
    assert catalogue.refresh() is Refreshed.UNCHANGED
    assert catalogue.rbac() is after


@pytest.mark.parametrize("name", ["rbac.yaml", SERVICE, "slo/infra.json"])
def test_a_change_counts_even_when_time_and_size_stay(work: Workplace, name: str) -> None:
    """A file that was replaced has another inode, whatever its clock says."""
    catalogue = work.catalogue()
    path = work.root / name
    before = path.stat()
    changed = {"rbac.yaml": ("S01OWNERS", "S02OWNERS"), SERVICE: ("count: 2", "count: 3")}.get(name, ("0.99", "0.98"))
    fresh = path.with_name(".fresh")
    fresh.write_text(path.read_text().replace(*changed))
    os.utime(fresh, ns=(before.st_atime_ns, before.st_mtime_ns))
    fresh.replace(path)
    assert path.stat().st_size == before.st_size
    assert catalogue.refresh() is Refreshed.CHANGED


def test_services_come_and_go(work: Workplace) -> None:
    """A new file is a new service; a removed one is gone."""
    catalogue = work.catalogue()
    shipping = (
        "service: shipping\nchannels: {prod: C01REL}\nenvironments: {prod: {deployer: {kind: stage, path: ship.txt}}}\n"
    )
    work.write("services/shipping.yaml", shipping)
    assert catalogue.refresh() is Refreshed.CHANGED
    assert catalogue.plan("shipping", "prod") is not None
    (work.root / "services/shipping.yaml").unlink()
    assert catalogue.refresh() is Refreshed.CHANGED
    assert catalogue.plan("shipping", "prod") is None


def test_an_installation_file_may_appear_later(work: Workplace) -> None:
    """A file that was looked for and not found is watched too."""
    catalogue = work.catalogue()
    work.write("interlock.yaml", "cards: {every: 5s}")
    assert catalogue.refresh() is Refreshed.CHANGED
    assert catalogue.installation().cards.every == timedelta(seconds=5)


def test_a_broken_file_keeps_the_last_good_one_and_is_said_once(work: Workplace) -> None:
    """Everything goes on with the old rules; the problem stays visible until the file is mended."""
    catalogue = work.catalogue()
    before = catalogue.rbac()
    good = (work.root / "rbac.yaml").read_text()
    work.write("rbac.yaml", "roles: {")
    assert catalogue.refresh() is Refreshed.BROKEN
    assert catalogue.refresh() is Refreshed.UNCHANGED
    assert catalogue.rbac() is before
    assert [Path(problem.file).name for problem in catalogue.problem] == ["rbac.yaml"]
    work.write("rbac.yaml", "roles: []")
    assert catalogue.refresh() is Refreshed.BROKEN
    work.write("rbac.yaml", good)
    assert catalogue.refresh() is Refreshed.MENDED
    assert catalogue.problem == ()


def test_the_same_mistake_is_not_said_again(work: Workplace) -> None:
    """Somebody who saves a broken file five times fills no channel."""
    catalogue = work.catalogue()
    work.edit("rbac.yaml", "role: developer", "role: developers")
    assert catalogue.refresh() is Refreshed.BROKEN
    work.edit("rbac.yaml", "roles:", "# saved once more\nroles:")
    assert catalogue.refresh() is Refreshed.UNCHANGED
    work.edit("rbac.yaml", "role: deploy-owner", "role: deploy-owners")
    assert catalogue.refresh() is Refreshed.BROKEN


def test_a_broken_file_holds_back_good_changes_beside_it(work: Workplace) -> None:
    """The folder is taken as a whole, so that no half of a change is in force."""
    catalogue = work.catalogue()
    work.write("slo/infra.json", "{")
    work.edit("rbac.yaml", "deploy:promote]", "deploy:promote, deploy:abort]")
    assert catalogue.refresh() is Refreshed.BROKEN
    assert catalogue.rbac().roles["deploy-owner"].scopes == ("deploy:approve", "deploy:promote")
    work.write("slo/infra.json", '{"error": {"max_error_rate": 0.1}}')
    assert catalogue.refresh() is Refreshed.MENDED
    assert "deploy:abort" in catalogue.rbac().roles["deploy-owner"].scopes


def test_many_threads_see_one_reading_at_a_time(work: Workplace) -> None:
    """While the file is rewritten over and over, roles and policy hash always belong together afterwards, and each
    change is told to exactly one caller."""
    catalogue = work.catalogue()
    with ThreadPoolExecutor(8) as pool:
        for turn in range(10):
            work.write("rbac.yaml", f"roles: {{deploy-owner: {{scopes: [a:{'b' * (turn + 1)}]}}}}")
            told = list(pool.map(lambda _: catalogue.refresh(), range(8)))
            assert told.count(Refreshed.CHANGED) == 1
            assert catalogue.rbac().roles["deploy-owner"].scopes == (f"a:{'b' * (turn + 1)}",)
