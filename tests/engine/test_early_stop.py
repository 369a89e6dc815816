"""A canary gate with statistics on the one road: logs that grow by the minute, measured and judged window by window."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot import app
from bot.domain.effects import Measure
from bot.domain.evidence import LogMeasurement
from bot.domain.reports import Looked
from bot.domain.states import State
from bot.domain.verdict import Verdict
from bot.engine.gather import Gather
from bot.gates import judge
from bot.views.verdicts import sentence
from tests.engine.road import Road, build_road
from tests.stories.house import Rules

SEQUENTIAL = (
    "[{name: canary, kind: canary, file: slo/canary.json, source: reqlog, window: 1m,"
    " statistics: {mode: sequential, slow_ms: [100]}}]"
)
SLO = '{"canary": {"thresholds": {"max_error_abs_delta": 0.05}, "min_sample_count": 500}}'
PER_MINUTE = {"canary": 200, "stable": 800}


@pytest.fixture
def watched(database_url: str, tmp_path: Path) -> Iterator[Road]:
    """A road whose canary bakes for half an hour under evidence."""
    slo = tmp_path / "configs" / "slo"
    slo.mkdir(parents=True)
    (slo / "canary.json").write_text(SLO)
    built = build_road(tmp_path, database_url, Rules(bake="[30m, 0s]", patience="5m", gates=SEQUENTIAL))
    for track in PER_MINUTE:
        (tmp_path / f"{track}.csv").write_text("ts,status,latency_ms\n")
    yield built
    built.core.close()


class Minutes:
    """Lets minutes pass: both tracks answer, and what is due to be measured is."""

    def __init__(self, road: Road, failing: float = 0.02, slow: float = 0.02) -> None:
        self.road = road
        self._shares = {"stable": (0.02, 0.02), "canary": (failing, slow)}
        self._chance = Random(5)
        core = road.core
        self._gather = Gather(core.store, core.dispatch, core.clock, app._sources(core, None), core.metrics)
        road.clock.turn(seconds=1)

    async def pass_by(self, logged: bool = True) -> None:
        """One minute."""
        self.road.clock.turn(minutes=1)
        for track in PER_MINUTE if logged else ():
            self._log(track)
        for claim in self.road.core.store.claim("tester", self.road.clock.now(), timedelta(seconds=1), 100):
            if isinstance(claim.task, Measure):
                await self._gather.measure(claim)

    def _log(self, track: str) -> None:
        failing, slow = self._shares[track]
        count = PER_MINUTE[track]
        start = self.road.clock.now() - timedelta(minutes=1)
        with (self.road.folder / f"{track}.csv").open("a") as log:
            for index in range(count):
                at = (start + timedelta(minutes=1) * index / count).isoformat(timespec="milliseconds")
                status = 500 if self._chance.random() < failing else 200
                log.write(f"{at},{status},{150 if self._chance.random() < slow else 20}\n")


def verdict(road: Road) -> Verdict:
    """What the gate says of the release as it is stored."""
    release = road.release()
    gate = release.plan.gate("canary")
    assert gate is not None
    return judge(gate, release, road.clock.now()).verdict


@pytest.mark.parametrize(("failing", "slow", "code"), [(0.12, 0.02, "errors"), (0.02, 0.16, "slow")])
async def test_a_bad_canary_goes_back_minutes_into_its_bake(
    watched: Road, failing: float, slow: float, code: str
) -> None:
    """Failures or slowness: traffic is taken back as soon as the evidence is there, and the ending says by what."""
    release = watched.bring_to(State.BAKING)
    minutes = Minutes(watched, failing, slow)
    needed = 0
    while watched.state(release) is State.BAKING and needed < 12:
        await minutes.pass_by()
        needed += 1

    assert watched.state(release) is State.ROLLING_BACK
    assert needed <= 10
    ending = watched.release(release).ending
    assert ending is not None
    assert (ending.cause, ending.gate) == ("gate", "canary")
    assert f"statistics.{code}_over" in [reason.code for reason in ending.reasons]
    assert any("evidence against the canary" in sentence(reason) for reason in ending.reasons)


async def test_a_good_canary_opens_its_gate_early_and_bakes_on(watched: Road) -> None:
    """The pass is there before the bake is over; the step advances when the strategy says so, not before."""
    release = watched.bring_to(State.BAKING)
    minutes = Minutes(watched)
    said = []
    for _ in range(29):
        await minutes.pass_by()
        said.append(verdict(watched))
        assert watched.state(release) is State.BAKING
    assert said[0] is Verdict.INCONCLUSIVE
    assert Verdict.PASS in said[:22]
    assert set(said) == {Verdict.INCONCLUSIVE, Verdict.PASS}

    await minutes.pass_by()
    watched.report(Looked(release))
    assert (watched.state(release), watched.release(release).step) == (State.ROLLING, 1)


async def test_a_log_that_ends_is_no_pass(watched: Road) -> None:
    """Nothing more is logged after a quarter of an hour of good minutes: the release is held for a person."""
    release = watched.bring_to(State.BAKING)
    minutes = Minutes(watched)
    for minute in range(36):
        await minutes.pass_by(logged=minute < 15)
    watched.report(Looked(release))
    assert verdict(watched) is Verdict.NO_DATA
    assert watched.state(release) is State.BAKING
    assert watched.release(release).held


async def test_what_was_counted_stands_in_the_ledger(watched: Road) -> None:
    """Requests over the gate's limit, on both tracks, in every window."""
    release = watched.bring_to(State.BAKING)
    minutes = Minutes(watched)
    for _ in range(3):
        await minutes.pass_by()
    facts = [fact for fact in watched.release(release).facts if isinstance(fact, LogMeasurement)]
    assert len(facts) == 3
    for fact in facts:
        for track in (fact.canary, fact.stable):
            assert track is not None
            slow = track.slower_than(100)
            assert slow is not None
            assert 0 <= slow < track.count
