"""Questions about no single release: what they ask for, checked before anybody looks."""

from datetime import timedelta

from bot.domain.command import Command
from bot.domain.duration import parse_duration
from bot.domain.refusal import Code, Refusal

WINDOW = timedelta(days=7)
"""How far back a question looks unless it says otherwise."""
LONGEST = timedelta(days=90)
SHORTEST = timedelta(hours=1)


def window_of(written: str) -> timedelta | None:
    """The span that a question looks back over; None for what is no span from an hour to 90 days."""
    try:
        window = parse_duration(written) if written else WINDOW
    except ValueError:
        return None
    return window if SHORTEST <= window <= LONGEST else None


def unreadable(command: Command) -> Refusal | None:
    """The refusal of a question whose fields cannot be read."""
    if window_of(command.window) is not None:
        return None
    return Refusal(code=Code.INVALID_INPUT, subject="window", detail="window", known=("24h", "7d", "90d"))
