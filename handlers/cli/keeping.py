"""`evidence index|lock|gc|upload`: what lies in the folder of evidence, for how long, and where else."""

from pathlib import Path
from typing import Annotated

import typer

from handlers.cli.command import command
from handlers.cli.evidence_place import evidence_folder
from handlers.cli.say import Say

Root = Annotated[Path | None, typer.Option("--root", help="Folder of evidence; without it the one below var.")]
Out = Annotated[Path | None, typer.Option("--out", help="Where to write the index; without it index.json in the root.")]
What = Annotated[str, typer.Argument(metavar="FOLDER|RELEASE", help="A folder of sealed evidence, or R-12.")]
Public = Annotated[Path | None, typer.Option("--public", help="Public half of the signing key: audit.ed25519.pub.")]
Apply = Annotated[bool, typer.Option("--apply", help="Delete; without it nothing is.")]
File = Annotated[str, typer.Option("--file", help="Only this document.")]
Directory = Annotated[str, typer.Option("--directory", help="Into this directory.")]
Bucket = Annotated[str, typer.Option("--bucket", help="Into this S3 bucket, which must have Object Lock.")]
Prefix = Annotated[str, typer.Option("--prefix", help="Put before every key.")]
Mode = Annotated[str, typer.Option("--mode", help="COMPLIANCE or GOVERNANCE.")]
Region = Annotated[str, typer.Option("--region", help="Region of the bucket.")]
Endpoint = Annotated[str, typer.Option("--endpoint-url", help="Where the service is; without it AWS.")]
Keep = Annotated[str, typer.Option("--keep", help="Cannot be deleted so long after it was locked, such as 365d.")]
RetainDays = Annotated[int, typer.Option("--retain-days", min=0, help="The same in days.")]
ReportPath = Annotated[Path | None, typer.Option("--report", help="The report; a second run goes on from it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be uploaded; ask the archive nothing.")]


def add(into: typer.Typer) -> None:
    """Put the commands into the group."""
    command(into, "index")(index)
    command(into, "lock")(lock)
    command(into, "gc")(gc)
    command(into, "upload")(upload)


def index(say: Say, root: Root = None, out: Out = None, public: Public = None) -> int:
    """Write down every evidence document with its hash, tier and whether it was tampered with; exit 0."""
    from handlers.cli.evidence_index import write_index
    from handlers.cli.seal_keys import keys_here

    return write_index(say, root or evidence_folder(), out, keys_here(public))


def lock(say: Say, what: What) -> int:
    """Lock the sealed documents of a folder, as the bot does when a release ends; exit 2 when one was changed."""
    from handlers.cli.evidence_lock import lock_it
    from handlers.cli.seal_keys import keys_here

    folder = Path(what)
    return lock_it(say, folder if folder.exists() else evidence_folder() / what, keys_here())


def gc(say: Say, root: Root = None, apply: Apply = False) -> int:
    """List evidence that may be deleted, oldest first, and with --apply delete it; locked evidence never before its
    date."""
    from handlers.cli.evidence_gc import clean_up
    from handlers.cli.opening import opened
    from handlers.cli.seal_keys import keys_here

    with opened() as core:
        return clean_up(say, core, root or core.settings.evidence, keys_here(), apply)


def upload(
    say: Say,
    root: Root = None,
    file: File = "",
    directory: Directory = "",
    bucket: Bucket = "",
    prefix: Prefix = "",
    mode: Mode = "",
    region: Region = "",
    endpoint_url: Endpoint = "",
    keep: Keep = "",
    retain_days: RetainDays = 0,
    report: ReportPath = None,
    dry_run: DryRun = False,
) -> int:
    """Put locked evidence where nobody can delete it: a bucket with Object Lock, or a directory. Exit 2 when a file
    failed or is tampered."""
    from bot.adapters.config.catalogue import FileCatalogue
    from handlers.cli import evidence_upload as up
    from handlers.cli.opening import read_settings
    from handlers.cli.seal_keys import keys_here

    settings = read_settings()
    asked = up.Asked(
        root or settings.evidence, file, directory, bucket, prefix, mode, region, endpoint_url, keep, retain_days,
        report, dry_run,
    )  # fmt: skip
    configured = FileCatalogue(settings.config).installation().archive
    return up.upload(say, asked, configured, settings.var, keys_here())
