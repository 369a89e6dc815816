"""A quorum gate on the one road: its log is measured, judges vote on the evidence, and the release goes as they say."""

import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp

from bot import app
from bot.adapters.evidence.keys import checkers, signers
from bot.adapters.judges.opinion import Judging
from bot.adapters.judges.panel import Panel
from bot.domain.effects import Measure
from bot.domain.evidence import QuorumVotes
from bot.domain.states import State
from bot.domain.verdict import Judgement, Verdict
from bot.engine.gather import Gather
from bot.evidence.document import flaws_of
from bot.evidence.from_release import snapshot_of
from bot.gates import judge_all
from bot.gates.opinion import opinion
from bot.ports import Clock
from bot.views.gate_findings import findings
from bot.views.gate_lines import gate_lines
from tests.engine.road import MIKA, Road, build_road
from tests.judges import RING, hang, judge_server, scripted
from tests.stories.house import Rules

GATE = (
    "[{name: infra, kind: slo, file: slo/infra.json, quorum: 2/3, source: reqlog, track: canary, when: %s,"
    " window: 1m, deadline: 2s}]"
)
SLO = {"error": {"max_error_rate": 0.05}, "witness": {"require_signature": True}, "quorum": {"k": 2, "n": 3}}


@contextlib.contextmanager
def road_at(folder: Path, database: str, when: str, *urls: str) -> Iterator[Road]:
    """A road whose gate asks this program and the judges at these addresses."""
    (folder / "configs/slo").mkdir(parents=True)
    (folder / "configs/slo/infra.json").write_text(json.dumps(SLO))
    remote = [
        {"id": f"judge-{place}", "type": "http", "url": url, "retries": 0, "timeout_ms": 500}
        for place, url in enumerate(urls)
    ]
    (folder / "configs/providers.yaml").write_text(
        json.dumps({"providers": [{"id": "here", "type": "local"}, *remote]})
    )
    built = build_road(folder, database, Rules(bake="[30m, 0s]", gates=GATE % when))
    yield built
    built.core.close()


def log(road: Road, failing: int, count: int = 100) -> None:
    """The canary's last minute."""
    at = (road.clock.now() - timedelta(seconds=30)).isoformat(timespec="milliseconds")
    rows = [f"{at},{500 if number < failing else 200},20" for number in range(count)]
    (road.folder / "canary.csv").write_text("\n".join(["ts,status,latency_ms", *rows]) + "\n")


async def measured(road: Road) -> Judgement:
    """What the gate says after the judges were asked once."""
    core = road.core
    async with aiohttp.ClientSession() as session:
        keys = checkers(RING, core.audit_key.public)
        panel = Panel(session, Judging(opinion, RING, keys, core.clock), signers(RING, core.audit_key))
        gather = Gather(core.store, core.dispatch, core.clock, app._sources(core, panel), core.metrics)
        for claim in core.store.claim("tester", core.clock.now(), timedelta(seconds=30), 100):
            if isinstance(claim.task, Measure):
                await gather.measure(claim)
    (judgement,) = judge_all(road.release(), core.clock.now())
    return judgement


@contextlib.asynccontextmanager
async def two_judges(folder: Path, clock: Clock) -> AsyncIterator[tuple[str, str]]:
    """Judge servers with the bot's rules, the ring's keys, and the time of the road."""
    (folder / "judges").mkdir()
    async with (
        judge_server(folder / "judges", "a", clock, rules=opinion, checks_seals=True) as (a, _),
        judge_server(folder / "judges", "b", clock, rules=opinion, checks_seals=True) as (b, _),
    ):
        yield a, b


class Later:
    """The road's clock, which is made after the judges are."""

    road: Road | None = None

    def now(self) -> datetime:
        """The road's time."""
        assert self.road is not None
        return self.road.clock.now()


async def test_judges_let_a_release_through_and_the_card_says_who(database_url: str, tmp_path: Path) -> None:
    """The log is measured, sealed, judged by three, and promote waits for their word."""
    clock = Later()
    async with two_judges(tmp_path, clock) as urls:
        with road_at(tmp_path, database_url, "promote", *urls) as road:
            clock.road = road
            release = road.approved()
            assert road.code(road.ask(MIKA, "promote", release)) == "gate_not_passed"
            road.clock.turn(seconds=1)
            log(road, failing=1)
            judgement = await measured(road)
            assert (judgement.verdict, judgement.reasons) == (Verdict.PASS, ())
            stored = road.release(release)
            (line,) = gate_lines(stored, (judgement,), road.clock.now())
            assert "3 of 3 judges pass, 2 needed (here, judge-0, judge-1)" in line
            gate = stored.plan.gate("infra")
            assert gate is not None
            said = "\n".join(findings(gate, judgement, stored, road.clock.now()))
            assert "judge-0, as a: pass" in said
            assert "100 requests" in said
            kept = snapshot_of(stored, road.clock.now())
            assert flaws_of(kept) == ()
            assert kept.judges is not None
            assert kept.perf is not None
            assert (kept.judges.final, kept.perf.count) == ("pass", 100)
            assert road.ask(MIKA, "promote", release).accepted


async def test_judges_that_agree_on_harm_bring_traffic_back(database_url: str, tmp_path: Path) -> None:
    """While the step bakes, and the ending names the number."""
    clock = Later()
    async with two_judges(tmp_path, clock) as urls:
        with road_at(tmp_path, database_url, "bake", *urls) as road:
            clock.road = road
            release = road.bring_to(State.BAKING)
            road.clock.turn(minutes=1)
            log(road, failing=50)
            await measured(road)
            assert road.state(release) is State.ROLLING_BACK
            ending = road.release(release).ending
            assert ending is not None
            assert (ending.gate, [one.code for one in ending.reasons][:2]) == (
                "infra",
                ["quorum.short", "error.rate_over"],
            )


async def test_judges_that_do_not_answer_bring_nothing_back(database_url: str, tmp_path: Path) -> None:
    """Silence is no harm: the gate stays shut, the traffic where it is, and the card says who is missing."""
    async with scripted(hang) as one, scripted(hang) as other:
        with road_at(tmp_path, database_url, "bake", one, other) as road:
            release = road.bring_to(State.BAKING)
            road.clock.turn(minutes=1)
            log(road, failing=1)
            judgement = await measured(road)
            assert (road.state(release), judgement.verdict) == (State.BAKING, Verdict.NO_DATA)
            (line, *_) = gate_lines(road.release(release), (judgement,), road.clock.now())
            assert "1 of 3 judges pass, 2 needed (here; not judge-0, judge-1), degraded" in line
            (fact,) = [one for one in road.release(release).facts if isinstance(one, QuorumVotes)]
            assert [one.error for one in fact.ballots] == ["", "judge.timeout", "judge.timeout"]


async def test_a_log_that_is_not_there_is_not_put_to_the_vote(database_url: str, tmp_path: Path) -> None:
    async with scripted(hang) as one, scripted(hang) as other:
        with road_at(tmp_path, database_url, "bake", one, other) as road:
            road.bring_to(State.BAKING)
            road.clock.turn(minutes=1)
            judgement = await measured(road)
            assert (judgement.verdict, judgement.reasons[0].code) == (Verdict.NO_DATA, "source.missing")
