"""`evidence upload`: locked evidence into an archive; a second run goes on where the first one stopped."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import ValidationError

from bot.adapters.archive.table import open_archive
from bot.adapters.clock import SystemClock
from bot.adapters.evidence.report import REPORT, Policy, Target, read_report, report_of, write_report
from bot.adapters.evidence.shipping import Came, Sending, Sent, send
from bot.evidence.index import IndexFile
from bot.evidence.seal import SealKey
from bot.settings.evidence import ArchiveSpec, DirectoryArchive, S3Archive
from bot.settings.mistakes import reason_of
from handlers.cli.evidence_index import look_through
from handlers.cli.exits import Exit
from handlers.cli.failures import NotUsable
from handlers.cli.keeping_words import upload_lines
from handlers.cli.log_reading import length_of
from handlers.cli.say import Say

_WRITE_EVERY = 1.0
"""Seconds between two writings of the report while it grows."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed; empty: as interlock.yaml says."""

    root: Path
    file: str = ""
    directory: str = ""
    bucket: str = ""
    prefix: str = ""
    mode: str = ""
    region: str = ""
    endpoint_url: str = ""
    keep: str = ""
    retain_days: int = 0
    report: Path | None = None
    dry_run: bool = False


def upload(say: Say, asked: Asked, configured: ArchiveSpec | None, var: Path, keys: Sequence[SealKey]) -> int:
    """The exit code: 2 when something failed or is tampered. Raises NotUsable, ArchiveRefused, ArchiveAway, OSError."""
    spec = chosen(asked, configured, var)
    files = _files(asked, look_through(asked.root, keys))
    archive, target = open_archive(spec), _target(spec)
    path = asked.report or asked.root / REPORT
    earlier = read_report(path, target)
    if not asked.dry_run:
        archive.check()
    known = {name: one.version for name, one in earlier.items() if one.version}
    how = Sending(asked.root, spec.keep, known, asked.dry_run)
    sent: dict[str, Sent] = {}
    written = time.monotonic()
    try:
        for one in send(files, archive, how, SystemClock().now()):
            sent[one.path] = one
            if not asked.dry_run and time.monotonic() - written > _WRITE_EVERY:
                write_report(path, report_of(target, (earlier | sent).values()))
                written = time.monotonic()
    finally:
        if not asked.dry_run:
            write_report(path, report_of(target, (earlier | sent).values()))
    report = report_of(target, sent.values())
    say.result(report.model_dump(mode="json"), "\n".join(upload_lines(report, path, asked.dry_run)))
    bad = any(one.came is Came.FAILED or one.reason == "tampered" for one in sent.values())
    return Exit.FAILED if bad else Exit.DONE


def chosen(asked: Asked, configured: ArchiveSpec | None, var: Path) -> ArchiveSpec:
    """The archive that was typed, else the configured one, else a directory below var. Raises NotUsable."""
    if asked.bucket and asked.directory:
        raise NotUsable("Name --bucket or --directory, not both.")
    if asked.keep and asked.retain_days:
        raise NotUsable("Name --keep or --retain-days, not both.")
    said: dict[str, object] = {
        name: getattr(asked, name) for name in ("bucket", "prefix", "mode", "region", "endpoint_url")
    }
    changes = {name: value for name, value in said.items() if value}
    if asked.keep:
        changes["keep"] = length_of(asked.keep, "--keep")
    elif asked.retain_days:
        changes["keep"] = timedelta(days=asked.retain_days)
    if asked.directory:
        base: dict[str, object] = {"kind": "directory", "path": asked.directory}
    elif asked.bucket:
        base = {"kind": "s3"}
    elif configured is not None:
        base = configured.model_dump()
    else:
        base = {"kind": "directory", "path": str(var / "archive")}
    model = S3Archive if base["kind"] == "s3" else DirectoryArchive
    try:
        return model.model_validate(base | changes)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise NotUsable(f"--{str(first['loc'][-1]).replace('_', '-')} {reason_of(first)}.") from None


def _files(asked: Asked, files: tuple[IndexFile, ...]) -> tuple[IndexFile, ...]:
    if not asked.file:
        return files
    one = tuple(file for file in files if asked.file in (file.path, str(asked.root / file.path)))
    if not one:
        raise NotUsable(f"There is no evidence document {asked.file} in {asked.root}.")
    return one


def _target(spec: ArchiveSpec) -> Target:
    days = spec.keep / timedelta(days=1)
    if isinstance(spec, S3Archive):
        policy = Policy(mode=spec.mode, retention_days=days)
        return Target(mode="s3", bucket=spec.bucket, prefix=spec.prefix, policy=policy)
    policy = Policy(mode="directory", retention_days=days)
    return Target(mode="directory", bucket=spec.path, prefix="", policy=policy)
