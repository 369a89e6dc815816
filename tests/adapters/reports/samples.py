"""Reports as their makers write them, small enough to read."""

from typing import Any

JUNIT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites name="all">
  <testsuite name="cart" tests="3" failures="1" errors="0" skipped="1" time="0.5" timestamp="2026-03-03T10:00:00">
    <testcase classname="cart.Totals" name="adds up" time="0.1"/>
    <testcase classname="cart.Totals" name="rounds" time="0.1"><failure message="m" type="E">x</failure></testcase>
    <testcase classname="cart.Totals" name="taxes" time="0.1"><skipped message="later"/></testcase>
  </testsuite>
  <testsuite name="pay" tests="2" failures="0" errors="1">
    <testcase classname="pay.Card" name="charges" time="0.1"/>
    <testcase classname="pay.Card" name="refunds" time="0.1"><error type="Timeout" message="no answer"/></testcase>
  </testsuite>
</testsuites>
"""


def junit(*cases: str, **stated: int) -> bytes:
    """A suite of these cases: `pass`, `failure`, `error` or `skipped`; its own numbers fit unless told otherwise."""
    numbers = {
        "tests": len(cases),
        "failures": cases.count("failure"),
        "errors": cases.count("error"),
        "skipped": cases.count("skipped"),
    } | stated
    inside = {"pass": ""} | {one: f"<{one}/>" for one in ("failure", "error", "skipped")}
    body = "".join(
        f'<testcase classname="s" name="t{place}">{inside[one]}</testcase>' for place, one in enumerate(cases)
    )
    attributes = " ".join(f'{name}="{number}"' for name, number in numbers.items())
    return f'<testsuite name="s" {attributes}>{body}</testsuite>'.encode()


def sarif(*results: dict[str, Any], **run: Any) -> dict[str, Any]:
    """A log of one run whose rules have security severities."""
    rules = [
        {"id": "R1", "properties": {"security-severity": "9.8"}, "defaultConfiguration": {"level": "error"}},
        {"id": "R2", "properties": {"security-severity": "5.0"}},
        {"id": "R3", "defaultConfiguration": {"level": "note"}},
    ]
    whole = {
        "tool": {"driver": {"name": "Scanner", "rules": rules}},
        "invocations": [{"executionSuccessful": True}],
        "results": [{"message": {"text": "m"}} | result for result in results],
    } | run
    return {"version": "2.1.0", "runs": [{name: part for name, part in whole.items() if part is not ...}]}


def audit(*dependencies: dict[str, Any]) -> dict[str, Any]:
    """What pip-audit prints."""
    return {"dependencies": list(dependencies), "fixes": []}


def dependency(name: str, *vulnerabilities: dict[str, Any]) -> dict[str, Any]:
    """A dependency with what is known against it."""
    filled = [{"fix_versions": [], "aliases": [], "description": "d"} | one for one in vulnerabilities]
    return {"name": name, "version": "1.0", "vulns": filled}


def bom(*components: str, version: str | None = "2.1.0", **more: Any) -> dict[str, Any]:
    """A bill of materials of checkout."""
    subject = {"type": "application", "name": "checkout"} | ({"version": version} if version else {})
    listed = [{"type": "library", "name": name, "version": "1.0"} for name in components]
    known = {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": subject}, "components": listed}
    return known | more
