"""Releases from the command line: the same road, the same rules, and an exit code for each kind of answer."""

from pathlib import Path

import pytest

from bot.adapters.store.store import open_store
from tests.handlers.cli_house import CliHouse
from tests.stores import database_url as database_url
from tests.stories.house import Rules

CHECKED = "[{name: unit-tests, kind: check, when: promote}]"
POST = ("evidence", "post", "R-1", "--gate", "unit-tests", "--version", "v2.1.0")
NO_SLACK_THERE = "http://127.0.0.1:9/api/"


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> CliHouse:
    """A house whose release needs one approval and one check. Nothing else runs, and Slack is down."""
    rules = Rules(approvals="{count: 1, exclude_requester: false}", gates=CHECKED)
    slack = {"SLACK_BOT_TOKEN": "xoxb-sandbox", "SLACK_API_URL": NO_SLACK_THERE}
    return CliHouse(tmp_path, database_url, rules, slack)


def test_a_rollback_works_with_nothing_else_alive(house: CliHouse) -> None:
    """Open, check, approve, promote, and roll back: the command line itself carries the deployments out."""
    opened = house.run("release", "open", "checkout", "v2.1.0", "prod", "--reason", "weekly", "--json")
    assert (opened.code, opened.json["id"], opened.json["state"]) == (0, "R-1", "proposed"), opened
    assert house.run(*POST, "--status", "pass").code == 0
    approved = house.run("release", "approve", "R-1", "--json")
    assert (approved.code, approved.json["state"]) == (0, "approved"), approved
    promoted = house.run("release", "promote", "R-1", "--carry-out", "--json")
    assert (promoted.code, promoted.json["state"], promoted.json["carried_out"]) == (0, "baking", True), promoted

    back = house.run("release", "rollback", "checkout@prod", "--carry-out")
    assert back.code == 0, back
    assert "Rolled back to v2.0.0" in back.out
    assert house.deployments() == ["start v2.1.0", "rollback v2.0.0"]
    store = open_store(house.database)
    with store.read() as reader:
        release = reader.release("R-1")
    store.close()
    assert release is not None
    assert release.state == "rolled_back"


def test_what_is_not_ready_is_a_failed_check(tmp_path: Path) -> None:
    """A closed gate and a missing approval are exit code 2, a result that cannot be read is 4, --noop moves nothing."""
    rules = Rules(approvals="{count: 1, exclude_requester: false}", gates=CHECKED)
    house = CliHouse(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}", rules)
    house.run("release", "open", "checkout", "v2.1.0", "prod")
    early = house.run("release", "promote", "checkout@prod", "--json")
    assert (early.code, early.json["error"]["code"]) == (2, "quorum_missing"), early
    unread = house.run(*POST, "--status", "green", "--observed-at", "2026-03-03T10:00:00")
    assert unread.code == 4
    assert "status" in unread.err
    assert "observed_at" in unread.err
    assert house.run("release", "approve", "R-1").code == 0
    foreseen = house.run("release", "promote", "R-1", "--noop")
    assert (foreseen.code, house.deployments()) == (2, []), foreseen
    assert house.run("release", "gates", "R-1").code == 2


def test_a_step_that_fails_is_taken_back(tmp_path: Path) -> None:
    """A promotion that the deployer cannot do comes back by itself, and its exit code says that it failed."""
    house = CliHouse(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}")
    (tmp_path / "fail").touch()
    house.run("release", "open", "checkout", "v2.1.0", "prod")
    house.run("release", "approve", "R-1")
    promoted = house.run("release", "promote", "R-1", "--carry-out", "--json")
    assert (promoted.code, promoted.json["state"]) == (2, "rolled_back"), promoted
    assert house.deployments() == ["rollback v2.0.0"]
