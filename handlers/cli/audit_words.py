"""What an audit found, in words."""

from collections.abc import Iterator

from bot.adapters.store.audit import AuditReport

_BREAKS = {
    "gap": "an entry before it is gone",
    "unlinked": "it does not follow from the entry before it",
    "altered": "it was changed after it was written",
    "truncated": "it was signed and is gone",
    "rewritten": "it was signed and is another one now",
    "unrecorded": "the table of streams and the last entry disagree",
}
_CHECKPOINTS = {
    "forged": "bears no signature of ours",
    "gap": "comes after checkpoints that are gone",
    "unlinked": "does not follow from the one before it",
    "malformed": "is signed, and no checkpoint of this program",
}


def lines(report: AuditReport) -> Iterator[str]:
    """What was looked at, then every break with its place."""
    signed = report.entries - report.unsigned
    yield f"Entries: {report.entries}, in streams: {report.streams}."
    yield f"Signed checkpoints: {report.checkpoints}, over entries: {signed}."
    if report.last_checkpoint:
        newest = f"{report.last_checkpoint}, {report.last_hash}"
        yield f"Newest checkpoint: {newest}. Keep this line to compare with the next audit."
    for found in (*report.breaks, *report.heads):
        yield f"{found.stream}, entry {found.seq}: {_BREAKS.get(found.code, '')} ({found.code})."
    for bad in report.bad_checkpoints:
        yield f"Checkpoint {bad.number}: it {_CHECKPOINTS.get(bad.code, '')} ({bad.code})."
    yield "The ledger is intact." if report.intact else "The ledger is NOT intact."
