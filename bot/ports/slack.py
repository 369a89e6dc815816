"""What is posted to Slack, and who somebody there is."""

from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.actor import Actor
from bot.domain.message import Message


class MessengerBusy(RuntimeError):
    """Slack asks to wait, or cannot be reached; nothing was posted."""

    def __init__(self, code: str, wait: timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.wait = wait


class MessengerUnsure(RuntimeError):
    """The answer of a call was lost; it may have been carried out."""


class MessengerRefused(RuntimeError):
    """Slack refuses this call until somebody changes something (channel, membership, scope)."""

    def __init__(self, code: str, hint: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.hint = hint


class Messenger(Protocol):
    """Posts and edits. `mark` is written into a message's metadata, so that it can be found again."""

    async def post(
        self, channel: str, message: Message, mark: str, thread: str | None = None, broadcast: bool = False
    ) -> str:
        """Post and return the message's ts."""
        ...

    async def update(self, channel: str, ts: str, message: Message, urgent: bool = False) -> None:
        """Edit a message; an urgent edit (a decision) may use what is kept back for it."""
        ...

    async def find(self, channel: str, mark: str, thread: str | None, since: datetime) -> str | None:
        """The ts of our message that bears the mark, or None."""
        ...

    async def tell(self, person: str, message: Message, mark: str, since: datetime | None = None) -> None:
        """Tell one person. With `since`, only when no message since then bears the mark."""
        ...


class Directory(Protocol):
    """Who a Slack user is, cached for a minute; fails closed to Standing.UNKNOWN."""

    async def actor(self, team: str, user: str) -> Actor: ...
