"""Every mistake in configs/ is reported with file, key path and a reason in plain words, all at once."""

import json

import pytest

from tests.adapters.config.workplace import CHECKOUT, Workplace

SERVICE = "services/checkout.yaml"
PROD = "environments.prod"
ROLE = PROD + ".approvals.roles."
KIND = PROD + ".gates[0].kind"
PEOPLE = "people: [{{slack: U1, logins: [a]}}, {{slack: {}, logins: [{}]}}]\nbindings:"
CHECK = "{name: unit-tests, kind: check}"


def test_a_right_folder_has_no_problem(work: Workplace) -> None:
    """The folder that the other tests break can be read."""
    assert work.catalogue().problem == ()


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        (CHECK, "{name: unit-tests, kind: check, frehs: 1h}", PROD + ".gates[0].frehs", "did you mean fresh?"),
        (CHECK, "{name: unit-tests, kind: check, fresh: 5}", PROD + ".gates[0].fresh", "such as 90s"),
        (CHECK, "{name: unit-tests, kind: chekc}", KIND, "one of 'check', 'slo', 'canary', 'quorum'"),
        (CHECK, "{name: unit-tests}", KIND, "is required"),
        (CHECK, "{kind: check}", PROD + ".gates[0].name", "is required"),
        (CHECK, "{name: unit-tests, kind: check, required: yes}", PROD + ".gates[0].required", "true or false"),
        (CHECK, "{name: canary, kind: check}", PROD, "canary stands twice"),
        ("count: 2", "count: two", PROD + ".approvals.count", "whole number"),
        ("count: 2", "count: true", PROD + ".approvals.count", "whole number"),
        ("count: 2", "count: 99", PROD + ".approvals.count", "at most 20"),
        ("roles: {deploy-owner: 1}", "roles: {deploy-owner: 3}", ROLE + "deploy-owner", "count of 2"),
        ("roles: {deploy-owner: 1}", "roles: {deploy-owner: 0}", ROLE + "deploy-owner", "count of 2"),
        ("roles: {deploy-owner: 1}", "roles: {owner: 1}", ROLE + "owner", "roles there: deploy-owner, developer"),
        ("follows: stg", "follows: dev", PROD + ".follows", "not among this service's environments"),
        ("follows: stg", "follows: prod", PROD + ".follows", "must be 'dev' or 'stg'"),
        ("service: checkout", "service: checkuot", "service", "called checkout.yaml"),
        ("service: checkout", "service: checkout\nrepo: x", "repo", "known here: service, repository"),
        ("service: checkout", "service: checkout\ntags: [nightly]", "tags[0]", "YYYY, MM and DD"),
        ("prod: C01REL", "prod: '#releases'", "channels.prod", "no channel id"),
        ("prod: C01REL", "production: '#releases'", "channels.production", "no channel id"),
        ("prod: C01REL", "prod: C01REL, qa: C02", "channels.qa", "must be 'dev', 'stg' or 'prod'"),
        ("prod: C01REL", "prod: C01REL, production: C02", "channels.production", "under another name"),
        ("file: slo/infra.json", "file: slo/gone.json", PROD + ".gates[1].file", "there is no file"),
        ("file: slo/infra.json", "file: slo/canary.json", PROD + ".gates[1].file", "only a canary block"),
        ("file: slo/canary.json", "file: slo/infra.json", PROD + ".gates[2].file", "has no canary block"),
        ("file: slo/infra.json", "file: slo/infra.json, slo: {version: v1}", PROD + ".gates[1].slo", "take it out"),
        ("gates:", "baseline: latest\n    gates:", PROD + ".baseline", "is no version"),
        ("gates:", "baseline: 2.0\n    gates:", PROD + ".baseline", "put it in quotes"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_service_is_named(work: Workplace, old: str, new: str, key: str, reason: str) -> None:
    """One wrong word gives one problem, at its key."""
    work.edit(SERVICE, old, new)
    file, found, said = work.only_problem()
    assert (file, found) == (SERVICE, key)
    assert reason in said


def test_an_alias_is_reported_as_it_was_written(work: Workplace) -> None:
    """`production:` in the file is `production` in the problem."""
    work.write(SERVICE, CHECKOUT.replace(" prod:", " production:").replace("count: 2", "count: x"))
    assert [key for _, key, _ in work.problems()] == ["environments.production.approvals.count"]


@pytest.mark.parametrize(
    ("part", "word", "key"),
    [
        ("start", "{versoin}", PROD + ".deployer.start[1]"),
        ("rollback", "--to={tag}", PROD + ".deployer.rollback[1]"),
        ("status", "{release}", PROD + ".deployer.status[1]"),
    ],
)
def test_a_placeholder_that_is_not_filled_in_is_a_mistake(work: Workplace, part: str, word: str, key: str) -> None:
    """A deployer that is handed a literal `{versoin}` would deploy something else."""
    commands = {"start": ["./ship", "{version}"], "rollback": ["./back", "{version}"], "status": ["./ask", "{id}"]}
    commands[part][1] = word
    command = json.dumps({"kind": "command", **commands})
    stage = "deployer: {kind: stage, path: var/rollout/prod/desired_stage.txt, timeout: 30s}"
    work.edit(SERVICE, stage, f"baseline: v1.0.0\n    deployer: {command}")
    file, found, said = work.only_problem()
    assert (file, found) == (SERVICE, key)
    assert "is not filled in" in said


def test_environments_that_wait_for_each_other_are_a_mistake(work: Workplace) -> None:
    """If dev follows stg and stg follows dev, nothing could ever be released."""
    work.write(
        SERVICE,
        """
        service: checkout
        channels: {dev: C01DEV, stg: C01STG}
        environments:
          dev: {follows: stg, deployer: {kind: stage, path: dev.txt}}
          stg: {follows: dev, deployer: {kind: stage, path: stg.txt}}
        """,
    )
    assert {key for _, key, _ in work.problems()} == {"environments.dev.follows", "environments.stg.follows"}


@pytest.mark.parametrize("path", ["var/rollout/desired_stage.txt", "./var//rollout/x/../desired_stage.txt"])
def test_two_deployers_on_one_stage_file_are_a_mistake(work: Workplace, path: str) -> None:
    """Each would take the other's stage for a stranger's and set it back; in one service or in two, however written."""
    work.edit(SERVICE, "path: var/rollout/prod/desired_stage.txt", f"path: {path}")
    file, key, reason = work.only_problem()
    assert (file, key) == (SERVICE, f"{PROD}.deployer.path")
    assert "the stage file of checkout@stg too" in reason

    work.write(SERVICE, CHECKOUT)
    other = "service: shop\nchannels: {dev: C01}\nenvironments: {dev: {deployer: {kind: stage, path: " + path + "}}}\n"
    work.write("services/shop.yaml", other)
    file, key, _ = work.only_problem()
    assert (file, key) == ("services/shop.yaml", "environments.dev.deployer.path")


def test_a_limit_on_the_canary_needs_a_canary_log(work: Workplace) -> None:
    """A gate with `track: canary` on a source that has only the live version's log would never have evidence."""
    work.edit(SERVICE, "file: slo/infra.json, source: reqlog", "file: slo/infra.json, source: live, track: canary")
    work.edit(SERVICE, "sources:", "sources:\n      live: {kind: csv, stable: var/log/stable.csv}")
    file, key, reason = work.only_problem()
    assert (file, key) == (SERVICE, PROD)
    assert "source live names no canary log" in reason


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ('{"latency": {"max_p95": 9}}', "latency.max_p95", "did you mean max_p95_ms?"),
        ('{"latency": {"max_p95_ms": "900"}}', "latency.max_p95_ms", "must be a number"),
        ('{"error": {"max_error_rate": NaN}}', "", "NaN"),
        ('{"error": {"max_error_rate": 0.1, "max_error_rate": 0.9}}', "", "twice"),
        ('{"error": {"max_error_rate"', "", "line 1"),
        ("[]", "", "mapping"),
        ("{}", "", "no block"),
        (b"\xff\xfe", "", "UTF-8"),
    ],
)  # fmt: skip
def test_a_mistake_in_an_slo_file_is_reported_once(work: Workplace, text: str | bytes, key: str, reason: str) -> None:
    """The SLO file is named, not each gate that reads it."""
    work.edit(SERVICE, "gates:", "gates:\n      - {name: again, kind: slo, file: slo/infra.json, source: reqlog}")
    work.write("slo/infra.json", text)
    problems = [problem for problem in work.problems() if problem[1] == key or not key]
    assert [problem[0] for problem in problems] == ["slo/infra.json"]
    assert reason in problems[0][2]


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("role: developer", "role: developers", "bindings[1].role", "roles here: deploy-owner, developer"),
        ("users: [U01DANA]", "users: [dana]", "bindings[0].users[0]", "no Slack user id"),
        ("usergroups: [S01OWNERS]", 'usergroups: ["*"]', "bindings[0].usergroups[0]", "no Slack user group id"),
        ("usergroups: [S01OWNERS]", 'api_tokens: ["*"]', "bindings[0].api_tokens[0]", "name each token"),
        ('users: ["*"]', "users: []", "bindings[1]", "to nobody"),
        ("environments: [prod]", "environments: [qa]", "bindings[0].environments[0]", "must be 'dev', 'stg' or 'prod'"),
        ("environments: [prod]", "services: [payments]", "bindings[0].services[0]", "there is no service payments"),
        ("environments: [prod]", "enviroments: [prod]", "bindings[0].enviroments", "did you mean environments?"),
        ("release:open]", "release open]", "roles.developer.scopes[0]", "not written as expected"),
        ("bindings:", "people: [{slack: '*'}]\nbindings:", "people[0].slack", "no Slack user id"),
        ("bindings:", PEOPLE.format("U2", "a"), "people", "a stands in logins"),
        ("bindings:", PEOPLE.format("U1", "b"), "people", "more than one entry"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_rules_is_named(work: Workplace, old: str, new: str, key: str, reason: str) -> None:
    """A right that is bound to nothing real would deny or allow in silence."""
    work.edit("rbac.yaml", old, new)
    file, found, said = work.only_problem()
    assert (file, found) == ("rbac.yaml", key)
    assert reason in said


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("comands: {prefix: il-}", "comands", "did you mean commands?"),
        ("commands: {prefix: 'IL '}", "commands.prefix", "not written as expected"),
        ("cards: {every: 0s}", "cards.every", "longer than 0s"),
        ("cards: {per_minute: 500}", "cards.per_minute", "at most 50"),
        ("tags: [v1.0.0]", "tags[0]", "YYYY, MM and DD"),
        ("- a list", "", "mapping"),
    ],
)
def test_a_mistake_in_the_installation_is_named(work: Workplace, text: str, key: str, reason: str) -> None:
    """interlock.yaml is checked as the others are."""
    work.write("interlock.yaml", text)
    file, found, said = work.only_problem()
    assert (file, found) == ("interlock.yaml", key)
    assert reason in said


def test_missing_files_are_named(work: Workplace) -> None:
    """rbac.yaml and a service are required; interlock.yaml is not."""
    (work.root / "rbac.yaml").unlink()
    (work.root / SERVICE).unlink()
    assert [(file, reason.split(";")[0]) for file, _, reason in work.problems()] == [
        ("rbac.yaml", "does not exist"),
        ("services", "holds no service"),
    ]


def test_a_service_under_another_ending_is_not_passed_over(work: Workplace) -> None:
    """payments.yml would be ignored in silence; it is a mistake instead."""
    work.write("services/payments.yml", "service: payments")
    assert work.only_problem()[0] == "services/payments.yml"


def test_a_file_of_another_encoding_is_refused(work: Workplace) -> None:
    """A file that is not UTF-8 is a mistake, not a traceback."""
    work.write("rbac.yaml", "roles: {größe: {scopes: []}}".encode("latin-1"))
    assert "UTF-8" in work.only_problem()[2]


def test_a_huge_file_is_refused(work: Workplace) -> None:
    """A log that was copied over rbac.yaml does not fill the memory."""
    work.write("rbac.yaml", b"#" * 1_000_001)
    assert "larger than" in work.only_problem()[2]


def test_mistakes_of_all_files_come_together(work: Workplace) -> None:
    """One run shows everything."""
    work.write("interlock.yaml", "{teem: T1}")
    work.edit("rbac.yaml", "role: developer", "role: devs")
    work.edit(SERVICE, "count: 2", "cuont: 2")
    work.edit(SERVICE, CHECK, "{kind: check}")
    work.write("slo/canary.json", "{")
    files = [file for file, _, _ in work.problems()]
    assert sorted(files) == ["interlock.yaml", "rbac.yaml", SERVICE, SERVICE, "slo/canary.json"]
