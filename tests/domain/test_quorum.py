"""A quorum as people write it, how it compares with what an SLO file asks, and how votes add up."""

import pytest

from bot.domain.evidence import Ballot
from bot.domain.quorum import Quorum, parse_quorum
from bot.domain.slo import QuorumBlock
from bot.domain.tally import Tally, count_votes
from bot.domain.verdict import Verdict

TWO_OF_THREE = Quorum(2, 3)


@pytest.mark.parametrize(("written", "reason"), [
    ("3/2", "no more judges can pass than are asked"), ("0/3", "at least one"), ("0/0", "at least one"),
    ("2", "as k/n"), ("2/3/4", "as k/n"), ("-1/3", "as k/n"), ("two/three", "as k/n"), ("٢/٣", "as k/n"),
])  # fmt: skip
def test_what_is_no_quorum_is_refused(written: str, reason: str) -> None:
    """k > n and k < 1 above all."""
    with pytest.raises(ValueError, match=reason):
        parse_quorum(written)


def test_a_quorum_is_read() -> None:
    assert parse_quorum("2/3") == TWO_OF_THREE


@pytest.mark.parametrize(("rule", "weaker"), [
    ((2, 3), False), ((3, 3), False), ((3, 4), False), ((2, 2), False),
    ((1, 3), True), ((1, 1), True), ((2, 5), True), ((3, 5), True), ((2, 4), True),
])  # fmt: skip
def test_a_weaker_quorum_is_one_that_fewer_carry_or_more_may_oppose(rule: tuple[int, int], weaker: bool) -> None:
    assert Quorum(*rule).is_weaker_than(QuorumBlock(k=2, n=3)) is weaker


def vote(name: str, verdict: str = "pass", judge: str = "", error: str = "", key: str = "k1") -> Ballot:
    found = None if error else Verdict(verdict)
    return Ballot(provider=name, judge=judge or name, verdict=found, error=error, key_id=key)


def counted(*ballots: Ballot, closed: bool = True) -> Tally:
    return count_votes(TWO_OF_THREE, closed, ballots)


@pytest.mark.parametrize(("third", "final", "degraded"), [
    (vote("c"), "pass", False), (vote("c", "fail"), "pass", False), (vote("c", error="judge.timeout"), "fail", True),
])  # fmt: skip
def test_two_of_three_and_a_silent_one(third: Ballot, final: str, degraded: bool) -> None:
    """Dissent is no degradation; silence is, and fails the vote where the SLO is closed. Both are told apart."""
    tally = counted(vote("a"), vote("b"), third)
    assert (tally.final, tally.degraded, tally.pass_count >= 2) == (final, degraded, True)


def test_an_open_slo_takes_a_degraded_quorum_and_says_so() -> None:
    tally = counted(vote("a"), vote("b"), vote("c", error="judge.timeout"), closed=False)
    assert (tally.final, tally.degraded) == ("pass", True)


@pytest.mark.parametrize("verdict", ["inconclusive", "no_data", "pending", "error", "fail"])
def test_only_a_pass_is_a_vote_for(verdict: str) -> None:
    tally = counted(vote("a"), vote("b", verdict), vote("c", verdict), closed=False)
    assert (tally.final, tally.pass_count, tally.degraded) == ("fail", 1, False)


def test_a_judge_that_votes_twice_counts_once_and_is_named() -> None:
    """Two providers, two keys, one judge: one vote."""
    tally = counted(vote("a"), vote("b", judge="a", key="k2"), vote("c", "fail"), closed=False)
    assert (tally.final, tally.pass_count, tally.degraded) == ("fail", 1, True)
    assert [(one.provider, one.error, one.detail) for one in tally.ballots if one.error] == [("b", "vote.twice", "a")]


def test_a_judge_that_contradicts_itself_is_no_vote_for() -> None:
    tally = counted(vote("a"), vote("b", "fail", judge="a"), vote("c"), closed=False)
    assert (tally.pass_count, [one.provider for one in tally.ballots if one.error]) == (1, ["a"])


def test_one_judge_with_two_keys_is_one_and_two_judges_with_one_key_are_two() -> None:
    """Judges are counted, not keys: a rotation gives one judge two."""
    assert counted(vote("a", key="k1"), vote("b", key="k1"), vote("c", "fail")).pass_count == 2


def test_fewer_ballots_than_judges_are_a_degraded_round() -> None:
    assert counted(vote("a"), vote("b")).final == "fail"
