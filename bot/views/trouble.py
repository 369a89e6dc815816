"""What people read when Interlock itself has a problem."""

from bot.domain.journal import Entry
from bot.domain.message import Message
from bot.domain.release import Release
from bot.views import marks
from bot.views.blocks import message
from bot.views.escape import code, inline
from bot.views.marks import unmarked


def sorry() -> str:
    """The answer to a request that failed inside; what it was stands in the log."""
    return (
        "Interlock hit an internal problem, and nothing was changed. Try again; if it stays, look at the bot's log. "
        "A rollback also works from the command line: `interlock release rollback SERVICE@ENVIRONMENT`."
    )


def unsaid(release: Release, entry: Entry) -> Message:
    """The line for an entry that could not be shown as it is."""
    line = (
        f"{marks.ATTENTION} Something happened to {inline(release.id, 20)} that could not be shown here: "
        f"{code(entry.event.kind)}, entry {entry.seq} of its ledger. Ask for `status` to see where it stands."
    )
    return message(unmarked(line))
