"""Reports that somebody made to hurt: each ends as a named problem, at once, with nothing fetched and nothing grown."""

import json
from pathlib import Path

import pytest

from bot.adapters.reports.problem import ReportProblem
from bot.adapters.reports.table import READERS, read_report
from bot.domain.evidence.commands import Found
from bot.domain.service.reports import JunitReport
from tests.adapters.reports.samples import JUNIT, audit, bom, dependency, sarif

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + ']><testsuite name="s" tests="0">&j;</testsuite>'
)
"""A billion laughs in less than a kilobyte."""


def problem_of(kind: str, content: bytes) -> str:
    with pytest.raises(ReportProblem) as caught:
        READERS[kind](content, ())
    return caught.value.code


def test_laughter_is_not_heard() -> None:
    assert len(LAUGHS) < 1000
    assert problem_of("junit", LAUGHS.encode()) == "unsafe"


def test_nothing_outside_is_read(tmp_path: Path) -> None:
    """Neither a file nor an address: whoever declares one is refused before it is used."""
    secret = tmp_path / "secret"
    secret.write_text("do not read")
    for named in (f'<!ENTITY x SYSTEM "file://{secret}">', '<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;'):
        content = f'<!DOCTYPE t [{named}]><testsuite name="&x;" tests="0"/>'
        assert problem_of("junit", content.encode()) == "unsafe"
    assert problem_of("junit", b'<!DOCTYPE t SYSTEM "http://127.0.0.1:9/x.dtd"><testsuite tests="0"/>') == "unsafe"


def test_what_is_too_deep_is_refused() -> None:
    assert problem_of("junit", b"<testsuite tests='0'>" * 1000) == "unsafe"
    for kind in ("sarif", "pip-audit", "cyclonedx"):
        assert problem_of(kind, b"[" * 200_000) == "unreadable"


WHOLE = {
    "junit": JUNIT.encode(),
    "sarif": json.dumps(sarif({"ruleId": "R1"})).encode(),
    "pip-audit": json.dumps(audit(dependency("a"))).encode(),
    "cyclonedx": json.dumps(bom("a")).encode(),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_report_that_is_cut_short_is_refused_wherever_it_is_cut(kind: str) -> None:
    whole = WHOLE[kind].strip()
    READERS[kind](whole, ())
    for end in range(1, len(whole) - 1, 23):
        assert problem_of(kind, whole[:end]) == "unreadable"


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("junk", [b"\x00", b"\xff\xfe\xfd", b"Traceback (most recent call last):", b"{}{}"])
def test_other_bytes_are_refused(kind: str, junk: bytes) -> None:
    assert problem_of(kind, junk) == "unreadable"
    assert problem_of(kind, WHOLE[kind].strip() + junk) == "unreadable"


@pytest.mark.parametrize("kind", [one for one in WHOLE if one != "junit"])
def test_doubled_keys_and_numbers_that_are_none_are_refused(kind: str) -> None:
    """Of two members with one name, two readers see two things."""
    whole = WHOLE[kind].decode()
    assert problem_of(kind, ('{"x": 1, "x": 2, ' + whole[1:]).encode()) == "unreadable"
    assert problem_of(kind, ('{"x": NaN, ' + whole[1:]).encode()) == "unreadable"


def test_nothing_is_not_a_report() -> None:
    rules = JunitReport(kind="junit", file="x.xml")
    with pytest.raises(ReportProblem, match="empty"):
        read_report(rules, b" \n")


def test_names_can_always_be_stored() -> None:
    """Half a surrogate pair and a name without end."""
    strange = dependency("\ud800" + "x" * 500, {"id": "\ud800V"})
    found: Found = READERS["pip-audit"](json.dumps(audit(strange)).encode(), ())
    assert len(found.model_dump_json()) < 400
