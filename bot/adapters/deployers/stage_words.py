"""The words that a stage file may hold, and which of them stands for a share of traffic (contracts 1.1)."""

from enum import StrEnum


class Stage(StrEnum):
    """A legal token. Nothing else is ever written, and anything else that is found counts as tampering."""

    STABLE = "stable"
    CANARY = "canary"
    PROMOTE = "promote"
    ABORT = "abort"


class NotAStage(ValueError):
    """The stage words are stable, canary, promote and abort."""


def stage_word(text: str) -> Stage:
    """The stage that a text names, white space around it ignored. Raises NotAStage."""
    try:
        return Stage(text.strip())
    except ValueError:
        raise NotAStage("the stage words are stable, canary, promote and abort") from None


def stage_for(percent: int) -> Stage:
    """The word for a share of traffic: 100 is `promote`, 1 to 99 `canary`. Raises NotAStage."""
    if not 1 <= percent <= 100:
        raise NotAStage(f"a step moves 1 to 100 percent of the traffic, not {percent}")
    return Stage.PROMOTE if percent == 100 else Stage.CANARY
