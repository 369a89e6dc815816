"""Verdicts and their reasons in words, with the numbers behind them."""

from bot.domain.verdict import Judgement, Reason, Verdict
from bot.views import marks
from bot.views.escape import code, inline
from bot.views.findings import FINDINGS, Finding, Shape
from bot.views.measures import Unit, amount, count, two

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
    finding = FINDINGS.get(reason.code) or FINDINGS.get(name)
    if finding is None:
        return code(reason.code) + _unexplained(reason) + _aside(reason)
    if finding.shape is Shape.FEW:
        return _few(finding, reason)
    clause = finding.words if finding.shape is Shape.SAID else _compared(finding, reason)
    return (
        clause
        + (f": {code(about)}" if about and name in FINDINGS and reason.code not in FINDINGS else "")
        + _aside(reason)
    )


def first_reason(judgement: Judgement | None) -> str:
    """The first finding of a judgement as a clause; empty when there is none."""
    return sentence(judgement.reasons[0]) if judgement and judgement.reasons else ""


def _compared(finding: Finding, reason: Reason) -> str:
    over = {Shape.OVER: "over its limit", Shape.UNDER: "under its limit"}.get(finding.shape, "too far above stable's")
    if reason.observed is None:
        return f"{finding.words} is {over}"
    if reason.limit is None:
        return f"{finding.words} {amount(reason.observed, finding.unit)} is {over}"
    observed, limit = two(reason.observed, reason.limit, finding.unit)
    if finding.shape is Shape.ABOVE_STABLE:
        return f"{finding.words} is {observed} above stable's, over the limit of {limit}"
    side = "over" if finding.shape is Shape.OVER else "under"
    return f"{finding.words} {observed} is {side} the limit of {limit}"


def _few(finding: Finding, reason: Reason) -> str:
    seen = reason.samples if reason.samples is not None else reason.observed
    if seen is None:
        return f"too few requests to judge {finding.words}" + _detail(reason)
    needed = f" of {amount(reason.limit, Unit.PLAIN)} needed" if reason.limit is not None else ""
    return f"too few requests to judge {finding.words}: {amount(seen, Unit.PLAIN)}{needed}" + _detail(reason)


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
