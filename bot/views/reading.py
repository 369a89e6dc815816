"""Answers to questions about releases: where one stands, what blocks it, what its gates found."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.message import Block, Message
from bot.domain.refusal import Code, Refusal
from bot.domain.release import Release
from bot.domain.states import WAITING
from bot.domain.verdict import Judgement
from bot.views.blocks import context, header, message, section
from bot.views.card import card
from bot.views.escape import inline
from bot.views.gate_findings import findings
from bot.views.guidance import broken_config, help_text, menu, nothing_here
from bot.views.limits import BLOCKS, join_lines
from bot.views.marks import unmarked
from bot.views.next_step import next_line
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
    real = [one for one in blockers if one.code is not Code.WRONG_STATE]  # what comes next in that state says it better
    if not real:
        said = next_line(release, now)
        return message(unmarked(said), (section(said),))
    many = "one thing stands" if len(real) == 1 else f"{len(real)} things stand"
    lines = [f"*{named(release)}:* {many} in its way."]
    lines += [f"{number}. {sentence(one)} {hint(one)}" for number, one in enumerate(real, 1)]
    small = _earliest(release, real, now)
    return message(join_lines([*lines, small], 3900), (section(join_lines(lines)), context(small)))


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


def _earliest(release: Release, blockers: Sequence[Refusal], now: datetime) -> str:
    """The earliest legal moment: the latest of the moments that the blockers name."""
    moments = [one.until for one in blockers if one.until is not None]
    if moments and len(moments) == len(blockers):
        return f"Earliest moment: {moment(max(moments), now)}."
    waits = f"not before {moment(max(moments), now)}, and " if moments else ""
    limit = f"; it expires {moment(release.expires_at, now)}" if release.state in WAITING else ""
    return f"Earliest moment: {waits}as soon as people and gates have cleared the above{limit}."
