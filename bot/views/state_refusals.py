"""Refusals because of where a release stands."""

from bot.domain.refusal import Code, Refusal
from bot.domain.states import State
from bot.views.escape import code, inline
from bot.views.people import who
from bot.views.refusal_parts import Words, ask_holders, named, possible_now
from bot.views.states import WORDS


def _wrong_state(refusal: Refusal) -> tuple[str, str]:
    state = {state.value: WORDS[state] for state in State}.get(refusal.subject, inline(refusal.subject, 40))
    return f"{named(refusal)} is {state}, so that cannot be done now.", possible_now(refusal)


def _not_held(refusal: Refusal) -> tuple[str, str]:
    return f"{named(refusal)} is not on hold.", "There is nothing to resume."


def _already_held(refusal: Refusal) -> tuple[str, str]:
    by = f" by {who(refusal.subject)}" if refusal.subject else ""
    return f"{named(refusal)} is on hold already{by}.", "It stays so until somebody resumes it."


def _stale_card(refusal: Refusal) -> tuple[str, str]:
    changed = f" ({inline(refusal.detail, 200)})" if refusal.detail else " (its plan, or the rules for it)"
    return (
        f"{named(refusal)} changed after that card was shown{changed}, so nothing was done.",
        "Look at the card at the top of its thread, then press there.",
    )


def _in_doubt(refusal: Refusal) -> tuple[str, str]:
    deployment = f" {code(refusal.subject)}" if refusal.subject else ""
    return (
        f"Nobody knows yet what became of deployment{deployment}.",
        ask_holders(
            refusal,
            "Look at the deployer, then say it with `settle`. That can be done by",
            "Look at the deployer, then say it with `settle`: `started` or `not_started`.",
        ),
    )


def _not_in_doubt(refusal: Refusal) -> tuple[str, str]:
    return f"No deployment of {named(refusal)} is in doubt.", "There is nothing to settle."


def _not_live(refusal: Refusal) -> tuple[str, str]:
    now = f"; {inline(refusal.subject, 20)} came after it" if refusal.subject else ""
    instead = (
        f"Roll back {inline(refusal.subject, 20)} instead." if refusal.subject else "Ask for `status` of the service."
    )
    return f"{named(refusal)} no longer serves the traffic{now}.", instead


def _no_way_back(refusal: Refusal) -> tuple[str, str]:
    return (
        f"There is no earlier version that {named(refusal)} could go back to.",
        "Open a release of the version you want, or set `baseline` in the service's configuration.",
    )


STATE_WORDS: dict[Code, Words] = {
    Code.WRONG_STATE: _wrong_state,
    Code.NOT_HELD: _not_held,
    Code.ALREADY_HELD: _already_held,
    Code.STALE_CARD: _stale_card,
    Code.IN_DOUBT: _in_doubt,
    Code.NOT_IN_DOUBT: _not_in_doubt,
    Code.NOT_LIVE: _not_live,
    Code.NO_WAY_BACK: _no_way_back,
}
