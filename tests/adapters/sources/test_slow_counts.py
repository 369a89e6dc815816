"""Requests over a limit, counted in the same pass as everything else."""

import random
from datetime import timedelta
from pathlib import Path

from bot.adapters.sources.csv_log import build_source
from bot.domain.evidence import LogMeasurement
from bot.domain.service import CsvSource
from bot.evidence.measure import sample_of
from tests.adapters.sources.logs import HEADER, NOON, line

LIMITS = (5.0, 250.5, 10_000.0)


def measured(folder: Path, *limits: float) -> LogMeasurement:
    spec = CsvSource(kind="csv", stable="stable.csv", canary="canary.csv")
    source = build_source(spec, ("stable", "canary"), folder, limits)
    fact = source.measure("canary", "v1.0.0", NOON - timedelta(minutes=5), NOON, NOON)
    assert isinstance(fact, LogMeasurement), fact
    return fact


def test_counts_equal_the_definition_on_both_tracks(tmp_path: Path) -> None:
    """Only requests inside the window, and only those strictly over the limit."""
    chance = random.Random(3)
    for name in ("stable", "canary"):
        latencies = [round(chance.lognormvariate(3, 1.5), 3) for _ in range(800)] + [250.5, 250.501]
        rows = [line(-1 - i * 0.3, latency=ms) for i, ms in enumerate(latencies)] + [line(-301, latency=9999)]
        (tmp_path / f"{name}.csv").write_bytes(HEADER + b"".join(rows))
        sample = getattr(measured(tmp_path, *LIMITS), name) if name == "canary" else None
        expected = sample_of([(200, ms) for ms in latencies], LIMITS)
        if sample is not None:
            assert sample.slower == expected.slower
            assert sample.slower_than(250.5) == sum(ms > 250.5 for ms in latencies)
            assert sample.slower_than(1.0) is None
        else:
            (tmp_path / "canary.csv").write_bytes(HEADER)
            stable = measured(tmp_path, *LIMITS).stable
            assert stable is not None
            assert stable.slower == expected.slower


def test_an_empty_log_has_none_over_any_limit(tmp_path: Path) -> None:
    """Zero, which is not the same as not counted."""
    for name in ("stable", "canary"):
        (tmp_path / f"{name}.csv").write_bytes(HEADER)
    fact = measured(tmp_path, 100.0)
    assert fact.canary is not None
    assert fact.canary.slower_than(100.0) == 0
    plain = measured(tmp_path)
    assert plain.canary is not None
    assert plain.canary.slower == ()
