"""What interlock.yaml says about an installation: command names, version tags, pace."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.duration import Span
from bot.domain.ops_rules import OpsRules
from bot.settings.evidence import ArchiveSpec, Retention


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Commands(_Part):
    """The names of the slash commands."""

    prefix: str = Field(
        default="",
        pattern=r"^[a-z0-9_-]{0,20}$",
        description="Put before every command name, such as `il-` for `/il-release`; change the app manifest with it.",
    )

    def name(self, word: str) -> str:
        """The command as people type it: `/release`, or `/il-release` with the prefix `il-`."""
        return f"/{self.prefix}{word}"


class Work(_Part):
    """How workers take effects from the queue."""

    lease: Span = Field(
        default=timedelta(seconds=30), description="How long a worker owns an effect before another may take it."
    )
    poll: Span = Field(default=timedelta(seconds=1), description="Longest time between two looks at the queue.")
    batch: int = Field(default=20, ge=1, le=500, description="Most effects that are taken at once.")


class Cards(_Part):
    """How often cards are edited; a decision goes out at once (design 5)."""

    every: Span = Field(default=timedelta(seconds=3), description="Least time between two edits of one card.")
    per_minute: int = Field(
        default=40, ge=1, le=50, description="Most edits a minute in a workspace; Slack allows about 50."
    )


class Installation(_Part):
    """The whole of interlock.yaml; every setting has a default."""

    team: str | None = Field(
        default=None, pattern=r"^[TE][A-Z0-9]+$", description="Slack team id; requests of other workspaces are refused."
    )
    commands: Commands = Field(default_factory=Commands, description="The names of the slash commands.")
    tags: tuple[str, ...] = Field(
        default=(), description="Further version tag patterns of all services, such as `nightly-YYYYMMDD`."
    )
    work: Work = Field(default_factory=Work, description="How workers take effects from the queue.")
    cards: Cards = Field(default_factory=Cards, description="How often cards are edited.")
    retention: Retention = Field(default_factory=Retention, description="How long evidence lies in its folder.")
    archive: ArchiveSpec | None = Field(
        default=None, description="Where locked evidence goes; without it, nowhere by itself."
    )
    ops: OpsRules = Field(default_factory=OpsRules, description="How the ops cards weigh what stopped releases.")
