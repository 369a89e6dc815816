"""JUnit XML: counted test by test, and held against the numbers that it states itself (contracts 2.1)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.adapters.reports.problem import ReportProblem
from bot.adapters.reports.safe_xml import walk_xml
from bot.domain.evidence.commands import SuitesFound

_NAMES_KEPT = 20
_SUITES = ("testsuites", "testsuite")
_OUTCOMES = {"failure": "failures", "error": "errors", "skipped": "skipped"}
"""Elements of a test case, and the attribute in which a suite counts them."""


@dataclass(slots=True)
class _Suite:
    """A suite while it is read. `own`: its test cases; `all`: with those of the suites inside it."""

    name: str
    stated: dict[str, int]
    own: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("tests", *_OUTCOMES.values()), 0))
    all: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("tests", *_OUTCOMES.values()), 0))


class _Count:
    """Counts while the document is walked through."""

    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = wanted
        self._open: list[_Suite] = []
        self._case: str | None = None
        self._outcomes: set[str] = set()
        self._path: list[str] = []
        self.total: _Suite | None = None
        self.failed: list[str] = []
        self.suites: set[str] = set()
        self.disagree = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if name in _SUITES and parent in ("", *_SUITES):
            self._open.append(_Suite(attributes.get("name", ""), _stated(name, attributes)))
        elif name == "testcase" and parent == "testsuite":
            self._case, self._outcomes = _called(attributes), set()
        elif name in _OUTCOMES and parent == "testcase":
            self._outcomes.add(_OUTCOMES[name])
        elif not parent:
            raise ReportProblem("foreign", "root element")

    def end(self, name: str) -> None:
        """An element ends."""
        self._path.pop()
        parent = self._path[-1] if self._path else ""
        if name == "testcase" and parent == "testsuite":
            self._end_case()
        elif name in _SUITES and parent in ("", *_SUITES):
            self._end_suite()

    def _end_case(self) -> None:
        for count in ("tests", *self._outcomes):
            self._open[-1].own[count] += 1
            self._open[-1].all[count] += 1
        if self._outcomes & {"failures", "errors"} and len(self.failed) < _NAMES_KEPT:
            self.failed.append(self._case or "")
        if "skipped" not in self._outcomes:
            self.suites |= {one.name for one in self._open if one.name in self._wanted}

    def _end_suite(self) -> None:
        suite = self._open.pop()
        for count, number in suite.stated.items():
            if number not in (suite.own[count], suite.all[count]) and not self.disagree:
                self.disagree = f"{count}: {number} stated, {suite.all[count]} counted"
        if not self._open:
            self.total = suite
            return
        for count, number in suite.all.items():
            self._open[-1].all[count] += number


def read_junit(raw: bytes, wanted: Collection[str] = ()) -> SuitesFound:
    """The report, with those of the `wanted` suites that ran a test. Raises ReportProblem."""
    count = _Count(wanted)
    walk_xml(raw, count.start, count.end)
    if count.total is None:
        raise ReportProblem("foreign", "root element")
    seen, stated = count.total.all, count.total.stated
    worse = {name: max(seen[name], stated.get(name, 0)) for name in ("failures", "errors")}
    return SuitesFound(
        tests=seen["tests"],
        ran=seen["tests"] - seen["skipped"],
        failures=worse["failures"],
        errors=worse["errors"],
        skipped=seen["skipped"],
        suites=tuple(sorted(count.suites)),
        failed=tuple(count.failed),
        disagree=count.disagree,
    )


def _stated(element: str, attributes: Mapping[str, str]) -> dict[str, int]:
    """The numbers that a suite states of itself; a `testsuite` must say how many tests it has (both schemas)."""
    found = {}
    for name in ("tests", *_OUTCOMES.values()):
        if (written := attributes.get(name)) is None:
            continue
        if not (written.isascii() and written.isdigit() and len(written) < 10):
            raise ReportProblem("foreign", f"{element}/@{name}")
        found[name] = int(written)
    if element == "testsuite" and "tests" not in found:
        raise ReportProblem("foreign", "testsuite/@tests")
    return found


def _called(attributes: Mapping[str, str]) -> str:
    return ".".join(part for part in (attributes.get("classname", ""), attributes.get("name", "")) if part)[:120]
