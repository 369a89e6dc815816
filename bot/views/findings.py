"""What each reason code of a gate means in words, and in which unit its numbers are (contracts 1.11)."""

from dataclasses import dataclass
from enum import Enum

from bot.views.measures import Unit


class Shape(Enum):
    """How a finding's numbers are compared in a sentence."""

    OVER = "over"
    UNDER = "under"
    ABOVE_STABLE = "above stable"
    FEW = "few"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class Finding:
    """The words of one code: a noun for a shape that compares, a whole clause for SAID."""

    words: str
    shape: Shape = Shape.SAID
    unit: Unit = Unit.PLAIN


def _over(words: str, unit: Unit) -> Finding:
    return Finding(words, Shape.OVER, unit)


def _above(words: str, unit: Unit) -> Finding:
    return Finding(words, Shape.ABOVE_STABLE, unit)


def _few(words: str) -> Finding:
    return Finding(words, Shape.FEW)


FINDINGS: dict[str, Finding] = {
    # absolute limits
    "latency.p95_over": _over("p95 latency", Unit.MS),
    "latency.p99_over": _over("p99 latency", Unit.MS),
    "error.rate_over": _over("error rate", Unit.SHARE),
    "perf.missing": Finding("there are no latency numbers"),
    "perf.samples_insufficient_latency": _few("latency"),
    "perf.samples_insufficient_error": _few("the error rate"),
    "infra.perf_missing": Finding("there are no latency numbers"),
    "infra.samples_insufficient_latency": _few("latency"),
    "infra.samples_insufficient_signature": _few("signature errors"),
    "infra.latency_p95_over": _over("p95 latency", Unit.MS),
    "infra.latency_p99_over": _over("p99 latency", Unit.MS),
    "infra.availability_low": Finding("availability", Shape.UNDER, Unit.SHARE),
    "infra.sig_error_rate_over": _over("signature error rate", Unit.SHARE),
    "infra.saturation.cpu": _over("CPU load", Unit.PERCENT),
    "infra.saturation.mem": _over("memory use", Unit.PERCENT),
    "infra.saturation.qps": _over("requests per second", Unit.PLAIN),
    "budget.level_forbidden": Finding("the error budget stands at a level that the SLO forbids"),
    "budget.spent_over": _over("the share of the error budget that is spent", Unit.SHARE),
    "quota.forbid": Finding("a quota was hit that the SLO forbids"),
    "anomaly.spike_forbidden": Finding("a spike was seen, and the SLO allows none"),
    "drift.abs_diff_over": _over("drift", Unit.PLAIN),
    "drift.kl_over": _over("drift (KL divergence)", Unit.PLAIN),
    "drift.severity_forbidden": Finding("drift has a severity that the SLO forbids"),
    # the canary against stable
    "canary.block_missing": Finding("there is no measurement of the canary"),
    "canary.sample_insufficient": _few("the canary"),
    "canary.p95_rel_over": _above("p95 latency", Unit.SHARE),
    "canary.error_delta_over": _above("error rate", Unit.POINTS),
    "canary.sig_error_delta_over": _above("signature error rate", Unit.POINTS),
    # evidence itself
    "slo-parse": Finding("the SLO file cannot be read"),
    "evidence.missing": Finding("evidence is missing"),
    "witness.no_csv_sha256": Finding("the evidence does not say which file it was measured from"),
    "integrity.signature_mismatch": Finding("the signature of the evidence does not fit"),
}
"""Codes that stand here are explained; any other is shown as it is."""
