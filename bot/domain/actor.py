"""Who asks: a person in Slack, a machine with a token, the command line, or Interlock itself."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class ActorKind(StrEnum):
    """Where an identity comes from; it decides how scopes are found, never what they allow."""

    SLACK = "slack"
    TOKEN = "token"
    CLI = "cli"
    MACHINE = "machine"


class Standing(StrEnum):
    """What Slack says of a user; only a full member can hold a scope (slack-facts 5, 4)."""

    MEMBER = "member"
    GUEST = "guest"
    STRANGER = "stranger"
    BOT = "bot"
    DEACTIVATED = "deactivated"
    UNKNOWN = "unknown"


class Actor(BaseModel):
    """An identity as it was looked up for this request. `id` is a Slack user id, a token id or a login name;
    `groups` are Slack user group ids; `person` is the Slack user id behind a token or login that rbac.yaml links."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ActorKind
    id: str
    team: str = ""
    standing: Standing = Standing.UNKNOWN
    groups: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The identity as the ledger writes it, such as `slack:T01/U01DANA` or `token:ci-checkout`."""
        return f"{self.kind}:{self.team}/{self.id}" if self.team else f"{self.kind}:{self.id}"

    @property
    def is_unidentified(self) -> bool:
        """Whether Slack, when asked, did not say who this is; the next time it may."""
        return self.kind is ActorKind.SLACK and self.standing is Standing.UNKNOWN


MACHINE = Actor(kind=ActorKind.MACHINE, id="interlock", standing=Standing.BOT)
"""Interlock itself: timers, gates and deployers report through it. It holds only the machine's own moves."""
