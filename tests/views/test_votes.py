"""Who voted what: on the card in one clause, in the findings line by line, and never more than Slack may read."""

import re
from pathlib import Path

from bot.domain.evidence import Ballot, QuorumVotes
from bot.domain.verdict import Reason, Verdict
from bot.views.votes import SILENT, counted, vote_lines, votes_short
from tests.gates.test_quorum import votes

ROOT = Path(__file__).parents[2]
OVER = Reason(code="error.rate_over", observed=0.02, limit=0.01, samples=1000)


def ballots(**last: object) -> QuorumVotes:
    """A judge that passes, one that does not, and a third."""
    third = {"provider": "c", "error": "judge.timeout", "detail": "2000 ms"} | last
    return votes(
        Ballot(provider="a", judge="a", verdict=Verdict.PASS, latency_ms=12.5),
        Ballot(provider="b", judge="far", verdict=Verdict.FAIL, reasons=(OVER,), latency_ms=8),
        Ballot.model_validate(third),
    )


def test_the_card_says_how_many_who_and_that_somebody_is_missing() -> None:
    assert votes_short(counted(ballots())) == "1 of 3 judges pass, 2 needed (a; not b, c), degraded"


def test_every_judge_has_its_line() -> None:
    """The verdict with its numbers, or what came instead; then what the votes are about."""
    one, other, third, degraded, about = vote_lines(ballots())
    assert "a: pass (12.5 ms)" in one
    assert "b, as far: fail (8 ms): error rate 2 % is over the limit of 1 % (1,000 requests)" in other
    assert "c did not answer in time (2000 ms)" in third
    assert "degraded" in degraded
    assert "keeps the gate shut" in degraded
    assert "abababababab" in about


def test_a_judge_cannot_call_anybody() -> None:
    """What comes from another server is shown, not obeyed."""
    said = "\n".join(vote_lines(ballots(detail="<!channel> <@U01DANA> *bold*", error="judge.refused")))
    named = "\n".join(vote_lines(ballots(error="", judge="<!here>", verdict=Verdict.PASS)))
    for text in (said, named):
        assert "<!" not in text
        assert "<@" not in text


def test_every_reason_for_a_missing_vote_has_its_words() -> None:
    """No code is raised that nobody explains, and none is explained that nobody raises."""
    files = [*(ROOT / "bot/adapters/judges").glob("*.py"), ROOT / "bot/evidence/vote.py", ROOT / "bot/domain/tally.py"]
    raised = {code for file in files for code in re.findall(r'"((?:judge|vote)\.[a-z_]+)"', file.read_text())}
    assert raised == set(SILENT)
