"""Running the command of a gate: real programs, whose exit code and report both have to be of this very run."""

import asyncio
import hashlib
import json
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.reports import bytes_read
from bot.adapters.sources.command import CommandSource
from bot.domain.evidence import CommandResult
from bot.domain.evidence.commands import SuitesFound
from bot.domain.service import CommandGate
from bot.ports import Asked
from tests.adapters.reports.samples import audit, dependency, junit
from tests.gates.facts import NEW, NOW, release

ENVIRON = {"PATH": "/usr/local/bin:/usr/bin:/bin", "API_TOKEN": "s3same-open-not-real", "REGION": "eu"}
GOOD = junit("pass", "skipped").decode()


def gate(script: str, **fields: Any) -> CommandGate:
    """A gate whose command is a few lines of shell, given as an argument list like any other."""
    known = {"kind": "command", "name": "g", "run": ["sh", "-c", script, "sh", "{version}", "{id}"]}
    return CommandGate.model_validate(known | {"report": {"kind": "junit", "file": "report.xml"}} | fields)


def asked() -> Asked:
    return Asked("g", NEW, NOW, NOW, NOW, release())


async def ran(spec: CommandGate, folder: Path) -> CommandResult:
    fact = await CommandSource(spec, folder, ENVIRON, timedelta(seconds=0.2)).measure(asked())
    assert isinstance(fact, CommandResult)
    return fact


async def test_the_report_of_this_run_is_read_and_sealed(tmp_path: Path) -> None:
    fact = await ran(gate(f"printf '%s' '{GOOD}' > report.xml"), tmp_path)
    assert (fact.ended, fact.code, fact.problem) == ("exited", 0, "")
    assert isinstance(fact.found, SuitesFound)
    assert (fact.found.ran, fact.found.skipped) == (1, 1)
    assert fact.report is not None
    assert fact.report.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    assert (fact.version, fact.observed_at) == (NEW, NOW)


async def test_no_shell_reads_what_is_filled_in(tmp_path: Path) -> None:
    """Each argument stays one, and the program sees the facts and what it may see, nothing else."""
    spec = gate('printf "%s\\n" "$#" "$1" "$INTERLOCK_RELEASE" "$REGION" "$API_TOKEN" > seen', environment=["REGION"])
    hostile = release(version="v1.0.0; touch owned $(touch owned)")
    await CommandSource(spec, tmp_path, ENVIRON).measure(Asked("g", NEW, NOW, NOW, NOW, hostile))
    assert (tmp_path / "seen").read_text().splitlines() == ["2", hostile.version, "R-1", "eu", ""]
    assert not (tmp_path / "owned").exists()


async def test_a_value_that_reads_as_an_option_starts_nothing(tmp_path: Path) -> None:
    spec = gate("touch started")
    fact = await CommandSource(spec, tmp_path, ENVIRON).measure(
        Asked("g", NEW, NOW, NOW, NOW, release(version="--delete"))
    )
    assert isinstance(fact, CommandResult)
    assert fact.ended == "not_started"
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("true", "missing"),
        (": > report.xml", "empty"),
        ("printf '<testsuite name=\"s\"' > report.xml", "unreadable"),
        ("printf '<html/>' > report.xml", "foreign"),
        ("printf '<!DOCTYPE x><testsuite/>' > report.xml", "unsafe"),
        ("mkfifo report.xml", "unreadable"),
        ("ln -s /dev/zero report.xml", "unreadable"),
        ("mkdir report.xml", "unreadable"),
    ],
)
async def test_a_good_exit_without_a_good_report_is_told(tmp_path: Path, script: str, problem: str) -> None:
    fact = await ran(gate(script), tmp_path)
    assert (fact.ended, fact.code, fact.problem, fact.found) == ("exited", 0, problem, None)


@pytest.mark.parametrize(
    "script", ["true", "cp -p report.xml x && mv x report.xml", "touch -d '1 hour ago' report.xml"]
)
async def test_a_report_from_before_the_run_is_stale(tmp_path: Path, script: str) -> None:
    """Left as it was, put there again with its old date, or touched: whatever it says is about something else."""
    old = tmp_path / "report.xml"
    old.write_text(GOOD)
    os.utime(old, (time.time() - 60, time.time() - 60))
    assert (await ran(gate(script), tmp_path)).problem == "stale"


async def test_a_report_that_is_too_large_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytes_read.read_fresh, "__defaults__", (64,))
    fact = await ran(gate(f"printf '%s' '{GOOD}' > report.xml"), tmp_path)
    assert (fact.problem, fact.report) == ("too_large", None)


async def test_a_printed_report_is_read_as_it_was_printed(tmp_path: Path) -> None:
    """Not as it is shown: what is kept of a command's output is shortened and redacted."""
    many = [{"id": f"V-{n}"} for n in range(2000)]
    (tmp_path / "out").write_text(json.dumps(audit(dependency("a", *many))))
    assert (tmp_path / "out").stat().st_size > 64 * 1024
    fact = await ran(gate("cat out; exit 1", report={"kind": "pip-audit", "file": "stdout"}), tmp_path)
    assert fact.code == 1
    assert fact.found is not None
    assert fact.found.kind == "pip-audit"
    assert len(fact.found.vulnerabilities) + sum(fact.found.more.values()) == 2000


async def test_words_around_a_printed_report_make_it_unreadable(tmp_path: Path) -> None:
    (tmp_path / "out").write_text(json.dumps(audit()))
    fact = await ran(gate("echo hello; cat out", report={"kind": "pip-audit", "file": "stdout"}), tmp_path)
    assert fact.problem == "unreadable"


async def test_names_come_without_secrets(tmp_path: Path) -> None:
    """A test may be named after what it was told; neither its name nor the program's output gets further."""
    secret = ENVIRON["API_TOKEN"]
    case = f'<testcase name="logs in with {secret}"><failure/></testcase>'
    body = f'<testsuite name="s" tests="1" failures="1">{case}</testsuite>'
    fact = await ran(gate(f"printf '%s' '{body}' > report.xml; echo {secret}; exit 1"), tmp_path)
    assert isinstance(fact.found, SuitesFound)
    assert fact.found.failed == ("logs in with [redacted]",)
    assert secret not in fact.model_dump_json()


async def test_every_ending_is_told_apart(tmp_path: Path) -> None:
    assert (await ran(gate("exit 7", report=None), tmp_path)).code == 7
    killed = await ran(gate("kill -9 $$", report=None), tmp_path)
    assert (killed.ended, killed.code) == ("signalled", 9)
    absent = await ran(CommandGate(kind="command", name="g", run=("no-such-program",)), tmp_path)
    assert (absent.ended, absent.detail) == ("not_started", "no-such-program: command not found")
    nowhere = await ran(gate("true", cwd="nowhere"), tmp_path)
    assert nowhere.ended == "not_started"


async def test_a_command_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    """Its children hold a pipe; the kernel says when the last of them is gone."""
    os.mkfifo(tmp_path / "alive")
    watch = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    script = "exec 9>alive; (while :; do sleep 5; done) & wait"
    fact = await ran(gate(script, timeout="0.4s"), tmp_path)
    assert (fact.ended, fact.code) == ("timed_out", None)
    assert os.read(watch, 1) == b"", "somebody still holds the pipe"
    os.close(watch)


async def test_a_run_that_nobody_waits_for_is_ended_as_a_group(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "alive")
    watch = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    spec = gate("exec 9>alive; echo up >&9; (while :; do sleep 5; done) & wait")
    task = asyncio.ensure_future(CommandSource(spec, tmp_path, ENVIRON, timedelta(seconds=0.2)).measure(asked()))
    up = asyncio.Event()
    asyncio.get_running_loop().add_reader(watch, up.set)
    await asyncio.wait_for(up.wait(), 20)
    asyncio.get_running_loop().remove_reader(watch)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert os.read(watch, 100).startswith(b"up")
    assert os.read(watch, 1) == b""
    os.close(watch)


async def test_reports_may_have_a_name_of_their_own_in_every_run(tmp_path: Path) -> None:
    """`{id}` names release, gate and moment."""
    spec = gate(f"printf '%s' '{GOOD}' > \"$2.xml\"", report={"kind": "junit", "file": "{id}.xml"})
    fact = await ran(spec, tmp_path)
    assert fact.problem == ""
    assert os.listdir(tmp_path) == [f"R-1-g-{NOW:%Y%m%dT%H%M%S%f}.xml"]


@pytest.mark.parametrize("ahead", [0, 3600])
async def test_a_report_that_was_not_written_again_is_stale_however_young(tmp_path: Path, ahead: int) -> None:
    """Made a moment before the run by another one, or dated in the future: its date alone would let it pass."""
    report = tmp_path / "report.xml"
    report.write_text(GOOD)
    os.utime(report, (time.time() + ahead,) * 2)
    assert (await ran(gate("true"), tmp_path)).problem == "stale"
