"""What the readers ask of a report is what the published schemas promise: nothing that fits them is called foreign."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from jsonschema.validators import validator_for
from referencing import Registry, Resource

from bot.adapters.reports.cyclonedx import SPEC_VERSIONS, read_cyclonedx
from bot.adapters.reports.junit import read_junit
from bot.adapters.reports.sarif import LEVELS, read_sarif
from tests.adapters.reports.samples import JUNIT, bom, sarif

VENDOR = Path(__file__).resolve().parents[4] / "shared" / "vendor"
needs_vendor = pytest.mark.skipif(not VENDOR.is_dir(), reason="shared/vendor is not beside this repository")
pytestmark = needs_vendor
XSD = "{http://www.w3.org/2001/XMLSchema}"


def schema(path: str) -> Any:
    return json.loads((VENDOR / path).read_text())


def fits(document: Any, path: str, *beside: str) -> None:
    """Validate, with the schemas that this one refers to; nothing is fetched."""
    every = [schema(path), *(schema(f"{path.rpartition('/')[0]}/{name}") for name in beside)]
    named = [(one.get("$id") or one["id"], Resource.from_contents(one)) for one in every]
    validator_for(every[0])(every[0], registry=Registry().with_resources(named)).validate(document)


def test_scans_of_the_tests_are_sarif() -> None:
    document = sarif(
        {"ruleId": "R1", "suppressions": [{"kind": "external", "status": "underReview"}]},
        {"ruleId": "R1", "baselineState": "absent"},
        {"ruleId": "R1", "kind": "pass", "level": "none"},
    )
    fits(document, "sarif/sarif-2.1.0.schema.json")
    assert read_sarif(json.dumps(document).encode()).levels == {"error": 1, "none": 1}


def test_scan_words_are_those_of_the_schema() -> None:
    """Levels, suppression states, and the one flag without which a run is not known to have ended."""
    parts = schema("sarif/sarif-2.1.0.schema.json")["definitions"]
    assert set(parts["result"]["properties"]["level"]["enum"]) == set(LEVELS)
    assert "accepted" in parts["suppression"]["properties"]["status"]["enum"]
    assert "absent" in parts["result"]["properties"]["baselineState"]["enum"]
    assert parts["invocation"]["required"] == ["executionSuccessful"]
    assert parts["result"]["properties"]["kind"]["default"] == "fail"


def test_an_empty_log_is_sarif_and_proves_nothing() -> None:
    """The schema allows no runs at all; the gate does not."""
    fits({"version": "2.1.0", "runs": []}, "sarif/sarif-2.1.0.schema.json")
    assert read_sarif(b'{"version": "2.1.0", "runs": []}').runs == 0


def test_bills_of_the_tests_are_cyclonedx() -> None:
    fits(bom("aiohttp", "yarl"), "cyclonedx/bom-1.6.schema.json", "jsf-0.82.schema.json", "spdx.schema.json")
    required = schema("cyclonedx/bom-1.6.schema.json")
    assert set(required["required"]) == {"bomFormat", "specVersion"}
    assert required["definitions"]["component"]["required"] == ["type", "name"]
    assert "1.6" in SPEC_VERSIONS


def test_a_bill_without_components_is_cyclonedx_and_proves_nothing() -> None:
    plain = {"bomFormat": "CycloneDX", "specVersion": "1.6"}
    fits(plain, "cyclonedx/bom-1.6.schema.json", "jsf-0.82.schema.json", "spdx.schema.json")
    assert read_cyclonedx(json.dumps(plain).encode()).components == 0


def elements_of(name: str) -> dict[str, set[str]]:
    """Every element of an XML schema that lists attributes, with those it requires."""
    tree = ET.fromstring((VENDOR / "junit" / name).read_bytes())
    found: dict[str, set[str]] = {}
    for element in (*tree.iter(f"{XSD}element"), *tree.iter(f"{XSD}complexType")):
        if (called := element.get("name")) is not None and element.tag.endswith(("element", "complexType")):
            kind = element if element.tag.endswith("complexType") else element.find(f"{XSD}complexType")
            asked = kind.findall(f"{XSD}attribute") if kind is not None else []
            found.setdefault(called, set()).update(
                str(one.get("name")) for one in asked if one.get("use") == "required"
            )
    return found


@pytest.mark.parametrize("name", ["junit-10-jenkins.xsd", "junit-windyroad.xsd"])
def test_what_is_asked_of_a_test_report_is_required_by_its_schemas(name: str) -> None:
    """`tests` of a suite, and nothing else; the elements that decide exist by these names."""
    required = elements_of(name)
    assert {"name", "tests", "failures", "errors"} <= required["testsuite"]
    assert "name" in required["testcase"]
    assert {"testsuites", "testsuite", "testcase", "failure", "error", "skipped"} <= set(required)
    suite = '<testsuite name="s" tests="1" failures="0" errors="0"><testcase name="t"/></testsuite>'
    assert read_junit(f"<testsuites>{suite}</testsuites>".encode()).ran == 1


def test_the_sample_of_the_tests_is_built_of_the_schema_s_parts() -> None:
    """By hand, since nothing here reads XML schemas: known elements only, with their required attributes."""
    required = elements_of("junit-10-jenkins.xsd")
    for element in ET.fromstring(JUNIT.encode()).iter():
        assert required[element.tag] <= set(element.attrib), element.tag


def test_what_came_right_at_the_second_try_is_no_failure() -> None:
    """Surefire's `flakyFailure` and `rerunFailure`, of the Jenkins schema, mean a test that was repeated."""
    assert {"flakyFailure", "rerunFailure"} <= set(elements_of("junit-10-jenkins.xsd"))
    case = '<testcase name="t"><flakyFailure type="x"/></testcase>'
    assert read_junit(f'<testsuite name="s" tests="1" failures="0">{case}</testsuite>'.encode()).failures == 0
