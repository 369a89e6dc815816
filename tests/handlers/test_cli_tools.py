"""The tools: database, ledger, configuration and stage file, each with an exit code for what it found."""

import json
from pathlib import Path

import pytest

from bot.adapters.store.store import open_store
from tests.adapters.store.tampering import tamper
from tests.handlers.cli_house import CliHouse
from tests.stores import database_url as database_url
from tests.stores import empty_database_url as empty_database_url

STAGE_KEY = {"INTERLOCK_STAGE_KEYS": '[{"key_id": "k1", "secret": "of-this-test"}]'}


@pytest.fixture
def house(tmp_path: Path) -> CliHouse:
    """A house on a SQLite file."""
    return CliHouse(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}")


def test_the_database_is_brought_up_to_date_once(tmp_path: Path, empty_database_url: str) -> None:
    """An empty database gets every migration; the second time there is nothing to do."""
    house = CliHouse(tmp_path, empty_database_url)
    first, second = house.run("db", "upgrade", "--json"), house.run("db", "upgrade", "--json")
    assert (first.code, second.code) == (0, 0)
    assert first.json["applied"]
    assert second.json["applied"] == []


def test_what_was_changed_by_hand_is_found(tmp_path: Path, database_url: str) -> None:
    """The projection is mended and the ledger's break is named with its place; both are exit code 2."""
    house = CliHouse(tmp_path, database_url)
    assert house.run("release", "open", "checkout", "v2.1.0", "prod").code == 0
    assert house.run("db", "rebuild", "--json").json["equal"] is True
    store = open_store(database_url)
    tamper(
        store,
        "UPDATE releases SET state = 'done' WHERE id = 'R-1'",
        "UPDATE events SET actor = 'cli:mallory' WHERE stream = 'R-1' AND seq = 1",
    )
    store.close()

    rebuilt = house.run("db", "rebuild")
    assert rebuilt.code == 2
    assert "R-1" in rebuilt.out
    assert house.run("db", "rebuild").code == 0

    audit = house.run("audit", "verify")
    assert audit.code == 2
    assert "R-1, entry 1" in audit.out
    report = house.run("audit", "verify", "--json").json
    assert [(one["stream"], one["seq"], one["code"]) for one in report["breaks"]] == [("R-1", 1, "altered")]


def test_a_database_that_is_gone_is_infrastructure(tmp_path: Path) -> None:
    """Not a failed check: nothing can be said about it."""
    house = CliHouse(tmp_path, "postgresql://127.0.0.1:9/nowhere")
    came = house.run("release", "list", "--json")
    assert (came.code, came.json["error"]["code"]) == (5, "database"), came


def test_the_ledger_is_exported_line_by_line(house: CliHouse) -> None:
    """Every line is an entry with its hashes; as one object it holds the same."""
    house.run("release", "open", "checkout", "v2.1.0", "prod")
    house.run("release", "rollback", "R-7")
    every = [json.loads(line) for line in house.run("audit", "export").out.splitlines()]
    assert {one["stream"] for one in every} == {"R-1", "workspace"}
    one = house.run("audit", "export", "--release", "checkout@prod", "--json").json["entries"]
    assert one == [line for line in every if line["stream"] == "R-1"]
    assert house.run("audit", "export", "--release", "R-9").code == 4


def test_every_mistake_of_the_configuration_is_listed_at_once(house: CliHouse) -> None:
    """Environment and files together: file, key and reason of each."""
    assert house.run("config", "check").code == 0
    service = house.folder / "configs" / "services" / "checkout.yaml"
    service.write_text(service.read_text().replace("baseline:", "baselin:"))
    (house.folder / "configs" / "rbac.yaml").write_text("roles: {sre: {scopes: [everything]}}\n")
    came = house.run("config", "check", "--json", SLACK_BOT_TOKEN="xapp-not-a-bot")
    assert came.code == 4
    found = {(Path(one["file"]).name, one["key"]) for one in came.json["problems"]}
    assert {("environment", "SLACK_BOT_TOKEN"), ("rbac.yaml", "roles.sre.scopes[0]")} <= found
    assert any(file == "checkout.yaml" for file, _ in found)
    assert all(one["reason"] and one["key"] in came.err for one in came.json["problems"])


def test_the_stage_file_by_hand(house: CliHouse) -> None:
    """Written signed with the scope for it, found changed by somebody else, and set back by a read."""
    house.environ |= STAGE_KEY
    file = house.folder / "stage" / "desired_stage.txt"
    at = ("--path", str(file))
    assert house.run("stage", "verify", *at).code == 2
    assert house.run("stage", "write", "promote", *at, INTERLOCK_ALLOW_SCOPES="deploy:canary").code == 3
    assert not file.exists()
    written = house.run("stage", "write", "promote", *at, "--json").json
    assert (written["stage"], file.read_text()) == ("promote", "promote\n")
    assert house.run("stage", "verify", "checkout@stg").code == 0

    file.write_text("canary\n")
    changed = house.run("stage", "verify", *at, "--json")
    assert (changed.code, changed.json["fault"]) == (2, "token_changed")
    assert house.run("stage", "read", *at, "--json").json["stage"] == "stable"
    assert file.read_text() == "stable\n"


def test_without_a_key_a_stage_is_not_written(house: CliHouse) -> None:
    """An unsigned stage would be worth nothing."""
    came = house.run("stage", "write", "stable", "--path", str(house.folder / "desired_stage.txt"))
    assert came.code == 4
    assert "INTERLOCK_STAGE_KEYS" in came.err
