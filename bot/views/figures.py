"""The figures that objectives name, in words and in their unit."""

from bot.domain.verdict import Reason
from bot.views.measures import Unit, two

FIGURES: dict[str, tuple[str, Unit]] = {
    "latency.p50_ms": ("p50 latency", Unit.MS),
    "latency.p95_ms": ("p95 latency", Unit.MS),
    "latency.p99_ms": ("p99 latency", Unit.MS),
    "error_rate": ("error rate", Unit.SHARE),
    "error_budget.burn": ("burn rate of the error budget", Unit.PLAIN),
    "infra.latency.p95_ms": ("p95 latency by the judge log", Unit.MS),
    "infra.latency.p99_ms": ("p99 latency by the judge log", Unit.MS),
    "infra.availability": ("availability", Unit.SHARE),
    "infra.signature_error_rate": ("signature error rate", Unit.SHARE),
    "canary.p95_rel": ("rise of p95 latency above stable's", Unit.SHARE),
    "canary.error_delta": ("rise of the error rate above stable's", Unit.POINTS),
    "canary.sig_error_delta": ("rise of the signature error rate above stable's", Unit.POINTS),
    "drift.abs_diff": ("drift", Unit.PLAIN),
    "drift.kl": ("drift (KL divergence)", Unit.PLAIN),
    "saturation.cpu_percent": ("CPU load", Unit.PERCENT),
    "saturation.mem_percent": ("memory use", Unit.PERCENT),
    "saturation.qps": ("requests per second", Unit.PLAIN),
    "budget.spent": ("amount spent", Unit.PLAIN),
}
"""By indicator."""


def figure_told(told: str, reason: Reason) -> str | None:
    """A finding about one figure, such as "error rate 2 % is over the limit of 1 %"; `told` is what stands between the
    two numbers. None where the reason does not name a figure that is known here, or lacks a number."""
    if reason.detail not in FIGURES or reason.observed is None or reason.limit is None:
        return None
    words, unit = FIGURES[reason.detail]
    observed, limit = two(reason.observed, reason.limit, unit)
    return f"{words} {observed} {told} {limit}"
