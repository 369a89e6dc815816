"""The catalogue of actions: everything that a person or a machine may ask, each declared once."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.states import Move


class Kind(StrEnum):
    """How an action is carried out: it creates a release, moves one, reads one, or asks about all that one may see."""

    OPEN = "open"
    MOVE = "move"
    READ = "read"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Field:
    """A value that an action asks for. Slash words, modal inputs, flags and HTTP bodies are generated from it."""

    name: str
    label: str
    required: bool = False
    position: int | None = None
    choices: tuple[str, ...] = ()
    multiline: bool = False
    limit: int = 3000


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the catalogue. `alias` is the slash command that people type most, without its slash."""

    name: str
    kind: Kind
    scope: str
    summary: str
    move: Move | None = None
    fields: tuple[Field, ...] = ()
    alias: str | None = None
    destructive: bool = False

    @property
    def on_release(self) -> bool:
        """Whether it is about one release, which has to be found first."""
        return self.kind in (Kind.MOVE, Kind.READ)

    @property
    def asks(self) -> bool:
        """Whether it is a question: it changes nothing."""
        return self.kind in (Kind.READ, Kind.ASK)


GATE = Field("gate", "Gate", required=True, position=0, limit=63)
REASON = Field("reason", "Reason", multiline=True)
WHY_NOT = Field("reason", "Reason", required=True, multiline=True)

_ROWS = (
    Action(
        "open",
        Kind.OPEN,
        "release:open",
        "open a release of a version into an environment",
        fields=(
            Field("service", "Service", required=True, position=0, limit=63),
            Field("version", "Version", required=True, position=1, limit=100),
            Field("environment", "Environment", required=True, position=2, limit=20),
            REASON,
            Field("digest", "Artifact digest", limit=100),
        ),
    ),
    Action("status", Kind.READ, "ops:read", "show where a release stands"),
    Action("why", Kind.READ, "ops:read", "list what blocks a release, who can clear it, and from when it may go"),
    Action("gates", Kind.READ, "ops:read", "show what each gate found"),
    Action("approve", Kind.MOVE, "deploy:approve", "agree to a release", Move.APPROVE, (REASON,), alias="approve"),
    Action("reject", Kind.MOVE, "deploy:approve", "turn a release down", Move.REJECT, (WHY_NOT,)),
    Action(
        "promote",
        Kind.MOVE,
        "deploy:promote",
        "start the rollout, or its next step",
        Move.PROMOTE,
        (REASON,),
        alias="promote",
    ),
    Action("hold", Kind.MOVE, "deploy:abort", "stop a release where it is", Move.HOLD, (WHY_NOT,)),
    Action("resume", Kind.MOVE, "deploy:promote", "let a held release go on", Move.RESUME, (REASON,)),
    Action(
        "rollback",
        Kind.MOVE,
        "deploy:abort",
        "bring all traffic back to the last good version",
        Move.ROLLBACK,
        (REASON,),
        alias="rollback",
        destructive=True,
    ),
    Action(
        "abort",
        Kind.MOVE,
        "deploy:abort",
        "end a release; traffic that has moved comes back",
        Move.ABORT,
        (WHY_NOT,),
        destructive=True,
    ),
    Action(
        "settle",
        Kind.MOVE,
        "deploy:promote",
        "say what became of a deployment that is in doubt",
        Move.SETTLE,
        (
            Field("outcome", "What happened", required=True, position=0, choices=("started", "not_started"), limit=20),
            REASON,
        ),
    ),
    Action(
        "override",
        Kind.MOVE,
        "gate:override",
        "let a release pass a gate that does not pass, for a while",
        Move.OVERRIDE,
        (GATE, WHY_NOT, Field("duration", "For how long", limit=20)),
    ),
    Action(
        "withdraw",
        Kind.MOVE,
        "gate:override",
        "take an override back",
        Move.WITHDRAW,
        (GATE, REASON),
    ),
    Action(
        "tick",
        Kind.MOVE,
        "gate:tick",
        "tick items of a checklist, or untick them",
        Move.TICK,
        (
            Field("item", "Items", required=True, position=0, limit=1000),
            Field("done", "Done", choices=("yes", "no"), limit=3),
        ),
    ),
    Action(
        "trends",
        Kind.ASK,
        "ops:read",
        "show what stopped releases lately, and what to do about it",
        fields=(Field("window", "Time span", position=0, limit=20),),
    ),
)

ACTIONS: dict[str, Action] = {row.name: row for row in _ROWS}
"""Every action by name. Unknown names are refused with this list."""
