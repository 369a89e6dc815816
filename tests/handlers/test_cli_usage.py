"""The command line itself: it starts fast, answers in one shape, and what it cannot read is exit code 4."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.actions import ACTIONS
from bot.domain.refusal import Code
from handlers.cli.exits import EXITS, Exit
from handlers.cli.fence import fenced
from handlers.cli.program import run
from handlers.cli.say import Say

HEAVY = ("duckdb", "fastapi", "uvicorn", "slack_bolt", "sqlalchemy", "aiohttp", "pydantic", "bot.sandbox")


def test_help_loads_nothing_heavy() -> None:
    """The whole program is put together before a library that takes long is touched."""
    look = (
        "import sys, json; from handlers.cli.program import make_program; make_program();"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == []


def test_every_refusal_has_an_exit_code() -> None:
    """Scripts can tell the three kinds of no apart, whatever the code."""
    assert set(EXITS) == set(Code)
    assert set(EXITS.values()) == {Exit.FAILED, Exit.REFUSED, Exit.INVALID}


def test_every_action_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The group is generated from the catalogue, fields and all."""
    for name, row in ACTIONS.items():
        assert run(["release", name, "--help"]) == 0
        shown = capsys.readouterr().out
        assert [field.name for field in row.fields if field.name not in shown] == []


@pytest.mark.parametrize(
    "words",
    [
        ["opne"],
        ["release", "promot"],
        ["release", "status", "--colour"],
        ["release", "status", "R-1", "R-2"],
        ["serve", "--port", "eighty"],
        ["demo", "--rate", "0"],
    ],
)
def test_what_cannot_be_read_is_invalid_input(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 is a failed gate; a typo must never look like one (contracts 1.18)."""
    assert run(words) == 4
    said = capsys.readouterr()
    assert said.out == ""
    assert "--help" in said.err


def test_a_typing_mistake_is_an_object_too(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json, stdout holds one object whatever happens, and the words are on stderr."""
    assert run(["release", "status", "R-1", "R-2", "--json"]) == 4
    said = capsys.readouterr()
    assert json.loads(said.out)["error"]["code"] == "invalid_input"
    assert "R-2" in said.err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """In words and as an object."""
    assert run(["version"]) == 0
    assert capsys.readouterr().out.startswith("interlock ")
    assert run(["version", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"version", "python"}


def test_an_unforeseen_error_becomes_a_reference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback reaches the terminal; it stands in the log, under the reference, without secrets."""
    monkeypatch.setenv("INTERLOCK_VAR", str(tmp_path))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-this-test")

    def break_down() -> int:
        raise LookupError("xoxb-of-this-test was in here")

    assert fenced(break_down, Say()) == Exit.INFRASTRUCTURE
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert "xoxb-of-this-test" not in err
    (kept,) = [json.loads(line) for line in (tmp_path / "trouble.log").read_text().splitlines()]
    assert kept["reference"] in err
    assert "break_down" in kept["exception"]
    assert "xoxb-of-this-test" not in json.dumps(kept)


def test_debug_shows_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """For whoever asks for it."""
    assert fenced(lambda: 1 // 0, Say(debug=True)) == Exit.INFRASTRUCTURE
    assert "ZeroDivisionError" in capsys.readouterr().err
