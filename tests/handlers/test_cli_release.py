"""Releases from the command line: the same road, the same rules, and an exit code for each kind of answer."""

from pathlib import Path

import pytest

from bot.adapters.store.store import open_store
from tests.handlers.cli_house import CliHouse
from tests.stores import database_url as database_url
from tests.stories.house import Rules

CHECKED = "[{name: unit-tests, kind: check, when: promote}]"
NO_SLACK_THERE = "http://127.0.0.1:9/api/"


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> CliHouse:
    """A house whose release needs one approval and one check; nothing else runs."""
    rules = Rules(approvals="{count: 1, exclude_requester: false}", gates=CHECKED)
    return CliHouse(tmp_path, database_url, rules)


def test_a_release_goes_its_way_without_anything_else_alive(house: CliHouse) -> None:
    """Open, check, approve, promote and roll back, with Slack down: the command line carries the deployments out."""
    house.environ |= {"SLACK_BOT_TOKEN": "xoxb-sandbox", "SLACK_API_URL": NO_SLACK_THERE}

    opened = house.run("release", "open", "checkout", "v2.1.0", "prod", "--reason", "weekly", "--json")
    assert (opened.code, opened.json["id"], opened.json["state"]) == (0, "R-1", "proposed"), opened
    early = house.run("release", "promote", "checkout@prod")
    assert (early.code, early.out) == (2, ""), early
    assert house.run("release", "gates", "R-1").code == 2
    post = ("evidence", "post", "R-1", "--gate", "unit-tests", "--version", "v2.1.0")
    assert house.run(*post, "--status", "pass", "--observed-at", "2026-03-03T10:00:00").code == 4
    assert house.run(*post, "--status", "pass").code == 0
    approved = house.run("release", "approve", "R-1", "--json")
    assert (approved.code, approved.json["state"]) == (0, "approved"), approved

    foreseen = house.run("release", "promote", "R-1", "--noop")
    assert (foreseen.code, house.deployments()) == (0, [])
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
