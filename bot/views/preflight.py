"""What a pre-flight check found, in the release's thread."""

from bot.domain.events import PreflightRun
from bot.domain.journal import Entry
from bot.views import marks
from bot.views.escape import inline
from bot.views.limits import join_lines
from bot.views.people import who

_MARKS = {"good": marks.GOOD, "bad": marks.BAD, "unreachable": marks.ATTENTION, "skipped": marks.UNKNOWN}


def preflight_run(entry: Entry, event: PreflightRun) -> str:
    """GO or NO-GO, who looked, and every check with what it found; what is wrong first."""
    answer = f"{marks.GOOD} *GO*" if event.go else f"{marks.BAD} *NO-GO*"
    wrong_first = sorted(event.checks, key=lambda one: one.health == "good")
    lines = [f"{_MARKS[one.health]} {inline(one.name, 40)}: {inline(one.found, 300)}" for one in wrong_first]
    return join_lines([f"{answer}, says the pre-flight check of {who(entry.actor)}:", *lines])
