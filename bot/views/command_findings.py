"""What the findings about a command and its report mean in words."""

from bot.views.finding import Finding, Shape, aged, few, over
from bot.views.measures import Unit

_LEVELS = ("error", "warning", "note")
_SEVERITIES = ("critical", "high", "medium", "low", "unknown")

COMMAND_FINDINGS: dict[str, Finding] = {
    "command.not_run": Finding("the command has not been run yet"),
    "command.not_started": Finding("the command could not be started"),
    "command.timed_out": aged("the command was ended for taking too long"),
    "command.killed": Finding("the command was ended by signal", Shape.OF),
    "command.failed": Finding("the command ended with exit code", Shape.OF),
    "command.unexplained": Finding("its report holds nothing that explains the exit code", Shape.OF),
    "report.missing": Finding("the command wrote no report"),
    "report.stale": Finding("the report is from before the command was run"),
    "report.empty": Finding("the report is empty"),
    "report.too_large": Finding("the report is too large to be read"),
    "report.unreadable": Finding("the report is cut short, or not what its kind says"),
    "report.unsafe": Finding("the report declares entities, and is not read for that"),
    "report.foreign": Finding("the report is of another kind than this gate reads"),
    "junit.failed": over("number of failed tests", Unit.PLAIN),
    "junit.disagrees": Finding("the report's own numbers do not add up"),
    "junit.empty": Finding("no test was run"),
    "junit.few": few("tests were run"),
    "junit.skipped": over("number of skipped tests", Unit.PLAIN),
    "junit.suite_missing": Finding("tests that are needed were not run"),
    "sarif.no_runs": Finding("the report holds no run of a scanner"),
    "sarif.unfinished": Finding("the scanner did not come to its end"),
    "sarif.tool_missing": Finding("the scanner that is needed did not run"),
    **{f"sarif.level_over:{one}": over(f"number of findings of level {one}", Unit.PLAIN) for one in _LEVELS},
    **{f"sarif.severity_over:{one}": over(f"number of {one} findings", Unit.PLAIN) for one in _SEVERITIES},
    "audit.empty": few("dependencies were looked at"),
    "audit.skipped": over("number of dependencies that could not be looked at", Unit.PLAIN),
    **{
        f"audit.over:{one}": over(
            "number of vulnerabilities of unknown severity" if one == "unknown" else f"number of {one} vulnerabilities",
            Unit.PLAIN,
        )
        for one in _SEVERITIES
    },
    "bom.empty": Finding("the bill of materials lists nothing"),
    "bom.few": few("components in the bill of materials"),
    "bom.component_missing": Finding("the bill of materials lacks a component"),
    "bom.version_missing": Finding("the bill of materials does not say which version it is about"),
    "bom.wrong_version": Finding("the bill of materials is about another version"),
}
