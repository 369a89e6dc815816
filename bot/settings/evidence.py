"""What interlock.yaml says about evidence: how long it is kept, and where it cannot be deleted."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.duration import Duration, Span

KEPT = timedelta(days=365)
"""How long locked evidence is kept, here and in an archive: one default, where the source system had four."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Retention(_Part):
    """How long evidence lies in its folder before `evidence gc` may delete it (contracts 1.9)."""

    wip: Span = Field(default=timedelta(days=7), description="Age at which evidence that was never locked may go.")
    locked: Span = Field(default=KEPT, description="Age, since it was locked, at which locked evidence may go.")
    keep_min: int = Field(default=5, ge=0, description="Documents of each service that stay, however old they are.")
    exclude_globs: tuple[str, ...] = Field(
        default=("latest.json",),
        description="Files that never go, by name or by path below the folder of evidence, such as `R-12/*`.",
    )


class DirectoryArchive(_Part):
    """A directory, best on another disk. Nobody but its owner is kept from deleting there."""

    kind: Literal["directory"]
    path: str = Field(default="var/archive", description="The directory.")
    keep: Span = Field(default=KEPT, description="How long a file may not be deleted, since it was locked.")
    after: Duration = Field(default=timedelta(hours=2), description="How long after it was locked evidence goes there.")


class S3Archive(_Part):
    """A bucket of S3, or of what speaks like it, with Object Lock. Credentials come from the environment."""

    kind: Literal["s3"]
    bucket: str = Field(min_length=3, description="The bucket; Object Lock can only be had when it is created.")
    prefix: str = Field(default="", description="Put before every key, such as `interlock/`.")
    mode: Literal["COMPLIANCE", "GOVERNANCE"] = Field(
        default="GOVERNANCE", description="COMPLIANCE: nobody can shorten it; GOVERNANCE: who has a special right can."
    )
    region: str | None = Field(default=None, description="Region; without it the environment's.")
    endpoint_url: str | None = Field(default=None, description="Where the service is; without it AWS.")
    keep: Span = Field(default=KEPT, description="How long a file may not be deleted, since it was locked.")
    after: Duration = Field(default=timedelta(hours=2), description="How long after it was locked evidence goes there.")


ArchiveSpec = Annotated[DirectoryArchive | S3Archive, Field(discriminator="kind")]
