"""The absolute limits of an SLO document, applied to the figures of one measurement (contracts 1.11)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.slo import ErrorBlock, InfraBlock, InfraSignatures, LatencyBlock, SloDocument
from bot.domain.verdict import Verdict
from bot.gates.figures import Figures
from bot.gates.finding import Finding, found

HAIR = 1e-9
"""Differences below this are the rounding of floats: a value exactly at its limit keeps it."""


@dataclass(frozen=True, slots=True)
class Codes:
    """The reason codes of one block, as the source system names them."""

    missing: str
    few: str
    p95: str = ""
    p99: str = ""


PERF_LATENCY = Codes("perf.missing", "perf.samples_insufficient_latency", "latency.p95_over", "latency.p99_over")
PERF_ERROR = Codes("perf.missing", "perf.samples_insufficient_error")
INFRA_LATENCY = Codes(
    "infra.perf_missing", "infra.samples_insufficient_latency", "infra.latency_p95_over", "infra.latency_p99_over"
)
INFRA_SIGNATURE = Codes("infra.perf_missing", "infra.samples_insufficient_signature")


def check_limits(slo: SloDocument, perf: Figures, infra: Figures) -> tuple[Finding, ...]:
    """Everything that breaks, or cannot be held against, a limit of the document: `latency` and `error` are about
    `perf`, `judge_infra` about `infra`, which are the same where one log is all there is."""
    findings: list[Finding] = []
    if slo.latency:
        findings += at_place(_latency(slo.latency, perf, PERF_LATENCY, grace=0.0), perf)
    if slo.error:
        findings += at_place(_errors(slo.error, perf), perf)
    if slo.judge_infra:
        findings += at_place(_infra(slo.judge_infra, infra), infra)
    return tuple(findings)


def check_signatures(slo: SloDocument, infra: Figures) -> tuple[Finding, ...]:
    """The limit on wrong signatures, which only judge logs know of."""
    if slo.judge_infra is None or slo.judge_infra.sig is None:
        return ()
    return at_place(_signatures(slo.judge_infra.sig, infra), infra)


def at_place(findings: Iterable[Finding], figures: Figures) -> tuple[Finding, ...]:
    """The findings with the window and the file that their numbers come from."""
    place = {"window": figures.window, "source": figures.source}
    return tuple(Finding(one.verdict, one.reason.model_copy(update=place)) for one in findings)


def over(observed: float, limit: float) -> bool:
    """Whether a value lies above its limit, by more than rounding."""
    return observed - limit > HAIR


def _latency(block: LatencyBlock, figures: Figures, codes: Codes, grace: float) -> Iterator[Finding]:
    if thin := _too_few(figures, block.min_samples, codes):
        yield thin
        return
    rows = ((codes.p95, figures.p95_ms, block.max_p95_ms), (codes.p99, figures.p99_ms, block.max_p99_ms))
    for code, observed, limit in rows:
        if limit is None:
            continue
        graced = limit * (1 + grace)
        if observed is None:
            yield found(Verdict.NO_DATA, codes.missing, limit=graced, samples=figures.count)
        elif over(observed, graced):
            yield found(Verdict.FAIL, code, observed, graced, figures.count)


def _errors(block: ErrorBlock, figures: Figures) -> Iterator[Finding]:
    if thin := _too_few(figures, block.min_samples, PERF_ERROR):
        yield thin
    elif figures.error_rate is None:
        yield found(Verdict.NO_DATA, PERF_ERROR.missing, samples=figures.count)
    elif over(figures.error_rate, block.max_error_rate):
        yield found(Verdict.FAIL, "error.rate_over", figures.error_rate, block.max_error_rate, figures.count)


def _infra(block: InfraBlock, figures: Figures) -> Iterator[Finding]:
    if long := _too_long(block, figures):
        yield long
    if block.latency:
        yield from _latency(block.latency, figures, INFRA_LATENCY, block.grace_burst)
    if block.availability:
        needed = block.latency.min_samples if block.latency else 1
        if thin := _too_few(figures, needed, INFRA_LATENCY):
            # With a latency block the same shortage has just been reported.
            yield from () if block.latency else (thin,)
        else:
            yield from _availability(block.availability.min_availability, figures)


def _availability(least: float, figures: Figures) -> Iterator[Finding]:
    if figures.availability is None:
        yield found(Verdict.NO_DATA, INFRA_LATENCY.missing, limit=least, samples=figures.count)
    elif over(least, figures.availability):
        yield found(Verdict.FAIL, "infra.availability_low", figures.availability, least, figures.count)


def _signatures(block: InfraSignatures, figures: Figures) -> Iterator[Finding]:
    if figures.signature_error_rate is None:
        yield found(Verdict.NO_DATA, "evidence.missing:sig", limit=block.max_sig_error_rate, samples=figures.count)
    elif thin := _too_few(figures, block.min_samples, INFRA_SIGNATURE):
        yield thin
    elif over(figures.signature_error_rate, block.max_sig_error_rate):
        limit = block.max_sig_error_rate
        yield found(Verdict.FAIL, "infra.sig_error_rate_over", figures.signature_error_rate, limit, figures.count)


def _too_long(block: InfraBlock, figures: Figures) -> Finding | None:
    """The whole log of a day says nothing about the five minutes that the limits are meant for (contracts 1.10)."""
    if figures.window is None:
        return None
    seconds = (figures.window[1] - figures.window[0]).total_seconds()
    if not over(seconds, block.window_sec):
        return None
    return found(Verdict.INCONCLUSIVE, "infra.window_too_long", seconds, block.window_sec, figures.count)


def _too_few(figures: Figures, needed: int, codes: Codes) -> Finding | None:
    """No request at all is no data; some, but fewer than needed, decide nothing."""
    if not figures.count:
        return found(Verdict.NO_DATA, codes.missing, samples=figures.count)
    if figures.count < needed:
        return found(Verdict.INCONCLUSIVE, codes.few, figures.count, needed, figures.count)
    return None
