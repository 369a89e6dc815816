"""Reports of every kind: what is counted, what does not count, and what is refused as another thing altogether."""

import json
from typing import Any

import pytest

from bot.adapters.reports.cyclonedx import read_cyclonedx
from bot.adapters.reports.junit import read_junit
from bot.adapters.reports.pip_audit import read_pip_audit
from bot.adapters.reports.problem import ReportProblem
from bot.adapters.reports.sarif import read_sarif
from bot.domain.evidence.commands import VULNERABILITIES_KEPT
from tests.adapters.reports.samples import JUNIT, audit, bom, dependency, junit, sarif


def raw(value: Any) -> bytes:
    return json.dumps(value).encode()


def problem(read: Any, content: bytes) -> str:
    with pytest.raises(ReportProblem) as caught:
        read(content)
    return caught.value.code


def test_tests_are_counted_one_by_one() -> None:
    """Not by the report's own numbers; a suite that was asked for counts once a test of it ran."""
    found = read_junit(JUNIT.encode(), ("cart", "pay", "ghost"))
    assert (found.tests, found.ran, found.failures, found.errors, found.skipped) == (5, 4, 1, 1, 1)
    assert found.failed == ("cart.Totals.rounds", "pay.Card.refunds")
    assert found.suites == ("cart", "pay")
    assert found.disagree == ""
    assert read_junit(junit("skipped", "skipped"), ("s",)).suites == ()


@pytest.mark.parametrize("stated", [{"tests": 3}, {"failures": 1}, {"errors": 2}, {"skipped": 1}])
def test_numbers_that_do_not_add_up_are_told(stated: dict[str, int]) -> None:
    found = read_junit(junit("pass", "pass", **stated))
    assert found.disagree
    assert found.failures == stated.get("failures", 0), "what a suite owns up to counts, even without the test"


@pytest.mark.parametrize("tests", [1, 2])
def test_nested_suites_count_their_own_or_all(tests: int) -> None:
    """Runners differ in what an outer suite states."""
    inner = junit("pass").decode()
    outer = f'<testsuite name="o" tests="{tests}"><testcase name="x"/>{inner}</testsuite>'
    found = read_junit(outer.encode(), ("o", "s"))
    assert (found.tests, found.disagree, found.suites) == (2, "", ("o", "s"))


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body>404</body></html>",
        b'<testsuite name="s"/>',
        b'<testsuite name="s" tests="many"/>',
        b'<testsuite name="s" tests="-1"/>',
        b'<report xmlns="x"/>',
    ],
)
def test_other_xml_is_no_test_report(content: bytes) -> None:
    assert problem(read_junit, content) == "foreign"


def test_results_have_the_level_of_their_rule_unless_they_say_otherwise() -> None:
    found = read_sarif(
        raw(sarif({"ruleId": "R1"}, {"ruleId": "R2"}, {"ruleIndex": 2}, {"ruleId": "R1", "level": "note"}, {}))
    )
    assert found.levels == {"error": 1, "warning": 2, "note": 2}
    assert found.severities == {"critical": 2, "medium": 1}
    assert found.worst[0] == "R1"
    assert found.tools == ("Scanner",)


def test_what_is_accepted_gone_or_no_failure_does_not_count() -> None:
    """Save where the suppression is still under review, or was rejected."""
    accepted = {"ruleId": "R1", "suppressions": [{"kind": "external"}]}
    waiting = {"ruleId": "R1", "suppressions": [{"kind": "external"}, {"kind": "external", "status": "underReview"}]}
    gone = {"ruleId": "R1", "baselineState": "absent"}
    fine = {"ruleId": "R1", "kind": "pass"}
    found = read_sarif(raw(sarif(accepted, waiting, gone, fine)))
    assert found.suppressed == 1
    assert found.levels == {"error": 1, "none": 1}
    assert found.severities == {"critical": 1}


@pytest.mark.parametrize(
    "run", [{"invocations": [{"executionSuccessful": False}]}, {"results": None}, {"results": ...}]
)
def test_a_scan_that_did_not_end_well_is_told(run: dict[str, Any]) -> None:
    assert read_sarif(raw(sarif(**run))).unfinished == "Scanner"


@pytest.mark.parametrize(
    "content",
    [
        {"version": "2.0.0", "runs": []},
        {"version": "2.1.0"},
        {"version": "2.1.0", "runs": [{"tool": {"driver": {}}, "results": []}]},
        sarif({"level": "fatal"}),
        sarif({"properties": {"security-severity": "NaN"}}),
        sarif(invocations=[{}]),
        sarif(externalPropertyFileReferences={"results": [{}]}),
        [],
    ],
)
def test_other_json_is_no_scan(content: Any) -> None:
    assert problem(read_sarif, raw(content)) == "foreign"


def test_vulnerabilities_keep_their_names_and_severities() -> None:
    """pip-audit gives no severity; where somebody did, it is read, and the worst are kept first."""
    found = read_pip_audit(
        raw(
            audit(
                dependency("a", {"id": "PYSEC-1", "aliases": ["CVE-1"]}),
                dependency("b", {"id": "PYSEC-2", "severity": "HIGH"}, {"id": "PYSEC-3", "severity": "moderate"}),
                {"name": "c", "skip_reason": "not on the index"},
            )
        )
    )
    assert (found.dependencies, found.skipped) == (2, 1)
    assert [(one.package, one.id, one.severity) for one in found.vulnerabilities] == [
        ("b", "PYSEC-2", "high"),
        ("b", "PYSEC-3", "medium"),
        ("a", "PYSEC-1", "unknown"),
    ]
    assert found.vulnerabilities[2].aliases == ("CVE-1",)


def test_what_is_not_kept_is_still_counted() -> None:
    many = [{"id": f"V-{place}"} for place in range(VULNERABILITIES_KEPT + 7)]
    found = read_pip_audit(raw(audit(dependency("a", *many))))
    assert (len(found.vulnerabilities), found.more) == (VULNERABILITIES_KEPT, {"unknown": 7})


@pytest.mark.parametrize("content", [{}, {"dependencies": {}}, audit({"name": "a"}), audit({"version": "1"}), "no", 3])
def test_other_json_is_no_audit(content: Any) -> None:
    """A dependency without a list of vulnerabilities was not audited."""
    assert problem(read_pip_audit, raw(content)) == "foreign"


def test_components_are_counted_with_those_inside() -> None:
    nested = bom("aiohttp")
    nested["components"][0]["components"] = [{"type": "library", "name": "yarl"}]
    found = read_cyclonedx(raw(nested), ("yarl", "left-pad"))
    assert (found.components, found.has, found.subject_version) == (2, ("yarl",), "2.1.0")
    assert read_cyclonedx(raw(bom(version=None))).subject_version is None


@pytest.mark.parametrize(
    "content",
    [{}, {"spdxVersion": "SPDX-2.3"}, bom(specVersion="9.9"), bom(components=[{"name": "x"}]), bom(components={}), []],
)
def test_other_json_is_no_bill_of_materials(content: Any) -> None:
    assert problem(read_cyclonedx, raw(content)) == "foreign"
