"""A request in the domain's words: an action of the catalogue with the values that it asks for."""

import re
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from bot.domain.actions import ACTIONS, Action
from bot.domain.refusal import Code, Refusal

_UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, characters that turn the reading direction, and halves of surrogate pairs: nobody can see them,
and some database or terminal stumbles over each (slack-facts 5, 10)."""


def has_unseen(text: str) -> bool:
    """Whether a text holds characters that nobody can see and that do not belong into names or reasons."""
    return _UNSEEN.search(text) is not None


class Command(BaseModel):
    """What somebody asks for. `target` is `R-<n>`, `service` or `service@environment`, or empty for "the one here";
    `seen` is the beginning of the digest that the card showed, empty where there was no card."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: str
    target: str = ""
    seen: str = ""
    reason: str = ""
    service: str = ""
    version: str = ""
    environment: str = ""
    digest: str = ""
    outcome: str = ""
    gate: str = ""
    duration: str = ""
    item: str = ""
    done: str = ""
    window: str = ""
    noop: bool = False

    @property
    def row(self) -> Action:
        """The action's row in the catalogue."""
        return ACTIONS[self.action]


def read_command(
    action: str, values: Mapping[str, str], target: str = "", seen: str = "", noop: bool = False
) -> Command | Refusal:
    """Check an action's values against its row. The refusal names the first field that does not fit."""
    row = ACTIONS.get(action)
    if row is None:
        return Refusal(code=Code.UNKNOWN_ACTION, subject=action[:80], known=tuple(ACTIONS))
    asked = {field.name: field for field in row.fields}
    if unknown := sorted(set(values) - set(asked)):
        return Refusal(code=Code.INVALID_INPUT, subject=unknown[0][:80], detail="unknown", known=tuple(asked))
    for name, value in (*values.items(), ("release", target)):
        if has_unseen(value):
            return Refusal(code=Code.INVALID_INPUT, subject=name, detail="unseen")
    given = {name: value.strip() for name, value in values.items() if value.strip()}
    for field in row.fields:
        value = given.get(field.name, "")
        if field.required and not value:
            return Refusal(code=Code.INVALID_INPUT, subject=field.name, detail="missing", known=field.choices)
        if len(value) > field.limit:
            return Refusal(code=Code.INVALID_INPUT, subject=field.name, detail="too_long", known=(str(field.limit),))
        if value and field.choices and value not in field.choices:
            return Refusal(code=Code.INVALID_INPUT, subject=field.name, detail="not_a_choice", known=field.choices)
    return Command(action=action, target=target.strip(), seen=seen, noop=noop, **given)
