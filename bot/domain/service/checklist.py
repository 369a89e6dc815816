"""The gate that people open: named items, each ticked by somebody who may."""

from typing import Annotated, Literal

from pydantic import Field

from bot.domain.rbac import Scope
from bot.domain.service.gates import Gate
from bot.domain.service.words import Setting


class ChecklistItem(Setting):
    """One thing that a person has to see to."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", description="Its name in commands.")]
    text: Annotated[str, Field(min_length=1, max_length=75, description="What is to be done, as people read it.")]
    scope: Scope | None = Field(default=None, description="A scope that is needed beside `gate:tick`.")
    roles: tuple[str, ...] = Field(default=(), description="Roles one of which is needed; none: any.")


class ChecklistGate(Gate):
    """Named items that people tick in the thread, each with who and when."""

    kind: Literal["checklist"]
    items: Annotated[
        tuple[ChecklistItem, ...],
        Field(min_length=1, max_length=10, description="What has to be ticked; more than ten are two checklists."),
    ]

    def item(self, name: str) -> ChecklistItem | None:
        """The item of that id, or None."""
        return next((item for item in self.items if item.id == name), None)
