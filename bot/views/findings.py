"""What each reason code of a gate means in words, and in which unit its numbers are (contracts 1.11)."""

from dataclasses import dataclass
from enum import Enum

from bot.views.measures import Unit


class Shape(Enum):
    """How a finding's numbers are told: `words` is a noun for the first three, a whole clause for the others."""

    OVER = "over"
    UNDER = "under"
    ABOVE_STABLE = "above stable"
    OF = "observed of limit needed"
    AGE = "seconds of seconds"
    PROGRESS = "observed of limit done"
    FIGURE = "observed against limit, the figure by its indicator; `words` stand between the numbers"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class Finding:
    """The words of one code, how its numbers are told, and their unit."""

    words: str
    shape: Shape = Shape.SAID
    unit: Unit = Unit.PLAIN


def _over(words: str, unit: Unit) -> Finding:
    return Finding(words, Shape.OVER, unit)


def _above(words: str, unit: Unit) -> Finding:
    return Finding(words, Shape.ABOVE_STABLE, unit)


def _few(words: str) -> Finding:
    return Finding(f"too few {words}", Shape.OF)


def _age(words: str) -> Finding:
    return Finding(words, Shape.AGE)


FINDINGS: dict[str, Finding] = {
    # absolute limits
    "latency.p95_over": _over("p95 latency", Unit.MS),
    "latency.p99_over": _over("p99 latency", Unit.MS),
    "error.rate_over": _over("error rate", Unit.SHARE),
    "perf.missing": Finding("there are no requests to judge"),
    "perf.samples_insufficient_latency": _few("requests to judge latency"),
    "perf.samples_insufficient_error": _few("requests to judge the error rate"),
    "infra.perf_missing": Finding("there are no requests to judge"),
    "infra.samples_insufficient_latency": _few("requests to judge latency"),
    "infra.samples_insufficient_signature": _few("requests to judge signature errors"),
    "infra.latency_p95_over": _over("p95 latency", Unit.MS),
    "infra.latency_p99_over": _over("p99 latency", Unit.MS),
    "infra.availability_low": Finding("availability", Shape.UNDER, Unit.SHARE),
    "infra.sig_error_rate_over": _over("signature error rate", Unit.SHARE),
    "infra.saturation.cpu": _over("CPU load", Unit.PERCENT),
    "infra.saturation.mem": _over("memory use", Unit.PERCENT),
    "infra.saturation.qps": _over("requests per second", Unit.PLAIN),
    "budget.level_forbidden": Finding("the error budget stands at a level that the SLO forbids"),
    "budget.spent_over": _over("spent share of the error budget", Unit.SHARE),
    "quota.forbid": Finding("a quota took an action that the SLO forbids"),
    "anomaly.spike_forbidden": Finding("there was a spike, and the SLO allows none"),
    "drift.abs_diff_over": _over("drift", Unit.PLAIN),
    "drift.kl_over": _over("drift (KL divergence)", Unit.PLAIN),
    "drift.severity_forbidden": Finding("drift has a severity that the SLO forbids"),
    "infra.window_too_long": _age("the figures cover a longer span than the limits are meant for"),
    # what a document says of itself, and of what it was asked
    "integrity.signature_mismatch": Finding("the document was changed: its checksum does not fit"),
    "evidence.tampered": Finding("the document is marked as tampered with"),
    "evidence.seal_broken": Finding("the document's seal does not hold"),
    "evidence.missing:signature": Finding("the evidence is not sealed; a log alone never is"),
    "evidence.unsealed": Finding("the document is not sealed; seal it with `interlock evidence seal`"),
    "evidence.seal_unchecked": Finding("nobody here has a key to check the document's seal with"),
    "evidence.contradictory": Finding("two figures of the document cannot both be true"),
    "evidence.missing:integrity": Finding("the document holds no checksum"),
    "evidence.missing:sig": Finding("nobody measured wrong signatures; they stand in judge logs"),
    "evidence.missing:budget": Finding("the document does not say what was spent"),
    "evidence.missing:quota": Finding("the document does not say what quotas decided"),
    "evidence.missing:anomaly": Finding("nobody looked for a spike"),
    "evidence.missing:drift": Finding("nobody measured drift"),
    "evidence.missing:saturation": Finding("nobody measured the load"),
    # objectives
    "objective.over": Finding("is over the limit of", Shape.FIGURE),
    "objective.under": Finding("is under the limit of", Shape.FIGURE),
    "objective.warn_over": Finding("is in the warn band, which begins at", Shape.FIGURE),
    "objective.warn_under": Finding("is in the warn band, which ends at", Shape.FIGURE),
    "objective.worse_than_last_good": Finding("is worse than the last good release allows:", Shape.FIGURE),
    "objective.missing": Finding("a figure that an objective needs was not measured"),
    "objective.samples": _few("requests for an objective"),
    "objective.no_last_good": Finding("there is no last good release to compare with"),
    "score.low": Finding("the total score", Shape.UNDER, Unit.SHARE),
    "score.scarce": Finding("the total score, enough to pass,", Shape.UNDER, Unit.SHARE),
    # the canary against stable
    "canary.block_missing": Finding("one of the two tracks has no measurement to compare"),
    "canary.sample_insufficient": _few("requests to compare"),
    "canary.p95_rel_over": _above("p95 latency", Unit.SHARE),
    "canary.error_delta_over": _above("error rate", Unit.POINTS),
    "canary.sig_error_delta_over": _above("signature error rate", Unit.POINTS),
    "canary.figure_missing": Finding("a figure of the comparison was not measured"),
    "canary.guardband": _age("the canary was not watched for long enough"),
    "canary.windows_clean": Finding("windows clean", Shape.PROGRESS),
    "canary.window_short": _age("the newest window is cut short"),
    # the canary with statistics
    "statistics.no_latency_limit": Finding("no latency limit says which requests are slow"),
    "statistics.uncounted": Finding("its measurement lacks a count"),
    "statistics.errors_over": Finding("failed requests as a multiple of stable's:", Shape.OVER),
    "statistics.slow_over": Finding("slow requests as a multiple of stable's:", Shape.OVER),
    "statistics.share_over": Finding("share of requests beyond a limit of the SLO:", Shape.OVER, Unit.SHARE),
    "statistics.hard_stop": Finding("one window alone, as a multiple of stable's:", Shape.OVER),
    "statistics.count": Finding("evidence against the canary, by counts:", Shape.OVER),
    "statistics.sign": Finding("evidence against the canary, window by window:", Shape.OVER),
    "statistics.undecided": Finding("evidence that the canary is good enough", Shape.OF),
    # results from CI
    "check.missing": Finding("no result has come in yet"),
    "check.failed": Finding("CI reports a failure"),
    "check.pending": Finding("CI is still at work"),
    "check.stale": _age("the result is too old"),
    "check.from_future": _age("the result is dated in the future"),
    "check.wrong_version": Finding("the result is for another version"),
    "check.wrong_digest": Finding("the result is for another artifact"),
    # several judges
    "quorum.short": Finding("too few judges pass", Shape.OF),
    "quorum.no_vote": Finding("a judge gave no vote"),
    "quorum.other_rules": Finding("the votes were given under another SLO file or quorum"),
    "evidence.missing:votes": Finding("no judge has been asked yet"),
    # checklists
    "checklist.progress": Finding("items ticked", Shape.PROGRESS),
    "checklist.open": Finding("still to be ticked"),
    # sources
    "source.missing": Finding("its log is not there"),
    "source.unreadable": Finding("its log cannot be read"),
    "source.bad_row": Finding("its log has a row that cannot be trusted"),
    # evidence itself
    "slo-parse": Finding("the SLO file has no limits for this gate"),
    "evidence.missing": Finding("no evidence answers this part of the SLO"),
    "evidence.missing:baseline": Finding("no version is known to be live before this one"),
    "evidence.missing:reqlog": Finding("nothing has been measured yet"),
    "evidence.missing:witness": Finding("the evidence does not say which files it was measured from"),
    "evidence.wrong_version": Finding("the evidence is about another version"),
    "evidence.wrong_kind": Finding("the evidence is of another kind than this gate reads"),
    "evidence.from_future": _age("the evidence is dated in the future"),
    "evidence.stale": _age("the evidence is too old"),
    "evidence.before_step": Finding("the evidence is from before all traffic moved"),
    "witness.no_csv_sha256": Finding("the evidence has no SHA-256 of the file that it was measured from"),
    "witness.rows_insufficient": _few("rows in the log"),
}
"""Codes that stand here are explained; any other is shown as it is."""
