"""Blocks made of counted requests, and canary windows that only ever grow."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.evidence import LogFile
from bot.domain.slo import CanaryBlock, CanaryThresholds
from bot.evidence.canary import deltas_of, merged, track_of, window_between, with_windows
from bot.evidence.compose import new_document, with_blocks
from bot.evidence.counted import Counted
from bot.evidence.document import flaws_of, read_document, write_document
from bot.evidence.harvest import perf_judge_of, perf_of
from bot.evidence.hashes import tree_of
from bot.evidence.measure import sample_of
from bot.evidence.measured import Canary, CanaryWindow
from tests.evidence.documents import SHA, document, witness

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
FILE = LogFile(path="reqlog.csv", sha256=SHA, size=900, rows=12)
NONE = Counted(sample_of([]))


def counted(count: int, errors: int = 0, latency: float = 10.0, flags: int | None = None) -> Counted:
    requests = [(500 if number < errors else 200, latency) for number in range(count)]
    return Counted(sample_of(requests), flags, AT, AT + timedelta(seconds=90))


def test_perf_holds_the_contract_s_figures() -> None:
    """Percentiles to hundredths, shares to six digits, errors 5xx and 429, the window first to last; and the counts."""
    requests = [(200, 10.111), (429, 20.222), (503, 30.333), (404, 40.444), *[(200, 1.0)] * 3]
    block = perf_of(Counted(sample_of(requests), None, AT, AT + timedelta(seconds=90)), FILE, None)
    tree = block.model_dump(mode="json", exclude_unset=True)
    assert tree.pop("source") == {"path": "reqlog.csv", "sha256": SHA, "size": 900, "rows": 12}
    assert tree == {
        "count": 7,
        "errors": 2,
        "unavailable": 1,
        "error_rate": 0.285714,
        "latency_ms": {"p50": 10.11, "p95": 37.41, "p99": 39.84},
        "window": {"start": "2026-03-02T10:00:00Z", "end": "2026-03-02T10:01:30Z", "duration_sec": 90.0},
    }


def test_an_empty_log_has_a_count_and_no_figures() -> None:
    """No percentile, no rate of anything: a judge finds no data, not zeros (contracts 1.11)."""
    for block in (perf_of(NONE, FILE, None), perf_judge_of(NONE, FILE, None)):
        assert block.model_dump(mode="json", exclude_unset=True).keys() == {"count", "source"}
    asked = (AT, AT + timedelta(minutes=5))
    assert perf_of(NONE, FILE, asked).window is not None


def test_perf_judge_tells_availability_from_errors() -> None:
    """429 is an error and available; signatures are counted apart."""
    requests = [(200, 1.0)] * 6 + [(429, 1.0), (500, 1.0)]
    block = perf_judge_of(Counted(sample_of(requests), 2, AT, AT), FILE, None)
    assert (block.availability, block.error_rate, block.signature_error_rate) == (0.875, 0.25, 0.25)
    assert block.signature_errors == 2


def test_deltas_compare_by_the_contract() -> None:
    """p95 relative to at least a millisecond; differences of shares; what a track lacks is absent."""
    old, new = counted(100, 1, 0.5, 0), counted(100, 3, 2.5, 1)
    deltas = deltas_of(old, new)
    assert (deltas.p95_rel, deltas.error_delta, deltas.sig_error_delta) == (2.0, 0.02, 0.01)
    assert deltas_of(counted(100), new).model_dump(exclude_unset=True).keys() == {"p95_rel", "error_delta"}
    assert deltas_of(NONE, new).model_dump(exclude_unset=True) == {}
    assert track_of(NONE, None).model_dump(exclude_unset=True) == {"count": 0}


def window(control: Counted, canary: Counted, minute: int = 0, asks: float | None = None) -> CanaryWindow:
    limits = CanaryBlock(thresholds=CanaryThresholds(max_sig_error_delta=asks), min_sample_count=50)
    start = AT + timedelta(minutes=minute)
    return window_between(control, canary, start, start + timedelta(minutes=1), limits)


@pytest.mark.parametrize(
    ("control", "canary", "asks", "passed", "burst"),
    [
        (counted(100), counted(100), None, True, 0),
        (counted(100), counted(100, errors=2), None, False, 1),
        (counted(100), counted(100, errors=2, latency=20), None, False, 2),
        (counted(100), counted(49, errors=49), None, False, 0),
        (counted(49), counted(100), None, False, 0),
        (NONE, counted(100), None, False, 0),
        (counted(100), counted(100), 0.0005, False, 0),
        (counted(100, flags=0), counted(100, flags=1), 0.0005, False, 1),
        (counted(100, flags=1), counted(100, flags=1), 0.0005, True, 0),
    ],
    ids=["calm", "errors", "both", "thin canary", "thin control", "no control", "no signatures", "signatures", "equal"],
)
def test_a_window_passes_only_on_enough_requests(
    control: Counted, canary: Counted, asks: float | None, passed: bool, burst: int
) -> None:
    """Thin windows and absent figures neither pass nor burst; every broken limit is marked."""
    found = window(control, canary, asks=asks)
    assert (found.passed, found.burst) == (passed, burst)
    assert found.timestamp_unix == (AT + timedelta(minutes=1)).timestamp()


def test_windows_are_added_and_never_wiped() -> None:
    """A harvest keeps all windows that stand there (the original replaced the block); the same one is not doubled; of
    two readings of one span the worse is added, the better is not."""
    calm, bad = window(counted(100), counted(100)), window(counted(100), counted(100, errors=9))
    later = window(counted(100), counted(100), minute=1)
    old = with_windows(Canary(), [calm])
    new = merged(old, Canary(deltas=calm.deltas, windows=(calm, later)))
    assert new.windows == (calm, later)
    assert new.deltas == calm.deltas
    assert with_windows(new, [bad]).windows == (calm, later, bad)
    assert with_windows(with_windows(new, [bad]), [calm, bad]).windows == (calm, later, bad)
    theirs = CanaryWindow.of(passed=True, burst=0, timestamp_unix=1.0)
    assert with_windows(Canary(windows=(theirs, theirs)), [theirs]).windows == (theirs,) * 3


def test_blocks_replace_their_own_kind_only() -> None:
    """A merge touches its blocks, the time and the hash; canary windows stay."""
    before = document(canary={"windows": [{"pass": True, "burst": 0, "timestamp_unix": 1}]})
    after = with_blocks(before, {"perf": perf_of(counted(9), FILE, None), "canary": Canary()}, AT)
    assert flaws_of(after) == ()
    assert after.canary == before.canary
    assert after.generated_at == AT
    kept = set(tree_of(before)) - {"meta", "integrity", "canary"}
    assert {name: tree_of(after)[name] for name in kept} == {name: tree_of(before)[name] for name in kept}
    with pytest.raises(KeyError):
        with_blocks(before, {"meta": before.meta}, AT)


def test_a_new_document_claims_nothing_that_nobody_measured() -> None:
    """Budget, quota, rating, usage and anomaly are there and hold no figure."""
    made = new_document(witness(), "acme", AT)
    assert flaws_of(made) == ()
    assert read_document(write_document(made)) == made
    assert (made.budget.level, made.anomaly.is_spike, made.rating.subtotal, made.quota.decisions) == (None,) * 3 + ({},)
