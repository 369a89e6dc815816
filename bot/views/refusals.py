"""Every no in words: what is missing, who can give it, from when, and what to do next."""

from bot.domain.message import Message
from bot.domain.refusal import UNIDENTIFIED, Code, Refusal
from bot.domain.verdict import Verdict
from bot.views.approval_lines import lacking
from bot.views.blocks import context, message, section
from bot.views.escape import code, inline, quoted
from bot.views.input_refusals import INPUT_WORDS
from bot.views.people import holders, listed, who
from bot.views.plain import words
from bot.views.progress import hold_reason
from bot.views.refusal_parts import Words, ask_holders, named
from bot.views.state_refusals import STATE_WORDS
from bot.views.times import moment
from bot.views.verdicts import sentence as reason


def sentence(refusal: Refusal) -> str:
    """What stands in the way, in one sentence of mrkdwn."""
    return WORDS[refusal.code](refusal)[0]


def hint(refusal: Refusal) -> str:
    """What to do next, who can help, and from when; never empty."""
    return WORDS[refusal.code](refusal)[1]


def message_of(refusal: Refusal) -> Message:
    """The refusal as a message for the person who asked."""
    said, next_step = sentence(refusal), hint(refusal)
    return message(f"{said} {next_step}", (section(said), context(next_step)))


def plain(refusal: Refusal) -> str:
    """Sentence and hint without Slack's markup, for machines and terminals."""
    return words(f"{sentence(refusal)} {hint(refusal)}")


def _missing_scope(refusal: Refusal) -> tuple[str, str]:
    if refusal.detail == UNIDENTIFIED:
        return "Slack does not say who you are right now, so nothing was done.", "Try again in a minute."
    needed = f"This needs the scope {code(refusal.subject)}, which you do not hold here."
    nobody = "Nobody holds it here; whoever keeps rbac.yaml can grant it."
    return needed, f"It is held by {holders(refusal.holders)}. Ask one of them." if holders(refusal.holders) else nobody


def _not_a_person(refusal: Refusal) -> tuple[str, str]:
    asked = f" behind {who(refusal.subject)}" if refusal.subject else ""
    return (
        f"This has to be done by a person, and no person is known{asked}.",
        "Do it in Slack, or have the login or token linked to a Slack user under `people` in rbac.yaml.",
    )


def _own_release(refusal: Refusal) -> tuple[str, str]:
    if refusal.detail == "override":
        return (
            f"You opened {named(refusal)}, so somebody else has to answer for its gates.",
            ask_holders(refusal, "That can be done by", "Ask a colleague who may override them."),
        )
    return (
        f"You opened {named(refusal)}, so somebody else has to approve it.",
        ask_holders(refusal, "Approvals can come from", "Ask a colleague who may approve."),
    )


def _quorum_missing(refusal: Refusal) -> tuple[str, str]:
    parts = [one.partition(":") for one in refusal.known]
    roles = [(role, int(number) if number.isdecimal() else 1) for role, _, number in parts]
    people = int(refusal.subject) if refusal.subject.isdecimal() else max(1, sum(number for _, number in roles))
    lack = f"{named(refusal)} needs {lacking(people, roles)}."
    return lack, ask_holders(refusal, "Approvals can come from", "Ask somebody who may approve.")


def _gate_not_passed(refusal: Refusal) -> tuple[str, str]:
    said = refusal.detail.replace("_", " ")
    verdict = f": {inline(said, 200)}" if said else ""
    found = [reason(one) for one in refusal.reasons]
    why = f" ({listed(found)})" if found else ""
    hint = _GATE_HINTS.get(refusal.detail, "Ask for `gates` to see every number.") + _from(refusal) + _way_out(refusal)
    return f"Gate {code(refusal.subject)} has not passed{verdict}{why}.", hint


def _way_out(refusal: Refusal) -> str:
    """What people may do about a gate beside better evidence, where anybody may."""
    names = holders(refusal.holders)
    if not names:
        return ""
    ticks = "tick" in refusal.known
    verb = "Its items are ticked with" if ticks else "Somebody may answer for it instead, with"
    return f" {verb} {code(refusal.known[0] if refusal.known else 'override')}: {names}."


def _not_this_gate(refusal: Refusal) -> tuple[str, str]:
    gate, known = code(refusal.subject), listed([code(one) for one in refusal.known])
    if refusal.detail == "withdraw":
        return f"No override of gate {gate} stands.", f"Overridden now: {known}." if known else "Nothing is overridden."
    return (
        f"Gate {gate} does not stand in the way of {named(refusal)} now, so there is nothing to override.",
        f"In the way now: {known}." if known else "No gate is in its way now; ask `why` to see what is.",
    )


def _unknown_item(refusal: Refusal) -> tuple[str, str]:
    known = listed([code(one) for one in refusal.known])
    return (
        f"No checklist of {named(refusal)} has an item {code(refusal.subject)} now.",
        f"Its items now: {known}." if known else "It has no checklist to work on now.",
    )


def _missing_role(refusal: Refusal) -> tuple[str, str]:
    roles = listed([code(one) for one in refusal.known], "or")
    return (
        f"Item {code(refusal.subject)} has to be ticked by somebody with the role {roles}.",
        ask_holders(refusal, "That is", "Nobody holds it here; whoever keeps rbac.yaml can grant it."),
    )


def _order_not_met(refusal: Refusal) -> tuple[str, str]:
    before = inline(refusal.subject, 20)
    return (
        f"The same version has to be done in {before} first.",
        f"Release it to {before}; once it is done there, it may go here.",
    )


def _still_baking(refusal: Refusal) -> tuple[str, str]:
    until = f" until {moment(refusal.until)}" if refusal.until else ""
    return f"The current step still bakes{until}.", "Wait until then, or roll back."


def _plan_changed(refusal: Refusal) -> tuple[str, str]:
    parts = [code(part) for part in refusal.known] or ([code(refusal.subject)] if refusal.subject else [])
    changed = f" ({listed(parts)})" if parts else ""
    return (
        f"The rules for {named(refusal)} changed since it was opened{changed}, so the approvals for the old ones fell.",
        "Look at the card in the thread as it is now, then approve it again.",
    )


def _from(refusal: Refusal) -> str:
    return f" Not before {moment(refusal.until)}." if refusal.until else ""


def _already_approved(refusal: Refusal) -> tuple[str, str]:
    return f"You have approved {named(refusal)} already.", "It counts once; there is nothing more for you to do."


def _held(refusal: Refusal) -> tuple[str, str]:
    hint = ask_holders(refusal, "Resume it first. That can be done by", "Resume it first, once its cause is gone.")
    if len(refusal.known) == 2:
        gate, verdict = refusal.known
        why = hold_reason(refusal.subject, refusal.detail, gate, Verdict(verdict))
        return f"{named(refusal)} is on hold: {why}", hint
    by = f"{who(refusal.subject)} put {named(refusal)} on hold" if refusal.subject else f"{named(refusal)} is on hold"
    return f"{by}{': ' + quoted(refusal.detail) if refusal.detail else ''}.", hint


def _wrong_subject(refusal: Refusal) -> tuple[str, str]:
    given = f" {code(refusal.subject)}" if refusal.subject else " another version"
    wanted = f", and {named(refusal)} is about {code(refusal.detail)}" if refusal.detail else ""
    return (
        f"The result is for{given}{wanted}.",
        "Post the result under the version and artifact that were really checked.",
    )


def _unknown_gate(refusal: Refusal) -> tuple[str, str]:
    known = listed([code(one) for one in refusal.known])
    return (
        f"{named(refusal)} has no gate {code(refusal.subject)} that takes results.",
        f"Gates that do: {known}." if known else "None of its gates takes results; see its service's configuration.",
    )


_GATE_HINTS = {
    "fail": "Ask for `gates` to see its numbers. It needs a new result, or a new version.",
    "pending": "It is still at work; ask for `gates` to see how far it is.",
    "no_data": "It has no result for this version yet. Ask for `gates` to see what it waits for.",
    "inconclusive": "There is too little to judge yet. Ask for `gates` to see how much.",
    "error": "Its source or limits cannot be read. Ask for `gates` to see where, and have that repaired.",
}

WORDS: dict[Code, Words] = {
    **INPUT_WORDS,
    **STATE_WORDS,
    Code.MISSING_SCOPE: _missing_scope,
    Code.NOT_A_PERSON: _not_a_person,
    Code.OWN_RELEASE: _own_release,
    Code.ALREADY_APPROVED: _already_approved,
    Code.HELD: _held,
    Code.PLAN_CHANGED: _plan_changed,
    Code.QUORUM_MISSING: _quorum_missing,
    Code.GATE_NOT_PASSED: _gate_not_passed,
    Code.ORDER_NOT_MET: _order_not_met,
    Code.STILL_BAKING: _still_baking,
    Code.UNKNOWN_GATE: _unknown_gate,
    Code.NOT_THIS_GATE: _not_this_gate,
    Code.UNKNOWN_ITEM: _unknown_item,
    Code.MISSING_ROLE: _missing_role,
    Code.WRONG_SUBJECT: _wrong_subject,
}
"""Sentence and hint of every code."""
