"""SLO files: what is accepted, what is refused, and what the shipped ones hold."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.domain.slo import SloDocument

FILES = Path(__file__).parents[2] / "configs" / "slo"
NAN, INF = float("nan"), float("inf")

REFUSED = {
    "unknown block": {"latncy": {"max_p95_ms": 1}},
    "unknown key": {"latency": {"max_p95_ms": 1, "max_p50_ms": 1}},
    "unknown nested key": {"canary": {"thresholds": {"max_p95": 1}}},
    "no block": {},
    "only a version": {"version": "v1"},
    "other version": {"version": "v2", "error": {"max_error_rate": 0.1}},
    "latency without limit": {"latency": {"min_samples": 5}},
    "error without limit": {"error": {"min_samples": 5}},
    "infra without part": {"judge_infra": {"window_sec": 300}},
    "NaN": {"latency": {"max_p95_ms": NAN}},
    "infinite": {"latency": {"max_p95_ms": INF}},
    "negative": {"latency": {"max_p95_ms": -1}},
    "text": {"latency": {"max_p95_ms": "900"}},
    "boolean as number": {"latency": {"max_p95_ms": True}},
    "number as boolean": {"anomaly": {"allow_spike": 0}},
    "rate over 1": {"error": {"max_error_rate": 1.01}},
    "rate under 0": {"error": {"max_error_rate": -0.01}},
    "availability in percent": {"judge_infra": {"availability": {"min_availability": 99.5}}},
    "grace over 1": {"judge_infra": {"latency": {"max_p95_ms": 1}, "grace_burst": 5}},
    "NaN threshold": {"canary": {"thresholds": {"max_p95_rel_increase": NAN}}},
    "delta in points": {"canary": {"thresholds": {"max_error_abs_delta": 5}}},
    "no samples": {"canary": {"min_sample_count": 0}},
    "samples as decimal": {"canary": {"min_sample_count": 10.5}},
    "no window": {"judge_infra": {"latency": {"max_p95_ms": 1}, "window_sec": 0}},
    "no rows": {"witness": {"min_rows": 0}},
    "quorum out of reach": {"quorum": {"k": 3, "n": 2}},
    "unknown budget level": {"budget": {"allow_levels": ["fine"]}},
    "percent over 100": {"saturation": {"max_cpu_percent": 101}},
    "block as list": {"latency": []},
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    """A typing error must not become a limit that is never applied."""
    with pytest.raises(ValidationError):
        SloDocument.model_validate(REFUSED[case])


DEFAULTS: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "budget": ({}, {"allow_levels": ["ok", "warn"], "max_spent": None}),
    "quota": ({}, {"forbid_actions": {}}),
    "anomaly": ({}, {"allow_spike": False}),
    "witness": ({}, {"require_csv_sha256": True, "require_signature": True, "min_rows": 1}),
    "integrity": ({}, {"require_signature": True}),
    "quorum": ({}, {"k": 2, "n": 3, "fail_closed_on_degrade": True}),
    "drift": ({}, {"source": None, "max_abs_diff": 0.15, "max_kl": 1.0, "forbid_severity": ["critical"]}),
    "saturation": ({}, {"max_cpu_percent": 90, "max_mem_percent": 85, "max_qps": None, "fail_closed": True}),
    "canary": (
        {},
        {
            "thresholds": {"max_p95_rel_increase": 0.15, "max_error_abs_delta": 0.01, "max_sig_error_delta": None},
            "min_sample_count": 1000,
            "guardband_minutes": 10,
        },
    ),
    "judge_infra": (
        {"availability": {"min_availability": 0.99}},
        {
            "latency": None,
            "availability": {"min_availability": 0.99},
            "sig": None,
            "window_sec": 300,
            "grace_burst": 0.0,
        },
    ),
}


@pytest.mark.parametrize("block", DEFAULTS)
def test_defaults_apply_inside_a_block(block: str) -> None:
    """The source system's own (contracts 1.11), save for signatures, which request logs cannot hold."""
    written, read = DEFAULTS[block]
    document = SloDocument.model_validate({block: written})
    assert document.blocks == (block,)
    assert document.model_dump(mode="json")[block] == read


@pytest.mark.parametrize("path", sorted(FILES.glob("*.json")), ids=lambda path: path.name)
def test_shipped_files_are_valid_and_survive_the_ledger(path: Path) -> None:
    """Read from the file, written into an event and read again, a document is the same."""
    document = SloDocument.model_validate(json.loads(path.read_text()))
    assert SloDocument.model_validate_json(document.model_dump_json()) == document


def test_shipped_values_are_those_of_the_source_system() -> None:
    """Contracts 1.11, "shipped values"."""
    infra = SloDocument.model_validate_json((FILES / "slo-judge-infra.json").read_text()).judge_infra
    assert infra is not None
    assert infra.model_dump() == {
        "latency": {"max_p95_ms": 1200, "max_p99_ms": 2500, "min_samples": 100},
        "availability": {"min_availability": 0.995},
        "sig": {"max_sig_error_rate": 0.001, "min_samples": 100},
        "window_sec": 300,
        "grace_burst": 0.05,
    }
    canary = SloDocument.model_validate_json((FILES / "slo-canary.json").read_text())
    assert canary.latency is not None
    assert canary.latency.model_dump() == {"max_p95_ms": 900, "max_p99_ms": 1800, "min_samples": 1000}
    assert canary.canary == SloDocument.model_validate({"canary": {}}).canary
