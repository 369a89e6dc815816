"""Beside a finding: which requests and which file its number is from, how old it is, and what would have to change."""

from datetime import datetime
from math import ceil, floor, isfinite

from bot.domain.verdict import Reason
from bot.views.escape import code, inline
from bot.views.finding import Finding, Shape
from bot.views.findings import FINDINGS
from bot.views.measures import Unit, amount, count
from bot.views.times import moment, span
from bot.views.verdicts import seconds

ADVICE = {
    "perf.missing": "it needs requests in the measured window, and a log that has them",
    "infra.perf_missing": "it needs requests in the judge log, or a judge log at all",
    "infra.window_too_long": "measure a shorter span, no longer than the limits are meant for",
    "canary.block_missing": "both tracks need requests in the same window",
    "canary.figure_missing": "both tracks need that figure; wrong signatures stand in judge logs",
    "evidence.stale": "measure again",
    "evidence.before_step": "it speaks once a whole window lies after the last step",
    "evidence.missing:sig": "give the source a `judgelog`, or harvest one into the document",
    "evidence.missing:signature": "set witness.require_signature to false here; sealed documents are for judges",
    "evidence.missing:integrity": "harvest the document anew: its checksum is written with it",
    "evidence.unsealed": "seal it: `interlock evidence seal`",
    "evidence.seal_unchecked": "judge where the key is, or name the public half: `--public`",
    "evidence.seal_broken": "`interlock evidence verify` says what was changed; then harvest anew",
    "evidence.tampered": "harvest anew; what somebody marked is never cleared",
    "evidence.contradictory": "harvest anew from the log; no one may write figures by hand",
    "integrity.signature_mismatch": "harvest anew; a document that was changed is never made to fit",
    "witness.no_csv_sha256": "harvest anew: the SHA-256 of the log is written with it",
    "objective.missing": "the evidence has to hold that figure",
    "objective.no_last_good": "it passes once there is evidence of a good release to compare with",
    "slo-parse": "give the file a block that limits something",
    "budget.level_forbidden": "the budget has to stand at a level that the SLO file allows",
}
"""What would have to change, where a limit does not say it. A code that is not here speaks for itself."""


def grounds(reason: Reason, now: datetime) -> str:
    """Which requests, in which file, how long ago; empty where the reason says nothing of it."""
    parts = []
    if reason.window is not None:
        start, end = reason.window
        parts.append(f"counted over {span(end - start)} up to {moment(end, now)}, {span(now - end)} ago")
    if reason.source:
        parts.append(f"in {code(inline(reason.source, 200))}")
    return ", ".join(parts)


def way_out(reason: Reason) -> str:
    """What would have to change for this finding to go; empty where its own words say it."""
    if advice := ADVICE.get(reason.code):
        return f"to change: {advice}"
    finding = FINDINGS.get(reason.code)
    words = _by_limit(finding, reason) if finding is not None else ""
    return f"to change: {words}" if words else ""


def _by_limit(finding: Finding, reason: Reason) -> str:
    """How far it is from its limit, in what a person can act on: requests where it is a share of them."""
    if reason.observed is None or reason.limit is None or not isfinite(reason.observed) or not isfinite(reason.limit):
        return ""
    beyond = reason.observed - reason.limit
    unit = Unit.POINTS if finding.unit is Unit.SHARE else finding.unit
    match finding.shape:
        case Shape.OVER if finding.unit is Unit.SHARE and reason.samples:
            most, were = floor(reason.limit * reason.samples + 1e-9), round(reason.observed * reason.samples)
            return f"at most {most:,} of {count(reason.samples, 'request')} may count against it, and {were:,} did"
        case Shape.UNDER if finding.unit is Unit.SHARE and reason.samples:
            least, were = ceil(reason.limit * reason.samples - 1e-9), round(reason.observed * reason.samples)
            return f"at least {least:,} of {count(reason.samples, 'request')} have to be good, and {were:,} were"
        case Shape.OVER:
            return f"{amount(beyond, unit, 3)} less"
        case Shape.UNDER | Shape.ABOVE_STABLE:
            return f"{amount(abs(beyond), unit, 3)} {'more' if beyond < 0 else 'less'}"
        case Shape.OF:
            return f"{count(max(1, ceil(-beyond)), 'more', 'more')}"
        case Shape.AGE if reason.code == "canary.guardband":
            return f"watch it for {seconds(-beyond)} more"
        case _:
            return ""
