"""SARIF 2.1.0: what scanners found, without what was suppressed or is gone (contracts 4.8)."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from bot.adapters.reports.json_text import Object, a_text, an_object, objects, read_json, short
from bot.adapters.reports.problem import ReportProblem
from bot.domain.evidence.commands import ScanFound

LEVELS = ("error", "warning", "note", "none")
_BANDS = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"))
"""Least `security-severity` of each word; anything above 0 is low."""

_NAMES_KEPT = 20


def read_sarif(raw: bytes, wanted: Collection[str] = ()) -> ScanFound:
    """The findings of all runs. Raises ReportProblem. `wanted` is of no use here."""
    log = an_object(read_json(raw), "document")
    if log.get("version") != "2.1.0":
        raise ReportProblem("foreign", "version")
    runs = list(objects(log.get("runs"), "runs"))
    count = _Count()
    for run in runs:
        count.add(run)
    return ScanFound(
        tools=tuple(dict.fromkeys(count.tools)),
        runs=len(runs),
        levels={level: count.levels[level] for level in LEVELS if count.levels[level]},
        severities=dict(sorted(count.severities.items())),
        suppressed=count.suppressed,
        worst=tuple(name for _, name in sorted(count.named, key=lambda one: one[0])[:_NAMES_KEPT]),
        unfinished=count.unfinished,
    )


class _Count:
    """Adds up the runs of a log."""

    def __init__(self) -> None:
        self.tools: list[str] = []
        self.levels: Counter[str] = Counter()
        self.severities: Counter[str] = Counter()
        self.suppressed = 0
        self.named: list[tuple[int, str]] = []
        self.unfinished = ""

    def add(self, run: Object) -> None:
        """Count one run. A run without results is one whose scan never began (SARIF 3.14.23)."""
        tool = an_object(run.get("tool"), "tool")
        driver = an_object(tool.get("driver"), "tool.driver")
        name = short(a_text(driver.get("name"), "tool.driver.name"))
        self.tools.append(name)
        for invocation in objects(run.get("invocations", []), "invocations"):
            done = invocation.get("executionSuccessful")
            if not isinstance(done, bool):
                raise ReportProblem("foreign", "executionSuccessful")
            if not done:
                self.unfinished = name
        if "results" in an_object(run.get("externalPropertyFileReferences", {}), "externalPropertyFileReferences"):
            raise ReportProblem("foreign", "results in another file")
        if run.get("results") is None:
            self.unfinished = name
            return
        rules = _rules(tool, driver)
        for result in objects(run["results"], "results"):
            self._result(result, rules)

    def _result(self, result: Object, rules: "_Rules") -> None:
        rule = rules.of(result)
        level = _level(result, rule)
        if result.get("baselineState") == "absent":
            return
        if _is_suppressed(result):
            self.suppressed += 1
            return
        self.levels[level] += 1
        severity = _severity(result, rule) if level != "none" else ""
        if severity:
            self.severities[severity] += 1
        self.named.append((LEVELS.index(level), short(rule.get("id") or result.get("ruleId"))))


class _Rules:
    """The rules of a run's tools, by id, and the driver's by index."""

    def __init__(self, driver: list[Object], others: list[Object]) -> None:
        self._driver = driver
        self._by_id = {name: one for one in (*others, *driver) if isinstance(name := one.get("id"), str)}

    def of(self, result: Object) -> Object:
        """The rule of a result; an empty one where it names none."""
        reference = an_object(result.get("rule", {}), "rule")
        name = result.get("ruleId", reference.get("id"))
        index = result.get("ruleIndex", reference.get("index"))
        if isinstance(name, str) and (found := self._by_id.get(name) or self._by_id.get(name.partition("/")[0])):
            return found
        if isinstance(index, int) and 0 <= index < len(self._driver) and "toolComponent" not in reference:
            return self._driver[index]
        return {}


def _rules(tool: Object, driver: Object) -> _Rules:
    others = [
        rule
        for extension in objects(tool.get("extensions", []), "tool.extensions")
        for rule in objects(extension.get("rules", []), "tool.extensions.rules")
    ]
    return _Rules(list(objects(driver.get("rules", []), "tool.driver.rules")), others)


def _level(result: Object, rule: Object) -> str:
    """The result's level, else its rule's, else `warning`; what is no failure has none (SARIF 3.27.9, 3.27.10)."""
    if result.get("kind", "fail") != "fail":
        return "none"
    default = an_object(rule.get("defaultConfiguration", {}), "defaultConfiguration").get("level", "warning")
    level = result.get("level", default)
    if level not in LEVELS:
        raise ReportProblem("foreign", "level")
    return str(level)


def _is_suppressed(result: Object) -> bool:
    """Whether somebody accepted it: not when the suppression waits for review or was rejected (SARIF 3.27.23)."""
    marks = list(objects(result.get("suppressions") or [], "suppressions"))
    return bool(marks) and all(mark.get("status", "accepted") == "accepted" for mark in marks)


def _severity(result: Object, rule: Object) -> str:
    score = _score(result) or _score(rule)
    if score is None:
        return ""
    try:
        number = float(score)
    except (TypeError, ValueError, OverflowError):
        raise ReportProblem("foreign", "security-severity") from None
    if not 0 <= number <= 10:
        raise ReportProblem("foreign", "security-severity")
    return next((word for least, word in _BANDS if number >= least), "low" if number > 0 else "")


def _score(place: Object) -> Any:
    return an_object(place.get("properties", {}), "properties").get("security-severity")
