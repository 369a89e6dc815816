"""Releases and facts for the gates' tests, at one fixed moment."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.domain.actor import MACHINE
from bot.domain.evidence import CheckResult, Fact, LogFile, LogMeasurement, SourceFailure, TrackSample
from bot.domain.plan import Plan
from bot.domain.release import Release
from bot.domain.service import (
    ApprovalRule,
    CanaryGate,
    CheckGate,
    CsvSource,
    GateSpec,
    SloGate,
    StageDeployer,
    Strategy,
    When,
)
from bot.domain.slo import SloDocument
from bot.domain.verdict import Judgement

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
STEP = NOW - timedelta(minutes=30)
NEW, OLD = "v2.1.0", "v2.0.0"
SEALED = (LogFile(path="stable.csv", sha256="ab" * 32, size=4096, rows=5000),)
BASIS = {"latency": {"max_p95_ms": 100, "max_p99_ms": 200, "min_samples": 100}}


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


def release(*facts: Fact, spec: GateSpec | None = None, **fields: object) -> Release:
    """A release of NEW over OLD whose plan holds one gate."""
    plan = Plan(
        follows=None,
        baseline=None,
        approvals=ApprovalRule(),
        strategy=Strategy(),
        gates=(spec,) if spec else (),
        sources={"log": CsvSource(kind="csv", stable="stable.csv", canary="canary.csv")},
        deployer=StageDeployer(kind="stage"),
    )
    known: dict[str, object] = {
        "id": "R-1", "seq": 1, "head": "", "service": "shop", "environment": "prod", "version": NEW, "artifact": "",
        "requester": MACHINE, "person": None, "reason": "", "channel": "C1", "previous": OLD, "plan": plan,
        "policy": "", "digest": "", "opened_at": ago(hours=1), "expires_at": ago(hours=-4), "changed_at": ago(hours=1),
        "step": 0, "step_at": STEP, "facts": facts,
    }  # fmt: skip
    return Release.model_validate(known | fields)


def check_gate(**fields: object) -> CheckGate:
    return CheckGate.model_validate({"kind": "check", "name": "g"} | fields)


def slo_gate(slo: Mapping[str, object] | None = None, **fields: object) -> SloGate:
    document = SloDocument.model_validate(BASIS if slo is None else slo)
    return SloGate.model_validate(
        {"kind": "slo", "name": "g", "file": "slo/x.json", "source": "log", "slo": document} | fields
    )


def canary_gate(slo: Mapping[str, object] | None = None, **fields: object) -> CanaryGate:
    document = SloDocument.model_validate({"canary": {"min_sample_count": 100}} if slo is None else slo)
    return CanaryGate.model_validate(
        {"kind": "canary", "name": "g", "file": "slo/x.json", "source": "log", "slo": document, "when": When.BAKE}
        | fields
    )


def result(status: str = "pass", **fields: object) -> CheckResult:
    known = {"gate": "g", "version": NEW, "observed_at": ago(hours=1), "producer": "ci", "status": status}
    return CheckResult.model_validate(known | fields)


def sample(count: int = 1000, errors: int = 0, **fields: object) -> TrackSample:
    known = {"count": count, "errors": errors, "unavailable": errors, "p50_ms": 10, "p95_ms": 20, "p99_ms": 30}
    return TrackSample.model_validate(known | fields)


def measurement(stable: TrackSample | None = None, **fields: object) -> LogMeasurement:
    """The last five minutes, just measured, of the version before."""
    known = {
        "gate": "g", "version": OLD, "observed_at": NOW, "producer": "csv", "start": ago(minutes=5), "end": NOW,
        "newest_at": NOW, "stable": stable or sample(), "files": SEALED,
    }  # fmt: skip
    return LogMeasurement.model_validate(known | fields)


def window(
    ago_minutes: float, canary: TrackSample | None = None, stable: TrackSample | None = None, **fields: object
) -> LogMeasurement:
    """One minute of both tracks that ended so many minutes before NOW; clean unless said otherwise."""
    end = ago(minutes=ago_minutes)
    known = {
        "gate": "g", "version": NEW, "observed_at": end, "producer": "csv", "start": end - timedelta(minutes=1),
        "end": end, "newest_at": end, "stable": stable or sample(), "canary": canary or sample(), "files": SEALED,
    }  # fmt: skip
    return LogMeasurement.model_validate(known | fields)


def failure(code: str, **fields: object) -> SourceFailure:
    known = {
        "gate": "g",
        "version": OLD,
        "observed_at": NOW,
        "producer": "csv",
        "code": code,
        "detail": "stable.csv:3 ts",
    }
    return SourceFailure.model_validate(known | fields)


def codes(judgement: Judgement) -> tuple[str, ...]:
    return tuple(reason.code for reason in judgement.reasons)
