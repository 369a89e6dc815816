"""Releases, refusals and ledger entries as JSON, for `--json`."""

from typing import Any

from bot.domain.journal import Entry
from bot.domain.refusal import Refusal
from bot.domain.release import Release
from bot.domain.verdict import Judgement
from bot.views.plain import words
from bot.views.refusals import hint, sentence


def release_shape(release: Release, judgements: tuple[Judgement, ...]) -> dict[str, Any]:
    """A release as it stands. Times are RFC 3339 in UTC; `thread` is null until the thread stands."""
    shown = release.model_dump(mode="json", include=_FIELDS)
    thread = {"channel": release.channel, "ts": release.thread} if release.thread else None
    gates = [
        {"name": one.gate, "verdict": one.verdict.value, "reasons": [reason.code for reason in one.reasons]}
        for one in judgements
    ]
    return shown | {"requester": release.requester.name, "held": release.held, "thread": thread, "gates": gates}


_FIELDS = {
    *("id", "service", "version", "environment", "state", "percent", "in_doubt", "previous", "target", "digest"),
    *("reason", "channel", "opened_at", "expires_at", "changed_at", "bake_until", "approvals", "hold", "ending"),
}


def refusal_shape(refusal: Refusal) -> dict[str, Any]:
    """A refusal or blocker in plain words."""
    return {
        "code": refusal.code.value,
        "message": words(sentence(refusal)),
        "hint": words(hint(refusal)),
        "subject": refusal.subject,
        "until": refusal.until.isoformat() if refusal.until else None,
    }


def entry_shape(entry: Entry) -> dict[str, Any]:
    """An entry of the ledger, its event unpacked."""
    shown = entry.model_dump(mode="json", exclude={"body"})
    return shown | {"event": entry.event.model_dump(mode="json")}
