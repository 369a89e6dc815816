"""Hostile text in every free field of a release: limits kept, nothing pinged, the blocks still there."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import events as e
from bot.domain.actor import Actor, ActorKind
from bot.domain.evidence import CheckResult
from bot.domain.preflight import Checked
from bot.domain.release import Ending, Hold, Release, Tick
from bot.domain.service import ApprovalRule
from bot.domain.states import ENDED, State
from bot.domain.verdict import Judgement, Override, Reason, Verdict
from bot.views.card import card
from bot.views.home import home
from bot.views.log import log_entry
from bot.views.notices import notice
from bot.views.plain import plain
from bot.views.pressed import decode
from bot.views.reading import gates, menu, status, why
from tests.releases import a_plan, a_release, an_entry, at
from tests.views.hostile import hostile
from tests.views.slack_rules import message_problems, problems, values

MOVES = ("approve", "reject", "promote", "hold", "resume", "rollback", "abort", "settle", "why", "gates")


def hostile_release(state: State, word: str, other: str) -> Release:
    """A release that says `word` and `other` wherever somebody could have typed something."""
    release = a_release(state)
    approvals = tuple(
        one.model_copy(update={"person": other, "roles": (word,), "reason": word}) for one in release.approvals
    )
    return release.model_copy(
        update={
            "service": word,
            "version": other,
            "environment": word,
            "reason": word * 2,
            "requester": Actor(kind=ActorKind.TOKEN, id=word),
            "person": other,
            "channel": word,
            "previous": other,
            "target": word,
            "plan": a_plan(approvals=ApprovalRule(count=2, roles={word: 1, other: 1})),
            "approvals": approvals * 4,
            "hold": Hold(by=f"slack:T01/{word}", reason=other, cause=word, at=at(5)),
            "deployment": word,
            "in_doubt": True,
            "overrides": (hostile_override(word, other),),
            "ticks": (Tick(gate=word, item=other, person=word, digest=release.digest, at=at(3)),),
            "facts": (hostile_check(word, other),),
            "ending": Ending(by=f"cli:{word}", cause="gate", gate=word, reason=other, at=at(6)),
        }
    )


def hostile_override(word: str, other: str) -> Override:
    """Somebody who answers for a gate with a hostile reason."""
    return Override(
        gate=word, by=other, person=word, reason=other, verdict=Verdict.FAIL, at=at(1), until=at(60), digest=other
    )


def hostile_check(word: str, other: str) -> CheckResult:
    """A result whose every text is hostile."""
    return CheckResult(
        gate="unit-tests",
        version=word,
        observed_at=at(1),
        producer=other,
        status="fail",
        url=f"https://example.com/{word}",
        summary=other,
    )


def hostile_judgements(word: str, other: str) -> tuple[Judgement, ...]:
    """Verdicts with hostile codes, details and links."""
    reasons = (Reason(code=word, detail=other), Reason(code="check.failed", detail=word))
    return tuple(
        Judgement(
            gate=gate,
            verdict=Verdict.FAIL,
            reasons=reasons,
            as_of=at(1),
            stale_at=at(2),
            link=other,
            override=hostile_override(word, other) if gate == "canary" else None,
        )
        for gate in ("unit-tests", "canary", word)
    )


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(State), hostile, hostile)
def test_hostile_text_never_breaks_what_people_read(state: State, word: str, other: str) -> None:
    """Card, status, gates, why, menu, home: whatever the state, whatever was typed."""
    release, said = hostile_release(state, word, other), hostile_judgements(word, other)
    made = card(release, said, MOVES, at(10), word)
    assert message_problems(made) == []
    assert len(made.blocks) <= 9
    assert [block["type"] for block in made.blocks][:2] == ["header", "section"]
    assert all(decode(value) for value in values(made.blocks))
    assert bool(values(made.blocks)) is (state not in ENDED)
    plain(made).encode()
    for other_view in (status(release, said, MOVES, at(10)), gates(release, said, at(10)), why(release, (), at(10))):
        assert message_problems(other_view) == []
    assert message_problems(menu("approve", (release, release.model_copy(update={"id": "R-13"})))) == []
    assert problems(home((release,), (release,), at(10), {"R-12": word}), "home") == []


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(State), st.integers(0, 21), hostile, hostile)
def test_hostile_text_never_breaks_the_log(state: State, which: int, word: str, other: str) -> None:
    """Every event with free text, at whatever state its line is delivered."""
    word, other = _storable(word), _storable(other)
    release = hostile_release(state, word, other)
    reason = Reason(code=word, detail=other)
    events: tuple[e.Event, ...] = (
        e.ApprovalGiven(person=word, roles=(other,), reason=word, digest="d", saw=(word,)),
        e.ApprovalsVoided(gate=word, people=(other, word)),
        e.PlanRevised(plan=a_plan(), policy=word, digest=other, changed=(word,) * 30, people=(other,) * 30),
        e.ReleaseRejected(reason=word),
        e.ReleaseAborted(reason=word),
        e.ReleaseHeld(reason=word),
        e.ReleaseHeld(reason=word, cause=other or "x"),
        e.ReleaseResumed(reason=word),
        e.StepStarted(step=0, percent=10, deployment=word, reason=other),
        e.TrafficShifted(step=0, percent=10, bake_until=at(20), summary=word),
        e.DeploymentDoubted(deployment=word),
        e.DeploymentSettled(deployment=word, outcome="started", reason=other, again=word),
        e.RollbackStarted(
            deployment=word, to_version=other, cause=word, gate=other, reasons=(reason,) * 40, reason=other
        ),
        e.RollbackFailed(summary=word),
        e.StageFellBack(path=word, found=other),
        e.GateOverridden(
            gate=word, person=other, reason=other, verdict=Verdict.FAIL, reasons=(reason,), until=at(60), digest=other
        ),
        e.OverrideWithdrawn(gate=word, reason=other),
        e.OverrideLapsed(gate=word),
        e.GateWarned(gate=word, reasons=(reason,) * 40),
        e.ItemTicked(gate=word, item=other, person=word, digest=other),
        e.ItemUnticked(gate=word, item=other, person=word),
        e.PreflightRun(go=True, checks=(Checked(name=word, health="bad", found=other),) * 9),
    )
    entry = an_entry(events[which], actor=f"slack:T01/{word}")
    made = log_entry(release, entry)
    assert made is not None
    assert message_problems(made) == []
    assert all(decode(value) for value in values(made.blocks))
    assert message_problems(notice(release, entry, other, word)) == []


def _storable(text: str) -> str:
    """The ledger is UTF-8: it cannot hold a lone surrogate."""
    return text.encode("utf-8", "replace").decode()
