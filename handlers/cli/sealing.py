"""`evidence seal|verify`: make evidence that cannot be changed unseen, and check it anywhere, offline."""

from pathlib import Path
from typing import Annotated

import typer

from handlers.cli.command import command
from handlers.cli.say import Say

What = Annotated[str, typer.Argument(metavar="FILE|RELEASE", help="A document, or R-12 or SERVICE@ENVIRONMENT.")]
Where = Annotated[Path, typer.Argument(metavar="FILE|FOLDER", help="A seal, the document beside it, or a folder.")]
Folder = Annotated[Path | None, typer.Option("--out", help="Folder to seal into; a file is sealed where it lies.")]
Release = Annotated[str, typer.Option("--release", help="The release it speaks for, R-12.")]
Service = Annotated[str, typer.Option("--service", help="The service it speaks for.")]
Environment = Annotated[str, typer.Option("--environment", help="The environment it speaks for.")]
Version = Annotated[str, typer.Option("--version", help="The version it speaks for.")]
Artifact = Annotated[str, typer.Option("--artifact", help="The artifact it speaks for, sha256:….")]
Public = Annotated[Path | None, typer.Option("--public", help="Public half of the signing key: audit.ed25519.pub.")]
After = Annotated[
    str, typer.Option("--after", help="Evidence that has to be older, as a file; or the hash right before.")
]
MaxAge = Annotated[str, typer.Option("--max-age", help="How old it may be, such as 30m.")]
Unsealed = Annotated[bool, typer.Option("--unsealed", help="A document without seal: check its checksum alone.")]


def add(into: typer.Typer) -> None:
    """Put the commands into the group."""
    command(into, "seal")(seal)
    command(into, "verify")(verify)


def seal(
    say: Say,
    what: What,
    out: Folder = None,
    release: Release = "",
    service: Service = "",
    environment: Environment = "",
    version: Version = "",
    artifact: Artifact = "",
) -> int:
    """Sign a document, or what the ledger knows of a release, as the next one of its folder's chain."""
    from handlers.cli.seal_files import Subject, seal_it

    return seal_it(say, what, out, Subject(release, service, environment, version, artifact))


def verify(
    say: Say,
    where: Where,
    public: Public = None,
    after: After = "",
    max_age: MaxAge = "",
    release: Release = "",
    service: Service = "",
    environment: Environment = "",
    version: Version = "",
    artifact: Artifact = "",
    unsealed: Unsealed = False,
) -> int:
    """Say whether a single byte was changed, and where; exit 2 when anything was. Needs no bot and no network."""
    from handlers.cli.seal_checks import Wanted, verify_it
    from handlers.cli.seal_files import Subject

    subject = Subject(release, service, environment, version, artifact)
    return verify_it(say, where, Wanted(subject, public, after, max_age, unsealed))
