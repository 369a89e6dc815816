"""What is missing, doubled, old or cut short never opens a canary gate with statistics."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.evidence import FACTS_KEPT, Fact
from bot.domain.verdict import Verdict
from bot.gates import judge
from tests.gates.facts import (
    NOW,
    OLD,
    codes,
    failure,
    release,
    window,
)
from tests.gates.sequential_facts import BAD, GOOD, SLO, gate, judged, row, track
from tests.gates.traffic import Traffic

SOURCELESS: dict[str, tuple[Fact, Verdict, str]] = {
    "log missing": (failure("missing"), Verdict.NO_DATA, "source.missing"),
    "bad row": (failure("bad_row"), Verdict.ERROR, "source.bad_row"),
    "other version": (window(-0.5, version=OLD), Verdict.ERROR, "evidence.wrong_version"),
    "from the future": (window(-1.1), Verdict.ERROR, "evidence.from_future"),
}


@pytest.mark.parametrize("case", SOURCELESS)
def test_a_pass_does_not_outlast_unfit_evidence(case: str) -> None:
    """The newest fact must be fit to be judged."""
    fact, verdict, code = SOURCELESS[case]
    assert judged(*GOOD).opens
    judgement = judged(*GOOD, fact)
    assert (judgement.verdict, codes(judgement)) == (verdict, (code,))


def test_a_pass_fades_when_no_window_follows() -> None:
    """As with fixed thresholds: the newest window's end plus `fresh`."""
    judgement = judged(*GOOD)
    assert judgement.stale_at == NOW + timedelta(minutes=2)
    later = judged(*GOOD, now=judgement.stale_at)
    assert (later.verdict, codes(later)) == (Verdict.NO_DATA, ("evidence.stale",))


BARE = track(600, 1).model_copy(update={"slower": ()})
HOLES: dict[str | None, dict[str, object]] = {
    "no canary": {"canary": None},
    "no stable": {"stable": None},
    "canary without requests": {"canary": track(0, 0)},
    "stable without requests": {"stable": track(0, 0)},
    "canary's slow requests not counted": {"canary": BARE},
    "stable's slow requests not counted": {"stable": BARE},
    "another limit counted": {"canary": track(600, 1, limit=300)},
}


@pytest.mark.parametrize("case", HOLES)
def test_a_hole_in_the_newest_window_is_no_data(case: str) -> None:
    """However good the ones before it were."""
    judgement = judged(*GOOD[:-1], GOOD[-1].model_copy(update=HOLES[case]))
    assert judgement.verdict is Verdict.NO_DATA
    assert codes(judgement)[0] in ("canary.block_missing", "statistics.uncounted")


@given(gone=st.sets(st.integers(0, 18)), hole=st.sampled_from([None, *HOLES]))
@settings(max_examples=40, deadline=None)
def test_missing_windows_never_open(gone: set[int], hole: str | None) -> None:
    """With windows taken away, or with holes in them, it opens only on what follows the last gap, standing alone."""
    facts = [
        fact if i not in gone else fact.model_copy(update=HOLES[hole])
        for i, fact in enumerate(GOOD)
        if i not in gone or hole is not None
    ]
    whole = GOOD[max(gone, default=-1) + 1 :]
    assert judged(*facts).opens is judged(*whole).opens
    assert judged(*GOOD).opens


def test_a_window_counts_once() -> None:
    """Measured again, or overlapping, it adds nothing; of two readings the one with more errors counts."""
    once = judged(*BAD[:3]).statistics
    assert judged(*BAD[:3], *BAD[:3]).statistics == once
    shifted = BAD[2].model_copy(
        update={"start": BAD[2].start + timedelta(seconds=5), "end": BAD[2].end + timedelta(seconds=5)}
    )
    assert judged(*BAD[:3], shifted).statistics == once
    kinder = BAD[2].model_copy(update={"canary": track(600, 0)})
    assert judged(kinder, *BAD[:3]).statistics == judged(*BAD[:3], kinder).statistics == once


def test_only_windows_of_this_step_count() -> None:
    """What was measured at another share of traffic is about another step."""
    judgement = judge(gate(), release(*BAD, spec=gate(), step_at=NOW - timedelta(minutes=1)), NOW)
    assert judgement.statistics[0].windows == 1
    nothing = judge(gate(), release(*BAD, spec=gate(), step_at=None), NOW)
    assert (nothing.verdict, codes(nothing)) == (Verdict.NO_DATA, ("canary.block_missing",))


def test_a_step_longer_than_what_is_kept_begins_anew_at_fixed_moments() -> None:
    """Evidence never slides along with the windows that a release keeps: the same count until the next beginning."""
    long = Traffic().windows(1, 100)
    used = []
    for seen in range(55, 101):
        kept = row(long[max(0, seen - FACTS_KEPT) : seen])
        judgement = judge(gate(), release(*kept, spec=gate(), step_at=NOW - seen * timedelta(minutes=1)), NOW)
        used.append(judgement.statistics[0].windows)
    assert used == [*range(55, 61), *range(31, 61), *range(31, 41)]


def test_too_few_requests_keep_a_pass_waiting() -> None:
    """The document's least number of requests holds for the step as a whole."""
    slo = {"canary": {"min_sample_count": 12_001}}
    judgement = judged(*GOOD, spec=gate(slo))
    assert (judgement.verdict, codes(judgement)) == (Verdict.INCONCLUSIVE, ("canary.sample_insufficient",))


def test_blocks_without_evidence_keep_the_gate_shut() -> None:
    """A document that asks for a budget is not answered by counts, and a witness is asked in every window."""
    assert codes(judged(*GOOD, spec=gate(SLO | {"budget": {}}))) == ("evidence.missing:budget",)
    witness = gate(SLO | {"witness": {"require_signature": False}})
    assert judged(*GOOD, spec=witness).opens
    unproven = GOOD[-1].model_copy(update={"files": ()})
    assert codes(judged(*GOOD[:-1], unproven, spec=witness))[0] == "evidence.missing:witness"
    assert not judged(*GOOD[:15], GOOD[15].model_copy(update={"files": ()}), *GOOD[16:], spec=witness).opens


def test_a_window_cut_short_is_no_ground_for_a_pass() -> None:
    """Its failures count against the canary all the same."""
    short = GOOD[-1].model_copy(update={"end": GOOD[-1].end - timedelta(seconds=20)})
    judgement = judged(*GOOD[:-1], short)
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert codes(judgement)[0] == "canary.window_short"
    assert judgement.statistics[0].windows == 20
