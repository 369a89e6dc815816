"""Refusals of what was typed: words that were not understood, and releases that were not found."""

from bot.domain.actions import ACTIONS
from bot.domain.refusal import Code, Refusal
from bot.views.escape import code, inline, quoted
from bot.views.people import listed
from bot.views.refusal_parts import Words, choices, named


def _unknown_action(refusal: Refusal) -> tuple[str, str]:
    typed = (
        f"{quoted(refusal.subject, 80)} is nothing that I know how to do." if refusal.subject else "Nothing was asked."
    )
    return typed, choices(refusal.known, "I know", "Ask for `help`.")


def _invalid_input(refusal: Refusal) -> tuple[str, str]:
    field = code(refusal.subject) if refusal.subject else "a value"
    match refusal.detail:
        case "missing":
            return f"{_sentence_start(refusal)} is missing.", _values(refusal, "Give it, and ask again.")
        case "unknown":
            return f"There is nothing called {field} to give here.", choices(
                refusal.known, "Possible:", "Leave it out."
            )
        case "too_long":
            most = f"It may have {inline(refusal.known[0], 10)} characters at most." if refusal.known else "Shorten it."
            return f"{_sentence_start(refusal)} is too long.", most
        case "not_a_choice":
            return f"{_sentence_start(refusal)} cannot have that value.", _values(refusal, "Ask for `help`.")
        case "unseen":
            return (
                f"{_sentence_start(refusal)} holds characters that nobody can see, such as control characters or ones "
                "that turn the reading direction.",
                "Type it anew instead of pasting it.",
            )
        case "quotes":
            return "A quote is opened in it and never closed.", "Close it, or put a backslash before a quote you mean."
        case "extra":
            return f"I do not know what {field} is for here.", "Put words that belong together into quotes."
        case "future":
            return (
                f"{_sentence_start(refusal)} lies in the future by the clock of this machine.",
                "Check the clock of the machine that measured, and hand the result in again.",
            )
        case "duration":
            return f"{_sentence_start(refusal)} has to be a time up to a day.", _values(refusal, "Such as `2h`.")
        case "window":
            return f"{_sentence_start(refusal)} has to be from an hour to 90 days.", _values(refusal, "Such as `7d`.")
        case "":
            return f"{_sentence_start(refusal)} cannot be read.", _values(refusal, "Check it, and ask again.")
        case said:
            why = inline(said, 500).rstrip(".")
            return f"{_sentence_start(refusal)} cannot be read: {why}.", _values(refusal, "Change it, and ask again.")


def _unknown_service(refusal: Refusal) -> tuple[str, str]:
    return f"There is no service {quoted(refusal.subject, 80)}.", choices(
        refusal.known, "Services:", "None is configured yet; each has a file in configs/services/."
    )


def _unknown_environment(refusal: Refusal) -> tuple[str, str]:
    return f"The service has no environment {quoted(refusal.subject, 80)}.", choices(
        refusal.known, "It has", "None is configured for it yet; see its file in configs/services/."
    )


def _unknown_version(refusal: Refusal) -> tuple[str, str]:
    return f"{quoted(refusal.subject, 100)} is not a version that I can read.", choices(
        refusal.known, "A version looks like", "A version looks like `v2.1.0`.", last="or"
    )


def _unknown_release(refusal: Refusal) -> tuple[str, str]:
    where = choices(refusal.known, "Released here:", "")
    if not refusal.subject:
        return "There is no active release here.", where or "Open one, or name a release such as `R-12`."
    found = f"I find no release for {quoted(refusal.subject, 80)}."
    return found, where or "Name one such as `R-12` or `checkout@prod`; `status` shows what is active."


def _ambiguous_release(refusal: Refusal) -> tuple[str, str]:
    example = code(refusal.known[0]) if refusal.known else code("R-12")
    fit = f": {listed([code(one) for one in refusal.known])}" if refusal.known else ""
    return f"Several releases fit{fit}.", f"Name the one you mean, such as {example}."


def _already_active(refusal: Refusal) -> tuple[str, str]:
    version = f" with {inline(refusal.subject, 40)}" if refusal.subject else ""
    return (
        f"{named(refusal)}{version} is already on its way there; only one release at a time may be.",
        "Go on in its thread, or reject or abort it first.",
    )


def _already_live(refusal: Refusal) -> tuple[str, str]:
    where = f" in {inline(refusal.detail, 20)}" if refusal.detail else " there"
    return f"{inline(refusal.subject, 40)} is live{where} already.", "There is nothing to do; or name another version."


def _sentence_start(refusal: Refusal) -> str:
    """The field by the label that its form shows, when an action has it."""
    labels = {field.name: field.label for action in ACTIONS.values() for field in action.fields}
    name = labels.get(refusal.subject, "")
    return f"“{name}”" if name else code(refusal.subject) if refusal.subject else "What was given"


def _values(refusal: Refusal, otherwise: str) -> str:
    return choices(refusal.known, "It can be", otherwise, last="or")


INPUT_WORDS: dict[Code, Words] = {
    Code.UNKNOWN_ACTION: _unknown_action,
    Code.INVALID_INPUT: _invalid_input,
    Code.UNKNOWN_SERVICE: _unknown_service,
    Code.UNKNOWN_ENVIRONMENT: _unknown_environment,
    Code.UNKNOWN_VERSION: _unknown_version,
    Code.UNKNOWN_RELEASE: _unknown_release,
    Code.AMBIGUOUS_RELEASE: _ambiguous_release,
    Code.ALREADY_ACTIVE: _already_active,
    Code.ALREADY_LIVE: _already_live,
}
