"""How the findings of gates are told: their shapes."""

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


def over(words: str, unit: Unit) -> Finding:
    """A noun whose number is over its limit."""
    return Finding(words, Shape.OVER, unit)


def above(words: str, unit: Unit) -> Finding:
    """A noun whose number is too far above stable's."""
    return Finding(words, Shape.ABOVE_STABLE, unit)


def few(words: str) -> Finding:
    """So many of so many needed; `words` is what there is too little of."""
    return Finding(f"too few {words}", Shape.OF)


def aged(words: str) -> Finding:
    """A clause with an age and its limit, in seconds."""
    return Finding(words, Shape.AGE)
