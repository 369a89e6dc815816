"""How far a release has come, and how it stopped: the rollout's step and countdown, holds, doubts, endings."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.release import Release
from bot.domain.states import State
from bot.domain.verdict import Judgement, Reason, Verdict
from bot.views import marks
from bot.views.approval_lines import missing
from bot.views.escape import code, inline, quoted
from bot.views.people import who
from bot.views.states import earlier, share
from bot.views.times import moment, span
from bot.views.verdicts import WORDS, sentence


def plan_line(release: Release) -> str:
    """The steps ahead: `10 % for 20 min, then 100 %`."""
    strategy = release.plan.strategy
    steps = [
        f"{percent} % for {span(bake)}" if bake else f"{percent} %"
        for percent, bake in zip(strategy.steps, strategy.bake, strict=True)
    ]
    return f"*Steps:* {', then '.join(steps)}"


def step_line(release: Release, now: datetime) -> str:
    """The current step with its countdown; empty before the first and after the end."""
    since = f" since {moment(release.step_at, now)}" if release.step_at else ""
    at = f"*Step {release.step + 1} of {len(release.plan.strategy.steps)}:* {share(release)} %"
    match release.state:
        case State.ROLLING:
            asked = f" at {moment(release.step_at, now)}" if release.step_at else ""
            return f"{at} asked of the deployer{asked}, not confirmed yet"
        case State.BAKING | State.VERIFYING:
            return f"{at}{since}, {_countdown(release, now)}"
        case _:
            return ""


def hold_line(release: Release, now: datetime) -> str:
    """Who holds the release since when and why, and what ends the hold; empty when nobody does."""
    hold = release.hold
    if hold is None:
        return ""
    return (
        f"{marks.ATTENTION} *On hold* since {moment(hold.at, now)}: "
        f"{hold_reason(hold.by, hold.reason, hold.gate, hold.verdict)} "
        "Nothing moves forward until somebody resumes it."
    )


def hold_reason(by: str, reason: str, gate: str = "", verdict: Verdict | None = None) -> str:
    """Why a release is held, as a sentence: a gate that did not come to a pass, or a person's wish."""
    if verdict is Verdict.FAIL:
        return f"gate {code(gate)} failed, and leaves it to a person what to do."
    if verdict is not None:
        return f"gate {code(gate)} did not come to a pass in time, its last word is “{WORDS[verdict]}”."
    return f"{who(by)} asked for it: {quoted(reason)}."


def doubt_line(release: Release) -> str:
    """What is not known while a deployment is in doubt; empty otherwise."""
    if not release.in_doubt:
        return ""
    return (
        f"{marks.ATTENTION} *In doubt:* deployment {code(release.deployment or '')} was started, and nobody knows what "
        "became of it. Look at the deployer, then say here whether it started."
    )


def ending_line(release: Release, judgements: Sequence[Judgement], now: datetime) -> str:
    """How the release ended or why it goes back; empty while it goes forward."""
    if release.state is State.DONE:
        return f"All traffic moved to {inline(release.version, 40)}, verified {moment(release.changed_at, now)}."
    ending = release.ending
    if ending is None:
        return ""
    why = because(ending.by, ending.cause, ending.gate, ending.reason, _reasons(ending.gate, judgements))
    match release.state:
        case State.REJECTED:
            return f"{why}, {moment(ending.at, now)}."
        case State.ABORTED:
            return f"{why}, {moment(ending.at, now)}.{_traffic(release)}"
        case State.EXPIRED:
            return f"Nobody finished it by {moment(release.expires_at, now)}{_was_missing(release)}."
        case State.ROLLING_BACK:
            return f"All traffic goes back because {why}."
        case State.ROLLED_BACK:
            return f"All traffic is back on {earlier(release)} since {moment(release.changed_at, now)}, because {why}."
        case State.FAILED:
            return (
                f"The rollback to {earlier(release)} failed, {moment(release.changed_at, now)}. Some traffic may "
                f"still be on {inline(release.version, 40)}. It was started because {why}."
            )
        case _:
            return ""


def because(by: str, cause: str, gate: str, reason: str, reasons: Sequence[Reason] = ()) -> str:
    """Why a release ended or goes back, as a clause without its full stop."""
    words = f": {quoted(reason)}" if reason else ""
    match cause:
        case "asked":
            return f"{who(by)} asked for a rollback{words}"
        case "aborted":
            return f"{who(by)} aborted it{words}"
        case "made_room":
            return f"{who(by)} rolled back {inline(reason, 20)}, which it was to follow"
        case "rejected":
            return f"{who(by)} rejected it{words}"
        case "gate":
            found = f": {sentence(reasons[0])}" if reasons else words
            return f"gate {code(gate)} failed{found}"
        case "deployment":
            return f"the deployment failed{words}"
        case _:
            return f"{code(cause)}{words}"


def _reasons(gate: str, judgements: Sequence[Judgement]) -> tuple[Reason, ...]:
    return next((one.reasons for one in judgements if gate and one.gate == gate and not one.opens), ())


def _countdown(release: Release, now: datetime) -> str:
    until = release.bake_until
    verb = "watched" if release.state is State.VERIFYING else "bakes"
    if until is None:
        return verb
    if now < until:
        return f"{verb} until {moment(until, now)}{_then(release)}"
    if release.held:
        return f"{'watched' if release.state is State.VERIFYING else 'baked'} until {moment(until, now)}"
    if release.asked_at:
        return f"clean since {moment(release.asked_at, now)}; the next step waits for a person to promote"
    return f"time was over at {moment(until, now)}; waiting for its gates"


def _then(release: Release) -> str:
    if release.next_step is None or release.held:
        return ""
    percent = release.plan.strategy.steps[release.next_step]
    if release.plan.strategy.advance == "auto":
        return f", then {percent} % by itself if its gates pass"
    return f", then a person may promote it to {percent} %"


def _was_missing(release: Release) -> str:
    lack = missing(release)
    return f"; it still needed {lack}" if lack else ""


def _traffic(release: Release) -> str:
    return (
        f" Up to {release.percent} % of traffic may still be on {inline(release.version, 40)}."
        if release.percent
        else ""
    )
