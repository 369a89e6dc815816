"""The statistics of a canary gate, as a service file sets them."""

import pytest

from bot.domain.service import CanaryGate
from tests.adapters.config.workplace import Workplace

GATE = "{name: canary, kind: canary, file: slo/canary.json, source: reqlog}"
KEY = "environments.prod.gates[2].statistics"


def with_statistics(work: Workplace, statistics: str) -> None:
    work.edit("services/checkout.yaml", GATE, GATE[:-1] + f", statistics: {statistics}}}")


def test_what_is_not_set_has_its_default(work: Workplace) -> None:
    """One in a hundred, a fifth more, twice as bad; the latency limit from the file."""
    work.write("slo/canary.json", '{"canary": {}, "latency": {"max_p95_ms": 300, "max_p99_ms": 900}}')
    with_statistics(work, "{mode: sequential, beta: 0.1}")
    plan = work.catalogue().plan("checkout", "prod")
    gate = plan.gate("canary") if plan else None
    assert isinstance(gate, CanaryGate)
    assert gate.statistics is not None
    assert gate.slo is not None
    assert (gate.statistics.alpha, gate.statistics.beta) == (0.01, 0.1)
    assert (gate.statistics.margin, gate.statistics.worse) == (1.2, 2)
    assert gate.statistics.slow_limits(gate.slo) == (300,)


def test_without_a_latency_limit_nothing_would_be_slow(work: Workplace) -> None:
    """The complaint names both places where one can stand; with fixed thresholds none is needed."""
    with_statistics(work, "{mode: sequential}")
    file, key, reason = work.only_problem()
    assert (file, key) == ("services/checkout.yaml", f"{KEY}.slow_ms")
    assert "set slow_ms, or a latency limit in" in reason
    work.edit("services/checkout.yaml", "mode: sequential", "mode: sequential, slow_ms: [250]")
    work.catalogue()
    work.edit("services/checkout.yaml", "mode: sequential, slow_ms: [250]", "mode: fixed")
    work.catalogue()


@pytest.mark.parametrize(
    ("statistics", "key"),
    [
        ("{mode: auto}", f"{KEY}.mode"),
        ("{mode: sequential, slow_ms: [250], alpha: 0}", f"{KEY}.alpha"),
        ("{mode: sequential, slow_ms: [250], margin: 3}", KEY),
        ("{mode: sequential, slow_ms: [250], hard_stop: {ratio: 0}}", f"{KEY}.hard_stop.ratio"),
        ("{mode: sequential, slow_ms: [250], power: 0.8}", f"{KEY}.power"),
    ],
)
def test_mistakes_are_named(work: Workplace, statistics: str, key: str) -> None:
    """By their place in the file."""
    with_statistics(work, statistics)
    assert work.only_problem()[:2] == ("services/checkout.yaml", key)
