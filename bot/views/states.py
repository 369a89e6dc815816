"""States, environments and actions in words."""

from datetime import datetime

from bot.domain.release import Release
from bot.domain.states import ENDED, State
from bot.domain.verdict import Judgement
from bot.views import marks
from bot.views.escape import inline
from bot.views.gate_lines import waits_for_gates

WORDS = {
    State.PROPOSED: "waiting for approval",
    State.APPROVED: "approved",
    State.ROLLING: "moving traffic",
    State.BAKING: "baking",
    State.VERIFYING: "being verified",
    State.DONE: "done",
    State.REJECTED: "rejected",
    State.EXPIRED: "expired",
    State.ABORTED: "aborted",
    State.FAILED: "stuck: its rollback failed",
    State.ROLLING_BACK: "rolling back",
    State.ROLLED_BACK: "rolled back",
}
"""What follows "R-12 is …"."""

_MARKS = {
    State.DONE: marks.GOOD,
    State.REJECTED: marks.BAD,
    State.EXPIRED: marks.BAD,
    State.ABORTED: marks.BAD,
    State.FAILED: marks.ATTENTION,
    State.ROLLED_BACK: marks.BAD,
}


def title(release: Release) -> str:
    """What goes where: `checkout v2.1.0 → prod`."""
    return f"{inline(release.service, 63)} {inline(release.version, 40)} → {inline(release.environment, 20)}"


def named(release: Release) -> str:
    """The release by id and title: `R-12 (checkout v2.1.0 → prod)`."""
    return f"{inline(release.id, 20)} ({title(release)})"


def heading(release: Release, judgements: tuple[Judgement, ...], now: datetime) -> str:
    """Where the release stands, in a few words."""
    words = _heading(release, judgements, now)
    if release.in_doubt:
        return f"In doubt: {words}"
    return f"On hold: {words}" if release.held and release.state not in ENDED else words[0].upper() + words[1:]


def mark(release: Release) -> str:
    """The mark beside the heading."""
    attention = release.in_doubt or (release.held and release.state not in ENDED)
    return marks.ATTENTION if attention else _MARKS.get(release.state, marks.WAITING)


def earlier(release: Release) -> str:
    """The version that traffic goes back to, in words."""
    version = release.target or release.previous or release.plan.baseline
    return inline(version, 40) if version else "the version that was live before"


def share(release: Release) -> int:
    """The share of traffic that the current step is about, in percent."""
    return release.plan.strategy.steps[release.step] if release.step >= 0 else 0


def _heading(release: Release, judgements: tuple[Judgement, ...], now: datetime) -> str:
    match release.state:
        case State.APPROVED:
            return (
                "approved, waiting for gates" if waits_for_gates(release, judgements) else "approved, ready to promote"
            )
        case State.ROLLING:
            return f"moving {share(release)} % of traffic"
        case State.BAKING:
            return _baking(release, now)
        case State.VERIFYING:
            return "all traffic moved, being verified"
        case State.FAILED:
            return "rollback failed, people must act"
        case State.ROLLING_BACK:
            return f"rolling back to {earlier(release)}"
        case State.ROLLED_BACK:
            return f"rolled back to {earlier(release)}"
        case _:
            return WORDS[release.state]


def _baking(release: Release, now: datetime) -> str:
    at = f"at {release.percent} %"
    if release.bake_until is None or now < release.bake_until:
        return f"baking {at}"
    return f"baked {at}, ready for the next step" if release.asked_at else f"baked {at}, waiting for gates"
