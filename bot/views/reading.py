"""Answers to questions about releases: where one stands, what blocks it, what its gates found."""

from datetime import datetime

from bot.domain.message import Block, Message
from bot.domain.refusal import Refusal
from bot.domain.release import Release
from bot.domain.states import ENDED, WAITING, State
from bot.domain.verdict import Judgement
from bot.views import buttons, marks
from bot.views.blocks import context, header, message, section
from bot.views.card import card
from bot.views.escape import inline
from bot.views.gate_findings import findings
from bot.views.guidance import broken_config, help_text, menu, nothing_here
from bot.views.limits import BLOCKS, join_lines
from bot.views.marks import unmarked
from bot.views.people import channel
from bot.views.refusals import hint, sentence
from bot.views.states import named, title
from bot.views.times import moment

__all__ = ["broken_config", "gates", "help_text", "menu", "nothing_here", "status", "why"]


def status(release: Release, judgements: tuple[Judgement, ...], moves: tuple[str, ...], now: datetime) -> Message:
    """The card as it is now, for the one who asks, and where its thread is."""
    shown = card(release, judgements, moves, now)
    where = f"Its thread is in {channel(release.channel)}."
    return message(f"{shown.text}\n{where}", (*shown.blocks, context(where)))


def why(release: Release, blockers: tuple[Refusal, ...], now: datetime) -> Message:
    """Everything that stands between a release and its next step, in the order in which it has to be cleared."""
    if not blockers:
        return message(unmarked(text := _unblocked(release, now)), (section(text),))
    many = "one thing stands" if len(blockers) == 1 else f"{len(blockers)} things stand"
    lines = [f"*{named(release)}:* {many} in its way."]
    lines += [f"{number}. {sentence(one)} {hint(one)}" for number, one in enumerate(blockers, 1)]
    if release.state not in ENDED:
        lines.append(_earliest(release, blockers, now))
    blocks = [section(join_lines(lines[:-1] if release.state not in ENDED else lines))]
    if release.state not in ENDED:
        blocks.append(context(lines[-1]))
    return message(join_lines(lines, 3900), blocks)


def gates(release: Release, judgements: tuple[Judgement, ...], now: datetime) -> Message:
    """What every gate found: each reason with number, limit and samples, how old the evidence is, and the file."""
    said = {judgement.gate: judgement for judgement in judgements}
    found = [findings(gate, said.get(gate.name), release, now) for gate in release.plan.gates]
    if not found:
        return message(f"{named(release)} has no gates: approvals alone decide.")
    shown = found[: BLOCKS - 2]
    blocks: list[Block] = [header(f"{inline(release.id, 20)}: gates of {title(release)}")]
    blocks += [section(join_lines(lines)) for lines in shown]
    if len(found) > len(shown):
        blocks.append(context(f"… and {len(found) - len(shown)} more"))
    text = "\n".join([f"Gates of {named(release)}:", *(line for lines in found for line in lines)])
    return message(unmarked(text), blocks)


def _unblocked(release: Release, now: datetime) -> str:
    name = named(release)
    match release.state:
        case State.APPROVED:
            return f"{marks.GOOD} Nothing stands in the way of {name}. Next: promote it."
        case State.BAKING if release.next_step is not None:
            step = buttons.label(release, "promote").lower()
            return f"{marks.GOOD} Nothing stands in the way of {name}. Next: {step}."
        case State.DONE:
            return f"{marks.GOOD} {name} is done; nothing is left to do."
        case state if state in ENDED:
            return f"{name} is over; nothing stands in its way, and nothing moves any more."
        case _:
            until = f" It is watched until {moment(release.bake_until, now)}." if release.bake_until else ""
            return f"{marks.GOOD} Nothing stands in the way of {name}; it goes on by itself.{until}"


def _earliest(release: Release, blockers: tuple[Refusal, ...], now: datetime) -> str:
    """The earliest legal moment: the latest of the moments that the blockers name."""
    moments = [one.until for one in blockers if one.until is not None]
    if moments and len(moments) == len(blockers):
        return f"Earliest moment: {moment(max(moments), now)}."
    waits = f"not before {moment(max(moments), now)}, and " if moments else ""
    limit = f"; it expires {moment(release.expires_at, now)}" if release.state in WAITING else ""
    return f"Earliest moment: {waits}as soon as people and gates have cleared the above{limit}."
