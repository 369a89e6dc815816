"""`keys status` and what the doctor says of the same keys: everything but the secrets."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.adapters.keys.rings import SECRET, key_file, listed, row
from tests.handlers.cli_house import EVERYTHING, Came, CliHouse

SCOPES = {"INTERLOCK_ALLOW_SCOPES": f"{EVERYTHING},keys:read"}


@pytest.fixture
def house(tmp_path: Path) -> CliHouse:
    """A house whose keys lie in a file."""
    found = CliHouse(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}", environ=dict(SCOPES))
    now = datetime.now(UTC)
    moments = {
        "rotated_at": (now - timedelta(days=1)).isoformat(),
        "expires_at": (now + timedelta(days=6)).isoformat(),
    }
    over = moments | {"expires_at": (now - timedelta(hours=1)).isoformat()}
    rows = (
        row("k3"),
        row("k2", state="grace", **moments),
        row("k1", state="grace", **over),
        row("k0", state="retired"),
    )
    found.environ["INTERLOCK_JUDGE_KEYS_FILE"] = str(key_file(tmp_path / "keys.json", *rows))
    return found


def status(house: CliHouse, *words: str, **environ: str) -> Came:
    came = house.run("keys", "status", *words, **environ)
    assert SECRET not in came.out + came.err
    return came


def test_status_says_everything_but_secrets(house: CliHouse) -> None:
    """Ids, states as of now, who signs, when grace ends, where they come from."""
    came = status(house, "--json")
    assert came.code == 0, came
    found = came.json
    assert [(key["key_id"], key["state"]) for key in found["keys"]] == [
        ("k3", "active"),
        ("k2", "grace"),
        ("k1", "retired"),
        ("k0", "retired"),
    ]
    assert (found["signer"], found["counts"]) == ("k3", {"active": 1, "grace": 1, "retired": 2})
    assert found["source"]["name"] == "INTERLOCK_JUDGE_KEYS_FILE"
    assert found["source"]["writable"] is True
    text = status(house).out
    assert "k3 signs." in text
    assert "its grace ended" in text


def test_a_source_that_does_not_count_is_said_with_what_both_hold(house: CliHouse) -> None:
    """D of 1.13: nothing is merged without a word."""
    came = status(house, "--json", INTERLOCK_JUDGE_KEYS=listed(row("k3"), row("env")))
    (beside,) = came.json["beside"]
    assert came.json["source"]["name"] == "INTERLOCK_JUDGE_KEYS"
    assert (beside["name"], beside["shared"]) == ("INTERLOCK_JUDGE_KEYS_FILE", ["k3"])
    said = status(house, INTERLOCK_JUDGE_KEYS=listed(row("k3"))).out
    assert "does not count; it holds k3 as well" in said
    (house.folder / "keys.json").unlink()
    said = status(house, INTERLOCK_JUDGE_KEYS=listed(row("k3"))).out
    assert "keys.load_failed:not_there" in said


def test_what_cannot_be_read_is_an_error_with_its_name(house: CliHouse) -> None:
    """Exit 5, and the doctor says the same."""
    (house.folder / "keys.json").chmod(0o644)
    came = status(house, "--json")
    assert (came.code, came.json["error"]["code"]) == (5, "keys.load_failed:exposed")
    doctor = {one["check"]: one for one in house.run("doctor", "--json", "--no-post").json["checks"]}
    assert doctor["judge keys"]["health"] == "bad"
    assert "chmod 600" in doctor["judge keys"]["found"]
    (house.folder / "keys.json").chmod(0o600)
    doctor = {one["check"]: one for one in house.run("doctor", "--json", "--no-post").json["checks"]}
    assert doctor["judge keys"]["health"] == "good"
    assert "signing with k3" in doctor["judge keys"]["found"]


def test_who_may_not_look_is_refused(house: CliHouse) -> None:
    """Scope keys:read; nothing is read before."""
    came = status(house, "--json", INTERLOCK_ALLOW_SCOPES=EVERYTHING)
    assert (came.code, came.json["error"]["code"]) == (3, "missing_scope")


def test_no_source_is_said_and_no_error(house: CliHouse) -> None:
    """An installation without judges needs none."""
    house.environ.pop("INTERLOCK_JUDGE_KEYS_FILE")
    came = status(house, "--json")
    assert (came.code, came.json) == (0, {"source": None, "keys": []})
    assert json.loads(house.run("doctor", "--json", "--no-post").out)["checks"]
