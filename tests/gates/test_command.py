"""The command gate: the exit code and the report both count, and nothing that is missing passes."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.evidence import CommandResult
from bot.domain.evidence.commands import AuditFound, BomFound, ScanFound, SuitesFound, Vulnerability
from bot.domain.service import CommandGate
from bot.domain.verdict import Verdict
from bot.gates import judge
from bot.views.findings import FINDINGS
from tests.gates.facts import NEW, NOW, OLD, ago, codes, failure, release

TESTS = {"tests": 10, "ran": 9, "failures": 0, "errors": 0, "skipped": 1, "suites": ("cart",)}
SCAN: dict[str, Any] = {"tools": ("Scanner",), "runs": 1, "levels": {"note": 3}, "severities": {}, "suppressed": 0}
AUDIT: dict[str, Any] = {"dependencies": 40, "skipped": 0}
BOM: dict[str, Any] = {"spec_version": "1.6", "components": 40, "subject_version": "2.1.0", "has": ("aiohttp",)}
FOUND = {
    "junit": lambda **more: SuitesFound.model_validate(TESTS | more),
    "sarif": lambda **more: ScanFound.model_validate(SCAN | more),
    "pip-audit": lambda **more: AuditFound.model_validate(AUDIT | more),
    "cyclonedx": lambda **more: BomFound.model_validate(BOM | more),
}


def gate(report: str | None = "junit", limits: dict[str, Any] | None = None, **fields: Any) -> CommandGate:
    """A gate over one kind of report, or none."""
    rules = {"kind": report, "file": "report"} | (limits or {}) if report else None
    return CommandGate.model_validate({"kind": "command", "name": "g", "run": ["check"], "report": rules} | fields)


def ran(found: Any = None, **fields: Any) -> CommandResult:
    """A run that ended well a moment ago."""
    known = {
        "gate": "g", "version": NEW, "observed_at": ago(minutes=1), "producer": "command", "ended": "exited", "code": 0,
        "seconds": 2.5, "found": found,
    }  # fmt: skip
    return CommandResult.model_validate(known | fields)


def said(spec: CommandGate, *facts: Any) -> tuple[Verdict, tuple[str, ...]]:
    judgement = judge(spec, release(*facts), NOW)
    return judgement.verdict, codes(judgement)


@pytest.mark.parametrize("kind", FOUND)
def test_a_good_exit_with_a_good_report_passes(kind: str) -> None:
    assert said(gate(kind), ran(FOUND[kind]())) == (Verdict.PASS, ())


def test_without_a_report_the_exit_code_alone_counts() -> None:
    assert said(gate(None), ran())[0] is Verdict.PASS
    assert said(gate(None), ran(code=1)) == (Verdict.FAIL, ("command.failed",))


def test_nothing_has_been_run() -> None:
    assert said(gate()) == (Verdict.NO_DATA, ("command.not_run",))


@pytest.mark.parametrize(
    ("fields", "verdict", "code"),
    [
        ({"code": 3}, Verdict.FAIL, "command.failed"),
        ({"ended": "timed_out", "code": None}, Verdict.ERROR, "command.timed_out"),
        ({"ended": "signalled", "code": 9}, Verdict.ERROR, "command.killed"),
        ({"ended": "not_started", "code": None, "detail": "x"}, Verdict.ERROR, "command.not_started"),
    ],
)
def test_how_it_ended_counts_beside_a_good_report(fields: dict[str, Any], verdict: Verdict, code: str) -> None:
    """Each ending is a finding of its own."""
    assert said(gate(), ran(FOUND["junit"](), **fields)) == (verdict, (code,))


@pytest.mark.parametrize(
    ("problem", "verdict"),
    [
        ("missing", Verdict.NO_DATA),
        ("stale", Verdict.NO_DATA),
        ("empty", Verdict.NO_DATA),
        ("too_large", Verdict.ERROR),
        ("unreadable", Verdict.ERROR),
        ("unsafe", Verdict.ERROR),
        ("foreign", Verdict.ERROR),
        ("", Verdict.NO_DATA),
    ],
)
def test_a_good_exit_without_a_good_report_is_no_pass(problem: str, verdict: Verdict) -> None:
    code = f"report.{problem or 'missing'}"
    assert said(gate(), ran(problem=problem)) == (verdict, (code,))
    assert code in FINDINGS


def test_a_report_of_another_kind_is_no_pass() -> None:
    """The plan was changed while the command ran."""
    assert said(gate("sarif"), ran(FOUND["junit"]())) == (Verdict.ERROR, ("report.foreign",))


def test_a_bad_exit_is_not_hidden_by_a_bad_report() -> None:
    assert said(gate(), ran(code=2, problem="missing")) == (Verdict.FAIL, ("command.failed", "report.missing"))


def test_evidence_ages_from_the_run_s_beginning() -> None:
    spec = gate(fresh="1h", every="10m")
    assert said(spec, ran(FOUND["junit"](), observed_at=ago(minutes=59)))[0] is Verdict.PASS
    assert said(spec, ran(FOUND["junit"](), observed_at=ago(hours=1))) == (Verdict.NO_DATA, ("evidence.stale",))
    assert said(spec, ran(FOUND["junit"](), version=OLD)) == (Verdict.ERROR, ("evidence.wrong_version",))
    assert said(spec, failure("unreadable", version=NEW))[0] is Verdict.ERROR


RULES: list[tuple[str, dict[str, Any], dict[str, Any], Verdict, str]] = [
    ("junit", {}, {"failures": 1, "failed": ("a",)}, Verdict.FAIL, "junit.failed"),
    ("junit", {}, {"errors": 1}, Verdict.FAIL, "junit.failed"),
    ("junit", {"max_failed": 1}, {"failures": 1, "errors": 1}, Verdict.FAIL, "junit.failed"),
    ("junit", {}, {"ran": 0, "skipped": 10}, Verdict.NO_DATA, "junit.empty"),
    ("junit", {"min_tests": 10}, {}, Verdict.INCONCLUSIVE, "junit.few"),
    ("junit", {"max_skipped": 0}, {}, Verdict.FAIL, "junit.skipped"),
    ("junit", {"suites": ["cart", "pay"]}, {}, Verdict.NO_DATA, "junit.suite_missing"),
    ("junit", {}, {"disagree": "tests: 3 stated, 2 counted"}, Verdict.ERROR, "junit.disagrees"),
    ("sarif", {}, {"levels": {"error": 1}}, Verdict.FAIL, "sarif.level_over:error"),
    ("sarif", {"max": {"warning": 1}}, {"levels": {"warning": 2}}, Verdict.FAIL, "sarif.level_over:warning"),
    ("sarif", {}, {"severities": {"high": 1}}, Verdict.FAIL, "sarif.severity_over:high"),
    ("sarif", {}, {"runs": 0}, Verdict.NO_DATA, "sarif.no_runs"),
    ("sarif", {}, {"unfinished": "Scanner"}, Verdict.ERROR, "sarif.unfinished"),
    ("sarif", {"tool": "Trivy"}, {}, Verdict.NO_DATA, "sarif.tool_missing"),
    ("pip-audit", {}, {"dependencies": 0}, Verdict.NO_DATA, "audit.empty"),
    ("pip-audit", {}, {"skipped": 1}, Verdict.INCONCLUSIVE, "audit.skipped"),
    ("pip-audit", {}, {"more": {"unknown": 1}}, Verdict.FAIL, "audit.over:unknown"),
    ("pip-audit", {"max": {"critical": 0}}, {"more": {"unknown": 1}}, Verdict.FAIL, "audit.over:unknown"),
    ("cyclonedx", {}, {"components": 0}, Verdict.NO_DATA, "bom.empty"),
    ("cyclonedx", {"min_components": 41}, {}, Verdict.INCONCLUSIVE, "bom.few"),
    ("cyclonedx", {"components": ["aiohttp", "yarl"]}, {}, Verdict.FAIL, "bom.component_missing"),
    ("cyclonedx", {}, {"subject_version": None}, Verdict.NO_DATA, "bom.version_missing"),
    ("cyclonedx", {}, {"subject_version": "2.0.0"}, Verdict.ERROR, "bom.wrong_version"),
]


@pytest.mark.parametrize(("kind", "limits", "seen", "verdict", "code"), RULES)
def test_a_limit_that_is_broken_is_named(
    kind: str, limits: dict[str, Any], seen: dict[str, Any], verdict: Verdict, code: str
) -> None:
    assert said(gate(kind, limits), ran(FOUND[kind](**seen))) == (verdict, (code,))
    assert code in FINDINGS


def test_what_is_tolerated_passes() -> None:
    assert said(gate("junit", {"max_failed": 2}), ran(FOUND["junit"](failures=1, errors=1)))[0] is Verdict.PASS
    assert said(gate("sarif", {"max": {"error": 1}}), ran(FOUND["sarif"](levels={"error": 1})))[0] is Verdict.PASS
    only_critical = {"max": {"critical": 0, "unknown": 5}}
    assert said(gate("pip-audit", only_critical), ran(FOUND["pip-audit"](more={"high": 3})))[0] is Verdict.PASS
    assert said(gate("cyclonedx", {"version": False}), ran(FOUND["cyclonedx"](subject_version=None)))[0] is Verdict.PASS


def test_what_is_ignored_is_ignored_until_its_day_is_over() -> None:
    """By id or alias; the day after, it counts again."""
    known = Vulnerability(id="PYSEC-1", aliases=("CVE-1",), package="a", severity="unknown")
    fact = ran(FOUND["pip-audit"](vulnerabilities=(known,)))
    for name in ("PYSEC-1", "cve-1"):
        for until, verdict in ((NOW.date(), Verdict.PASS), (NOW.date() - timedelta(days=1), Verdict.FAIL)):
            ignore = [{"id": name, "reason": "not reachable", "until": until}]
            assert said(gate("pip-audit", {"ignore": ignore}), fact)[0] is verdict
    other = [{"id": "PYSEC-2", "reason": "another", "until": date(2030, 1, 1)}]
    assert said(gate("pip-audit", {"ignore": other}), fact)[0] is Verdict.FAIL


def test_a_scanner_that_says_it_found_something_must_show_it() -> None:
    """pip-audit ends with 1 for any finding: then its report decides, but not one that holds nothing."""
    spec = gate("pip-audit", {"max": {"high": 9}}, exit_codes=[0, 1])
    assert said(spec, ran(FOUND["pip-audit"](more={"high": 1}), code=1))[0] is Verdict.PASS
    assert said(spec, ran(FOUND["pip-audit"](), code=1)) == (Verdict.ERROR, ("command.unexplained",))
    assert said(spec, ran(FOUND["pip-audit"](more={"high": 1}), code=2))[0] is Verdict.FAIL


@pytest.mark.parametrize(
    "fields",
    [
        {"every": "1h", "fresh": "1h"},
        {"report": None, "exit_codes": [0, 1]},
        {"run": []},
        {"timeout": "7h", "fresh": "3d"},
        {"report": {"kind": "junit", "file": "x", "min_tests": 0}},
        {"report": {"kind": "tap", "file": "x"}},
        {"report": {"kind": "pip-audit", "file": "x", "ignore": [{"id": "V", "until": "2026-01-01"}]}},
    ],
)
def test_settings_that_would_let_something_slip_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        CommandGate.model_validate({"kind": "command", "name": "g", "run": ["x"]} | fields)
