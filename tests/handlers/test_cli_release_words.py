"""What the command line answers, in words and as objects; one database is enough for that."""

from pathlib import Path

import pytest

from tests.handlers.cli_house import CliHouse


@pytest.fixture
def house(tmp_path: Path) -> CliHouse:
    """A house on a SQLite file."""
    return CliHouse(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}")


def test_it_says_that_nobody_carries_out(house: CliHouse) -> None:
    """With no process at work here, a person learns it at once, and how to go on."""
    opened = house.run("release", "open", "checkout", "v2.1.0", "prod")
    assert opened.code == 0
    assert "--carry-out" in opened.out
    assert house.run("release", "list").out.split("\t")[:4] == ["R-1", "checkout", "v2.1.0", "prod"]
    log = house.run("release", "log", "checkout@prod")
    assert "opened R-1 (checkout v2.1.0 → prod)" in log.out


def test_who_may_not_is_told_what_is_missing(house: CliHouse) -> None:
    """Scopes come from the environment alone; without them nothing goes, and that is exit code 3."""
    bare = house.run("release", "open", "checkout", "v2.1.0", "prod", "--json", INTERLOCK_ALLOW_SCOPES="")
    assert bare.code == 3
    assert bare.json["error"]["code"] == "missing_scope"
    assert "release:open" in bare.err
    spaced = house.run("release", "list", INTERLOCK_ALLOW_SCOPES="ops:read judge:run")
    assert spaced.code == 4
    assert "commas" in spaced.err


def test_a_repeated_key_happens_once(house: CliHouse) -> None:
    """A script that is not sure may ask again."""
    words = ("release", "open", "checkout", "v2.1.0", "prod", "--key", "build-7", "--json")
    first, second = house.run(*words), house.run(*words)
    assert (first.code, first.json["id"], first.json["replayed"]) == (0, "R-1", False)
    assert (second.code, second.json["id"], second.json["replayed"]) == (0, "R-1", True)
    shown = house.run("release", "log", "R-1", "--json")
    assert [one["kind"] for one in shown.json["events"]] == ["release_opened"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("open", "checkuot", "v2.1.0", "prod"), "checkout"),
        (("rollback", "R-99"), "R-99"),
        (("settle", "started", "--reason", "a\u202eb"), "reason"),
        (("settle",), "started"),
    ],
)
def test_what_means_nothing_is_invalid_input(house: CliHouse, words: tuple[str, ...], said: str) -> None:
    """Unknown words are refused with what would have been understood."""
    came = house.run("release", *words)
    assert (came.code, came.out) == (4, ""), came
    assert said.lower() in came.err.lower()
