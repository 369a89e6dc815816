"""Pieces that several refusals share."""

from collections.abc import Callable

from bot.domain.actions import ACTIONS
from bot.domain.refusal import Refusal
from bot.views.escape import code, inline
from bot.views.people import holders, listed

Words = Callable[[Refusal], tuple[str, str]]
"""A refusal's sentence, and what to do next."""


def named(refusal: Refusal) -> str:
    """The release that is concerned, by id."""
    return inline(refusal.release, 20) if refusal.release else "The release"


def choices(known: tuple[str, ...], before: str, nothing: str, last: str = "and") -> str:
    """What would have been understood, or what to do when there is nothing of the kind."""
    return f"{before} {listed([code(one) for one in known], last)}." if known else nothing


def ask_holders(refusal: Refusal, before: str, nobody: str) -> str:
    """Who can clear it."""
    names = holders(refusal.holders)
    return f"{before} {names}." if names else nobody


def possible_now(refusal: Refusal) -> str:
    """The moves that are legal now, with the catalogue's words for them."""
    known = [f"{code(one)} ({ACTIONS[one].summary})" if one in ACTIONS else code(one) for one in refusal.known]
    return (
        f"Possible now: {listed(known)}." if known else "Nothing more can be done with it; open a new release instead."
    )
