"""What a gate's word does, where it does less than usual: modes in which it stops nothing, and overrides."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.events import Shadow
from bot.domain.service import Gate, Mode
from bot.domain.states import State
from bot.domain.verdict import Override, Verdict
from bot.views.escape import code, quoted
from bot.views.people import listed, mention
from bot.views.times import moment, span
from bot.views.verdicts import WORDS, sentence

_BESIDE = {Mode.SHADOW: " (in shadow)", Mode.ADVISE: " (advice only)"}
_NEEDS = {Mode.SHADOW: "in shadow: never stops anything", Mode.ADVISE: "advice only: a fail is told, and stops nothing"}


def beside(gate: Gate) -> str:
    """What stands behind a gate's name."""
    return _BESIDE.get(gate.mode, "") if gate.required else " (not required)"


def need(gate: Gate, moment_of_need: str) -> str:
    """What a gate is needed for, or why it is not."""
    return _NEEDS.get(gate.mode, moment_of_need) if gate.required else "not required, only shown"


def would_have(gate: Gate, verdict: Verdict, state: State) -> str:
    """What a gate in shadow would have done by now; empty where it would have done nothing."""
    if gate.mode is not Mode.SHADOW or not gate.required or verdict is Verdict.PASS:
        return ""
    if verdict is Verdict.FAIL and state in (State.BAKING, State.VERIFYING):
        return "would have brought traffic back"
    return "would have blocked the next step"


def overridden(override: Override, now: datetime) -> str:
    """Who answers for a gate instead, how long still, and why."""
    left = span(override.until - now)
    return (
        f"overridden by {mention(override.person)} until {moment(override.until, now)} ({left} left): "
        f"{quoted(override.reason, 200)}"
    )


def in_shadow(shadows: Sequence[Shadow]) -> str:
    """The gates in shadow that would have stopped what just happened, as a line of small words; empty for none."""
    if not shadows:
        return ""
    said = [_said(one) for one in shadows]
    return f"\nIn shadow: {listed(said)} would have stopped it."


def _said(shadow: Shadow) -> str:
    found = f": {sentence(shadow.reasons[0])}" if shadow.reasons else ""
    return f"gate {code(shadow.gate)} ({WORDS[shadow.verdict]}{found})"
