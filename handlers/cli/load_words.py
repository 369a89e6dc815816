"""What a load run saw, in words for a terminal."""

from collections.abc import Iterator, Sequence

from bot.domain.evidence import LoadMeasurement
from bot.domain.evidence.load import Latencies
from bot.domain.service import LoadGate
from bot.domain.verdict import Reason, Verdict
from bot.views.measures import Unit, amount, count
from bot.views.verdicts import WORDS, sentence


def lines(gate: LoadGate, seen: LoadMeasurement, verdict: Verdict, reasons: Sequence[Reason]) -> Iterator[str]:
    """The run, its failures, its latencies, the verdict with every reason."""
    good = f" ({amount(seen.ok / seen.total, Unit.SHARE)})" if seen.total else ""
    yield f"Total: {seen.total:,}"
    yield f"Successful: {seen.ok:,}{good}"
    yield f"Failed: {seen.failed:,}, {seen.timeouts:,} of those timed out"
    rate = amount(seen.achieved_rps, Unit.PLAIN, 2)
    yield f"Rate: {rate} requests a second of {amount(seen.asked_rps, Unit.PLAIN, 2)} asked"
    if seen.held_back:
        yield f"Not sent: {seen.held_back:,}, because {count(seen.in_flight, 'request')} still waited for an answer"
    for error in seen.errors:
        yield f"  {error.text} ({count(error.count, 'time')})"
    if seen.latency_ms is not None:
        yield "Latency: " + ", ".join(_figures(seen.latency_ms))
        limit = amount(gate.p95_threshold, Unit.MS, 2)
        yield f"Threshold: p95 {amount(seen.latency_ms.p95, Unit.MS, 2)}, at most {limit}"
    yield f"Verdict: {WORDS[verdict]}"
    for reason in reasons:
        yield f"  {sentence(reason)}"


def _figures(latency: Latencies) -> Iterator[str]:
    for name in Latencies.model_fields:
        yield f"{name} {amount(getattr(latency, name), Unit.MS, 2)}"
