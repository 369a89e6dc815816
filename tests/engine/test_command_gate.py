"""A command gate on the one road: a real program is run, its result opens or shuts, it ends with its release."""

import asyncio
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import app
from bot.domain.effects import Measure
from bot.domain.evidence import CommandResult
from bot.domain.states import State
from bot.domain.verdict import Judgement, Verdict
from bot.engine.gather import Gather
from bot.gates import judge_all
from bot.ports import Claim
from bot.views.gate_findings import findings
from bot.views.gate_lines import gate_lines
from tests.adapters.reports.samples import junit
from tests.engine.road import MIKA, Road, build_road
from tests.stories.house import Rules

LEASE = timedelta(seconds=30)
GATE = (
    "[{{name: tests, kind: command, run: [sh, check.sh], cwd: '{folder}', timeout: 1m,"
    " report: {{kind: junit, file: report.xml, min_tests: 2}}}}]"
)


@pytest.fixture
def road(database_url: str, tmp_path: Path) -> Iterator[Road]:
    """A road whose tests are run before traffic moves."""
    built = build_road(tmp_path, database_url, Rules(gates=GATE.format(folder=tmp_path)))
    yield built
    built.core.close()


def script(road: Road, *lines: str) -> None:
    """What the command does."""
    path = road.folder / "check.sh"
    path.write_text("\n".join(["#!/bin/sh", *lines]) + "\n")
    path.chmod(0o700)


def gather_of(road: Road) -> Gather:
    core = road.core
    return Gather(core.store, core.dispatch, core.clock, app._sources(core, None), core.metrics)


def claims(road: Road) -> list[Claim]:
    """The measurements that are due, for one worker."""
    found = road.core.store.claim("tester", road.clock.now(), LEASE, 100)
    return [one for one in found if isinstance(one.task, Measure)]


async def measured(road: Road) -> Judgement:
    """What the gate says after it was measured once."""
    for claim in claims(road):
        await gather_of(road).measure(claim)
    (judgement,) = judge_all(road.release(), road.clock.now())
    return judgement


def promoted(road: Road) -> str:
    outcome = road.ask(MIKA, "promote", "R-1", noop="yes")
    return road.code(outcome) or "goes"


async def test_a_clean_run_opens(road: Road) -> None:
    road.approved()
    assert promoted(road) == "gate_not_passed"
    script(road, f"printf '%s' '{junit('pass', 'pass', 'skipped').decode()}' > report.xml")
    assert (await measured(road)).verdict is Verdict.PASS
    assert promoted(road) == "goes"
    release = road.release()
    shown = "\n".join(gate_lines(release, judge_all(release, road.clock.now()), road.clock.now()))
    assert "2 tests, 1 skipped" in shown


@pytest.mark.parametrize(
    ("lines", "verdict", "code"),
    [
        ((f"printf '%s' '{junit('pass', 'failure').decode()}' > report.xml",), Verdict.FAIL, "junit.failed"),
        ((f"printf '%s' '{junit('pass', 'pass').decode()}' > report.xml", "exit 1"), Verdict.FAIL, "command.failed"),
        ((f"printf '%s' '{junit('pass').decode()}' > report.xml",), Verdict.INCONCLUSIVE, "junit.few"),
        ((f"printf '%s' '{junit().decode()}' > report.xml",), Verdict.NO_DATA, "junit.empty"),
        (("true",), Verdict.NO_DATA, "report.missing"),
        (("kill -9 $$",), Verdict.ERROR, "command.killed"),
    ],
)
async def test_nothing_else_opens(road: Road, lines: tuple[str, ...], verdict: Verdict, code: str) -> None:
    road.approved()
    script(road, *lines)
    judgement = await measured(road)
    assert (judgement.verdict, judgement.reasons[0].code) == (verdict, code)
    assert promoted(road) == "gate_not_passed"


async def test_what_a_program_prints_reaches_nobody(road: Road) -> None:
    """Neither the card nor whoever asks why, nor the ledger (contracts 9)."""
    release = road.approved()
    script(road, "echo user@host.internal; echo password=hunter-two >&2", "exit 3")
    judgement = await measured(road)
    stored = road.release(release)
    gate = stored.plan.gate("tests")
    assert gate is not None
    shown = "\n".join(findings(gate, judgement, stored, road.clock.now()))
    assert "exit code: 3" in shown
    for said in (shown, stored.model_dump_json()):
        assert "host.internal" not in said
        assert "hunter" not in said


class Held:
    """A command that says when it has begun, and goes on until it is ended."""

    def __init__(self, road: Road) -> None:
        os.mkfifo(road.folder / "alive")
        self.watch = os.open(road.folder / "alive", os.O_RDONLY | os.O_NONBLOCK)
        script(road, "exec 9>alive", "echo up >&9", "(while :; do sleep 5; done) & wait")

    async def begun(self) -> None:
        """Return when it runs."""
        up = asyncio.Event()
        asyncio.get_running_loop().add_reader(self.watch, up.set)
        await asyncio.wait_for(up.wait(), 20)
        asyncio.get_running_loop().remove_reader(self.watch)

    def starts(self) -> int:
        """How often it was begun; call it when nothing runs any more: the pipe has to be at its end."""
        said = os.read(self.watch, 1000)
        assert os.read(self.watch, 1) == b"", "somebody still holds the pipe"
        os.close(self.watch)
        return said.count(b"up")


async def test_a_command_ends_with_its_release(road: Road) -> None:
    """With everything that it started; the claim ends as well, and no evidence is left."""
    release = road.approved()
    held, gather = Held(road), gather_of(road)
    (claim,) = claims(road)
    running = asyncio.ensure_future(gather.measure(claim))
    await held.begun()
    await gather.call_off()
    assert not running.done(), "it is still wanted"
    assert road.ask(MIKA, "abort", release, reason="no more").accepted
    await gather.call_off()
    await asyncio.wait_for(running, 20)
    assert held.starts() == 1
    assert road.state(release) is State.ABORTED
    assert road.release(release).facts == ()
    assert claims(road) == []


async def test_it_is_not_run_twice_at_once(road: Road) -> None:
    """A lease that ran out brings the effect back to the same process: it finds its own run."""
    road.approved()
    held, gather = Held(road), gather_of(road)
    (first,) = claims(road)
    one = asyncio.ensure_future(gather.measure(first))
    await held.begun()
    road.clock.turn(seconds=31)
    (again,) = claims(road)
    assert again.fence != first.fence
    two = asyncio.ensure_future(gather.measure(again))
    await asyncio.sleep(0.2)
    for task in (one, two):
        task.cancel()
    await asyncio.gather(one, two, return_exceptions=True)
    for _ in range(100):
        if len(asyncio.all_tasks()) == 1:
            break
        await asyncio.sleep(0.05)
    assert held.starts() == 1


async def test_evidence_of_another_plan_is_not_kept(road: Road) -> None:
    """The command was changed while it ran: what it found is about nothing that anybody approves."""
    release = road.approved()
    held, gather = Held(road), gather_of(road)
    (claim,) = claims(road)
    running = asyncio.ensure_future(gather.measure(claim))
    await held.begun()
    file = road.folder / "configs/services/checkout.yaml"
    file.write_text(file.read_text().replace("min_tests: 2", "min_tests: 3"))
    road.core.reread()
    assert road.code(road.ask(MIKA, "promote", release)) in ("plan_changed", "quorum_missing")
    await gather.call_off()
    await asyncio.wait_for(running, 20)
    assert held.starts() == 1
    assert not [one for one in road.release(release).facts if isinstance(one, CommandResult)]
    assert len(claims(road)) == 1, "the new plan's measurement is due"
