"""Plausible releases for tests, each the fold of a stream that could have happened."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.domain import events as e
from bot.domain.actor import MACHINE, Actor, ActorKind, Standing
from bot.domain.evidence import CheckResult, LogFile, LogMeasurement, TrackSample
from bot.domain.fold import replay
from bot.domain.journal import GENESIS, Entry, write
from bot.domain.plan import Plan
from bot.domain.release import Release
from bot.domain.service import (
    ApprovalRule,
    CanaryGate,
    CheckGate,
    ChecklistGate,
    ChecklistItem,
    CsvSource,
    SloGate,
    StageDeployer,
    Strategy,
    When,
)
from bot.domain.states import State
from bot.domain.verdict import Judgement, Reason, Verdict

START = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
"""When every release of the builder is opened."""
ID = "R-12"
POLICY = "5" * 64
DIGEST = "70286ccab27d4e01" * 4
"""Not computed, so that a new field of a plan does not change what every test shows."""
REQUESTER = Actor(kind=ActorKind.SLACK, id="U01ALICE", team="T01", standing=Standing.MEMBER)
DANA = "slack:T01/U01DANA"
BO = "slack:T01/U01BO"


def at(minutes: float) -> datetime:
    """The moment so many minutes after the release was opened."""
    return START + timedelta(minutes=minutes)


def a_plan(**changes: object) -> Plan:
    """Two approvals, one from deploy-owner; two steps; one gate of each kind."""
    parts: dict[str, object] = {
        "follows": None,
        "baseline": "v1.9.0",
        "approvals": ApprovalRule(count=2, roles={"deploy-owner": 1}),
        "strategy": Strategy(steps=(10, 100), bake=(timedelta(minutes=20), timedelta(minutes=10))),
        "gates": (
            CheckGate(kind="check", name="unit-tests"),
            SloGate(kind="slo", name="infra-slo", file="slo/infra.json", source="reqlog"),
            CanaryGate(kind="canary", name="canary", file="slo/canary.json", source="reqlog"),
            SloGate(kind="slo", name="after", file="slo/infra.json", source="reqlog", when=When.VERIFY),
        ),
        "sources": {"reqlog": CsvSource(kind="csv", stable="var/log/stable.csv", canary="var/log/canary.csv")},
        "deployer": StageDeployer(kind="stage"),
    }
    return Plan.model_validate(parts | changes)


def opened(**changes: object) -> e.ReleaseOpened:
    """checkout v2.1.0 into prod, where v2.0.0 is live."""
    parts: dict[str, object] = {
        "service": "checkout",
        "environment": "prod",
        "version": "v2.1.0",
        "artifact": "",
        "requester": REQUESTER,
        "person": REQUESTER.id,
        "reason": "Carts keep their coupons",
        "channel": "C01REL",
        "previous": "v2.0.0",
        "plan": a_plan(),
        "policy": POLICY,
        "digest": DIGEST,
        "expires_at": at(240),
    }
    return e.ReleaseOpened.model_validate(parts | changes)


BEFORE = ChecklistGate(
    kind="checklist",
    name="before",
    items=(
        ChecklistItem(id="flags", text="Flags are off in prod"),
        ChecklistItem(id="rollback-plan", text="The way back is written down", roles=("deploy-owner",)),
    ),
)
WITH_CHECKLIST = a_plan(gates=(*a_plan().gates, BEFORE))
"""The plan of `a_plan`, and a list of two things to do before promote."""


def a_check(status: str = "pass", minutes: float = 1) -> CheckResult:
    """What CI says of unit-tests."""
    return CheckResult.model_validate(
        {
            "gate": "unit-tests",
            "version": "v2.1.0",
            "observed_at": at(minutes),
            "producer": "token:ci-checkout",
            "status": status,
            "url": "https://ci.example.com/checkout/412",
            "summary": "412 passed" if status == "pass" else "3 of 412 failed",
        }
    )


def a_measurement(gate: str = "canary", minutes: float = 12, errors: int = 2, p95_ms: float = 21.0) -> LogMeasurement:
    """One minute of request logs, both tracks."""
    return LogMeasurement(
        gate=gate,
        version="v2.1.0",
        observed_at=at(minutes),
        producer="csv",
        start=at(minutes - 1),
        end=at(minutes),
        stable=TrackSample(count=3700, errors=11, unavailable=9, p50_ms=8.0, p95_ms=20.0, p99_ms=44.0),
        canary=TrackSample(count=412, errors=errors, unavailable=errors, p50_ms=8.2, p95_ms=p95_ms, p99_ms=47.0),
        newest_at=at(minutes),
        files=(LogFile(path="var/log/canary.csv", sha256="ab" * 32, size=4096, rows=41_200),),
    )


def an_approval(person: str, roles: tuple[str, ...] = (), reason: str = "") -> e.ApprovalGiven:
    """An approval of the digest that `opened()` proposes."""
    return e.ApprovalGiven(person=person, roles=roles, reason=reason, digest=DIGEST, saw=("unit-tests",))


BAD_CANARY = (
    Reason(code="error.rate_over", observed=0.081, limit=0.012, samples=412, detail="60 s window"),
    Reason(code="canary.p95_rel_over", observed=0.42, limit=0.15, samples=412),
)

_APPROVALS = (
    (2, e.ThreadOpened(channel="C01REL", ts="1772546400.000100"), MACHINE.name),
    (2, e.EvidenceRecorded(fact=a_check()), "token:ci-checkout"),
    (3, an_approval("U01DANA", ("deploy-owner",), "Read the change list"), DANA),
    (5, an_approval("U01BO"), BO),
    (5, e.QuorumReached(), BO),
)
_FIRST_STEP = (6, e.StepStarted(step=0, percent=10, deployment="R-12-1-step-1", reason="Quiet hour"), DANA)
_BAKE = (7, e.TrafficShifted(step=0, percent=10, bake_until=at(27), summary="weight set to 10"), MACHINE.name)
_MEASURED = (12, e.EvidenceRecorded(fact=a_measurement()), MACHINE.name)
_SECOND_STEP = (27, e.StepStarted(step=1, percent=100, deployment="R-12-2-step-2"), MACHINE.name)
_ARRIVED = (28, e.TrafficArrived(step=1, bake_until=at(38), summary="weight set to 100"), MACHINE.name)
_DONE = (38, e.ReleaseDone(), MACHINE.name)
_BACK = (
    13,
    e.RollbackStarted(
        deployment="R-12-2-rollback", to_version="v2.0.0", cause="gate", gate="canary", reasons=BAD_CANARY
    ),
    MACHINE.name,
)
_BAKING = (*_APPROVALS, _FIRST_STEP, _BAKE, _MEASURED)

Step = tuple[float, e.Event, str]
_PATHS: dict[State, tuple[Step, ...]] = {
    State.PROPOSED: _APPROVALS[:3],
    State.APPROVED: _APPROVALS,
    State.ROLLING: (*_APPROVALS, _FIRST_STEP),
    State.BAKING: _BAKING,
    State.VERIFYING: (*_BAKING, _SECOND_STEP, _ARRIVED),
    State.DONE: (*_BAKING, _SECOND_STEP, _ARRIVED, _DONE),
    State.REJECTED: (*_APPROVALS[:3], (4, e.ReleaseRejected(reason="The migration is not reversible"), BO)),
    State.EXPIRED: (*_APPROVALS[:3], (240, e.ReleaseExpired(), MACHINE.name)),
    State.ABORTED: (*_APPROVALS, (9, e.ReleaseAborted(reason="Superseded by v2.1.1"), DANA)),
    State.ROLLING_BACK: (*_BAKING, _BACK),
    State.ROLLED_BACK: (*_BAKING, _BACK, (14, e.RollbackFinished(to_version="v2.0.0"), MACHINE.name)),
    State.FAILED: (*_BAKING, _BACK, (14, e.RollbackFailed(summary="proxy refused: 502"), MACHINE.name)),
}


def a_stream(
    state: State = State.PROPOSED, more: Iterable[Step] = (), first: e.ReleaseOpened | None = None
) -> tuple[Entry, ...]:
    """The ledger of a release that came to a state, and then went on with `more`: (minutes, event, actor) each."""
    entries: list[Entry] = []
    for minutes, event, actor in ((0, first or opened(), REQUESTER.name), *_PATHS[state], *more):
        prev = entries[-1].hash if entries else GENESIS
        entries.append(write(ID, len(entries) + 1, at(minutes), actor, "slack", event, prev))
    return tuple(entries)


def a_release(
    state: State = State.PROPOSED, more: Iterable[Step] = (), first: e.ReleaseOpened | None = None, **changes: object
) -> Release:
    """A release in a state; `changes` overwrite fields of the projection, for what no stream would show so briefly."""
    release = replay(a_stream(state, more, first))
    assert release is not None
    return Release.model_validate(release.model_dump() | changes)


def an_entry(event: e.Event, seq: int = 9, minutes: float = 15, actor: str = DANA) -> Entry:
    """A single entry of the release's ledger."""
    return write(ID, seq, at(minutes), actor, "slack", event, GENESIS)


def judgements(canary: Verdict = Verdict.PENDING, unit_tests: Verdict = Verdict.PASS) -> tuple[Judgement, ...]:
    """What the gates of `a_plan` say; a canary that fails does so with numbers."""
    reasons = {
        Verdict.FAIL: BAD_CANARY,
        Verdict.PENDING: (Reason(code="canary.windows_clean", observed=2, limit=3),),
        Verdict.NO_DATA: (Reason(code="source.missing", detail="var/log/canary.csv"),),
        Verdict.INCONCLUSIVE: (
            Reason(code="canary.sample_insufficient", observed=12, limit=100, samples=12, detail="canary"),
            Reason(code="canary.windows_clean", observed=0, limit=3),
        ),
        Verdict.ERROR: (Reason(code="source.bad_row", detail="var/log/canary.csv line 7: latency_ms is NaN"),),
    }
    failed = (Reason(code="check.failed", detail="3 of 412 failed"),)
    return (
        Judgement(gate="unit-tests", verdict=unit_tests, reasons=failed if unit_tests is Verdict.FAIL else ()),
        Judgement(gate="infra-slo", verdict=Verdict.PASS, as_of=at(1), stale_at=at(3)),
        Judgement(gate="canary", verdict=canary, reasons=reasons.get(canary, ()), as_of=at(12), stale_at=at(14)),
        Judgement(gate="after", verdict=Verdict.NO_DATA, reasons=(Reason(code="evidence.missing:reqlog"),)),
    )
