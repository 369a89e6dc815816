"""Log lines about traffic on its way back."""

from bot.domain import events as e
from bot.domain.journal import Entry
from bot.domain.release import Release
from bot.views import marks
from bot.views.escape import below, code, inline, passage, quoted
from bot.views.limits import join_lines
from bot.views.people import who
from bot.views.progress import because
from bot.views.states import named
from bot.views.verdicts import sentence


def rollback_started(release: Release, entry: Entry, event: e.RollbackStarted) -> str:
    """Why traffic goes back, and to what; a gate's findings one by one."""
    back = f"{named(release)}: all traffic goes back to {_version(event.to_version)}"
    if event.cause == "asked":
        return f"{marks.ATTENTION} {who(entry.actor)} asked for a rollback. {back}.{below(event.reason)}"
    if event.cause == "aborted":
        return f"{marks.ATTENTION} {who(entry.actor)} aborted the release. {back}.{below(event.reason)}"
    if event.cause == "gate" and event.reasons:
        found = [f"• {sentence(reason)}" for reason in event.reasons]
        lines = join_lines([f"{marks.BAD} {back}, because gate {code(event.gate)} failed:", *found], 2800, 12)
        return f"{lines}\nNobody has to do anything now."
    why = because(entry.actor, event.cause, event.gate, event.reason, event.reasons)
    return f"{marks.BAD} {back}, because {why}. Nobody has to do anything now."


def rollback_finished(release: Release, event: e.RollbackFinished) -> str:
    """Traffic is back; what to do with the cause."""
    said = f" ({quoted(event.summary, 300)})" if event.summary else ""
    ending = release.ending
    why = f" Why: {because(ending.by, ending.cause, ending.gate, ending.reason)}." if ending else ""
    return (
        f"{marks.GOOD} {named(release)} is rolled back: all traffic is on {_version(event.to_version)} again{said}."
        f"{why} Next: find the cause, then open a new version."
    )


def rollback_failed(release: Release, event: e.RollbackFailed) -> str:
    """The worst case: what is known, and what a person does now."""
    said = passage(event.summary, 800) if event.summary else ""
    steps = (
        f"1. Look where traffic is: some may still be on {inline(release.version, 40)}.",
        "2. Try the rollback again, or bring traffic back by hand.",
        f"3. Once it is back by hand, abort {inline(release.id, 20)}: that closes it and frees the place.",
    )
    failed = f"{marks.ATTENTION} {named(release)}: the rollback to {_version(release.target)} failed."
    return "\n".join(part for part in (failed, said, "What now:", *steps) if part)


def _version(version: str | None) -> str:
    return inline(version, 40) if version else "the version that was live before"
