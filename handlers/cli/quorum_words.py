"""What judges said, on the command line."""

from collections.abc import Iterator
from pathlib import Path

from bot.domain.evidence import Ballot
from bot.domain.tally import Tally
from bot.views.measures import Unit, amount
from bot.views.plain import words
from bot.views.verdicts import WORDS, sentence
from bot.views.votes import SILENT


def lines(tally: Tally, fail_closed: bool, attached: Path | None) -> Iterator[str]:
    """The result first, then every judge, then what was kept."""
    rule = tally.rule
    yield f"Quorum {rule}: {tally.final}, {tally.pass_count} of {rule.n} judges pass and {rule.k} are needed."
    if tally.degraded:
        yield "Degraded: not every judge voted" + (", which fails the vote." if fail_closed else ".")
    for one in tally.ballots:
        yield f"  {_ballot(one)}"
    if attached is not None:
        yield f"The votes are in {attached}."


def _ballot(one: Ballot) -> str:
    if one.verdict is None or one.error:
        detail = f" ({one.detail})" if one.detail else ""
        return f"{one.provider}: {one.error}, {SILENT.get(one.error, 'gave no vote')}{detail}"
    took = f" in {amount(one.latency_ms, Unit.MS)}" if one.latency_ms is not None else ""
    called = f" as {one.judge}" if one.judge != one.provider else ""
    why = "; ".join(words(sentence(reason)) for reason in one.reasons)
    return f"{one.provider}{called}: {WORDS[one.verdict]}{took}{f': {why}' if why else ''}"
