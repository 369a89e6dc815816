"""Verdicts and their reasons in words, with the numbers behind them."""

from datetime import timedelta
from math import isfinite

from bot.domain.verdict import Judgement, Reason, Verdict
from bot.views import marks
from bot.views.escape import code, inline
from bot.views.figures import figure_told
from bot.views.finding import Finding, Shape
from bot.views.findings import FINDINGS
from bot.views.measures import Unit, amount, count, two
from bot.views.times import span

_CENTURY = 3.2e9
"""Seconds; a longer age is a broken clock, and a timedelta has an end."""

WORDS = {
    Verdict.PASS: "pass",
    Verdict.FAIL: "fail",
    Verdict.PENDING: "pending",
    Verdict.NO_DATA: "no data",
    Verdict.INCONCLUSIVE: "inconclusive",
    Verdict.ERROR: "error",
}
MARKS = {
    Verdict.PASS: marks.GOOD,
    Verdict.FAIL: marks.BAD,
    Verdict.PENDING: marks.WAITING,
    Verdict.NO_DATA: marks.UNKNOWN,
    Verdict.INCONCLUSIVE: marks.UNKNOWN,
    Verdict.ERROR: marks.ATTENTION,
}


def sentence(reason: Reason) -> str:
    """One finding as a clause, such as "error rate 8.1 % is over the limit of 1 % (412 requests, 5 s window)". A code
    that nobody explained is shown as it is."""
    name, _, about = reason.code.partition(":")
    if finding := FINDINGS.get(reason.code):
        return _told(finding, reason)
    if name == "checklist.open":
        return f"{FINDINGS[name].words}, by {code(about)}" + _aside(reason)
    if finding := FINDINGS.get(name):
        return f"{finding.words}: {code(about)}" + _aside(reason)
    return code(reason.code) + _unexplained(reason) + _aside(reason)


def first_reason(judgement: Judgement | None) -> str:
    """The first finding of a judgement as a clause; empty when there is none."""
    return sentence(judgement.reasons[0]) if judgement and judgement.reasons else ""


def _told(finding: Finding, reason: Reason) -> str:
    match finding.shape:
        case Shape.SAID:
            return finding.words + _aside(reason)
        case Shape.OF:
            return finding.words + _of(reason) + _detail(reason)
        case Shape.AGE:
            return finding.words + _age(reason) + _detail(reason)
        case Shape.PROGRESS:
            progress = _of(reason, "").removeprefix(": ") or "not enough"
            return f"{progress} {finding.words}" + _detail(reason)
        case Shape.FIGURE:
            told = figure_told(finding.words, reason)
            seen = f" ({count(reason.samples, 'request')})" if reason.samples is not None else ""
            return (
                told + seen if told else f"a figure {finding.words} its limit" + _unexplained(reason) + _aside(reason)
            )
        case _:
            return _compared(finding, reason) + _aside(reason)


def _compared(finding: Finding, reason: Reason) -> str:
    far = {Shape.OVER: "over its limit", Shape.UNDER: "under its limit"}.get(finding.shape, "too far above stable's")
    if reason.observed is None:
        return f"{finding.words} is {far}"
    if reason.limit is None:
        return f"{finding.words} {amount(reason.observed, finding.unit)} is {far}"
    observed, limit = two(reason.observed, reason.limit, finding.unit)
    if finding.shape is Shape.ABOVE_STABLE:
        return f"{finding.words} is {observed} above stable's, over the limit of {limit}"
    side = "over" if finding.shape is Shape.OVER else "under"
    return f"{finding.words} {observed} is {side} the limit of {limit}"


def _of(reason: Reason, needed: str = " needed") -> str:
    seen = reason.observed if reason.observed is not None else reason.samples
    if seen is None:
        return ""
    return f": {amount(seen, Unit.PLAIN)}" + (
        f" of {amount(reason.limit, Unit.PLAIN)}{needed}" if reason.limit is not None else ""
    )


def _age(reason: Reason) -> str:
    if reason.observed is None or not isfinite(reason.observed):
        return ""
    limit = reason.limit
    allowed = f", the limit is {seconds(limit)}" if limit is not None and isfinite(limit) else ""
    return f" ({seconds(reason.observed)}{allowed})"


def seconds(number: float) -> str:
    """A number of seconds as a duration."""
    return span(timedelta(seconds=min(max(number, 0), _CENTURY)))


def _unexplained(reason: Reason) -> str:
    if reason.observed is None:
        return ""
    if reason.limit is None:
        return f": {amount(reason.observed, Unit.PLAIN, 4)}"
    observed, limit = two(reason.observed, reason.limit, Unit.PLAIN)
    return f": {observed}, limit {limit}"


def _aside(reason: Reason) -> str:
    parts = [count(reason.samples, "request")] if reason.samples is not None else []
    parts += [inline(reason.detail, 200)] if reason.detail else []
    return f" ({', '.join(parts)})" if parts else ""


def _detail(reason: Reason) -> str:
    return f" ({inline(reason.detail, 200)})" if reason.detail else ""
