"""What `evidence index|lock|gc|upload` did, in words."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.adapters.evidence.report import Report
from bot.evidence.index import Index, Tier
from bot.evidence.retention import Stays, Unit
from bot.views.measures import count

_STAYS = {
    Stays.YOUNG: "not old enough yet",
    Stays.EXCLUDED: "excluded by exclude_globs",
    Stays.TAMPERED: "tampered, which somebody has to look into first",
    Stays.OPEN: "of a release that is open or live",
    Stays.UNKNOWN: "of a release that this ledger does not know",
    Stays.FLOOR: "among the last of its service (keep_min)",
}
_SKIPPED = {
    "tampered": "tampered",
    "not_locked": "not locked",
    "over": "older than it would be kept",
    "dry_run": "would be uploaded",
}


def index_lines(index: Index, path: Path) -> Iterator[str]:
    """Every tampered document with its reason, then the counts."""
    for one in index.files:
        if one.tampered:
            yield f"{one.path}: tampered ({one.error})."
    found = index.summary
    yield f"{count(found.count, 'document')}: {found.wip} WIP, {found.locked} locked, {found.tampered} tampered."
    yield f"Written to {path}."


def gc_lines(units: Sequence[Unit], removed: Sequence[str], apply: bool) -> Iterator[str]:
    """What may go, oldest first, and why the rest stays."""
    for unit in units:
        if unit.stays is None:
            name = unit.files[0].path if len(unit.files) == 1 else f"{unit.files[0].path.rpartition('/')[0]}/ (a chain)"
            tier = "locked" if any(file.tier is Tier.LOCKED for file in unit.files) else "WIP"
            yield f"{name}: {count(len(unit.files), 'document')}, {tier}, since {unit.since:%Y-%m-%d}"
    for why, words in _STAYS.items():
        if many := sum(len(unit.files) for unit in units if unit.stays is why):
            yield f"{count(many, 'document')} {'stays' if many == 1 else 'stay'}: {words}."
    going = sum(len(unit.files) for unit in units if unit.stays is None)
    if apply:
        yield f"Deleted {count(len(removed), 'file')}."
    elif going:
        yield f"{count(going, 'document')} would be deleted. Nothing was: add --apply to delete."
    else:
        yield "Nothing to delete."


def upload_lines(report: Report, path: Path, dry: bool) -> Iterator[str]:
    """Every failure with its reason, what was skipped and why, then the counts."""
    for one in report.failed:
        yield f"{one.path}: not uploaded, {one.message or one.reason} ({one.reason})."
    for why, words in _SKIPPED.items():
        if many := sum(one.reason == why for one in report.skipped):
            yield f"{count(many, 'file')} {'skipped: ' if why != 'dry_run' else ''}{words}."
    counts = report.counts
    there = sum(one.reason == "there" for one in report.uploaded)
    where = f"s3://{report.bucket}/{report.prefix}" if report.mode == "s3" else report.bucket
    yield f"{where}: {counts.uploaded} kept ({there} there before), {counts.skipped} skipped, {counts.failed} failed."
    if not dry:
        yield f"Report: {path}."
