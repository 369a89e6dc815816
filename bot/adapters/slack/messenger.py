"""Posting, editing and finding again: the Messenger port on Slack's Web API."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.adapters.slack.web import SlackWeb
from bot.domain.message import Message
from bot.ports import MessengerBusy, MessengerRefused

MARK_EVENT = "interlock_message"
"""The metadata event type under which every message of ours bears its mark."""

_CANNOT_BE_WRITTEN_TO = frozenset(
    {
        "channel_not_found",
        "user_not_found",
        "user_disabled",
        "cannot_dm_bot",
        "invalid_user_combination",
        "messages_tab_disabled",
    }
)
_PAGE = 200
_PAGES = 10


class SlackMessenger:
    """Messages in Slack. Previews are off: what we post is complete without them."""

    def __init__(self, web: SlackWeb, may_post: Callable[[], bool] = lambda: True) -> None:
        """`may_post` says whether the workspace is the right one; until then everything waits."""
        self._web = web
        self._may_post = may_post

    async def post(
        self, channel: str, message: Message, mark: str, thread: str | None = None, broadcast: bool = False
    ) -> str:
        """Post; returns the ts. Raises the Messenger errors of ports.py."""
        arguments: dict[str, Any] = {
            "channel": channel,
            "text": message.text,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": {"event_type": MARK_EVENT, "event_payload": {"id": mark}},
        }
        if message.blocks:
            arguments["blocks"] = list(message.blocks)
        if thread:
            arguments |= {"thread_ts": thread, "reply_broadcast": broadcast}
        answer = await self._call("chat.postMessage", arguments, channel=channel, repeatable=False)
        return str(answer["ts"])

    async def update(self, channel: str, ts: str, message: Message, urgent: bool = False) -> None:
        """Edit a message of ours; text and blocks always go together (slack-facts 2.2)."""
        arguments = {"channel": channel, "ts": ts, "text": message.text[:4000], "blocks": list(message.blocks)}
        await self._call("chat.update", arguments, urgent=urgent)

    async def find(self, channel: str, mark: str, thread: str | None, since: datetime) -> str | None:
        """Look a message up by its mark, newest pages first."""
        method = "conversations.replies" if thread else "conversations.history"
        arguments: dict[str, Any] = {
            "channel": channel,
            "include_all_metadata": True,
            "limit": _PAGE,
            "oldest": f"{since.timestamp():.6f}",
        }
        if thread:
            arguments["ts"] = thread
        for _ in range(_PAGES):
            answer = await self._call(method, arguments)
            for message in answer.get("messages", ()):
                if _mark_of(message) == mark:
                    return str(message["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
            arguments["cursor"] = cursor
        return None

    async def tell(self, person: str, message: Message, mark: str, since: datetime | None = None) -> None:
        """A direct message, unless one since then bears the mark. Somebody who cannot be written to (gone, a bot) is no
        failure of the release."""
        try:
            if since is not None and await self._told(person, mark, since):
                return
            await self.post(person, message, mark)
        except MessengerRefused as refused:
            if refused.code not in _CANNOT_BE_WRITTEN_TO:
                raise

    async def _call(self, method: str, arguments: Mapping[str, Any], **how: Any) -> Mapping[str, Any]:
        if not self._may_post():
            raise MessengerBusy("workspace_unconfirmed")
        return await self._web.call(method, arguments, **how)

    async def _told(self, person: str, mark: str, since: datetime) -> bool:
        opened = await self._call("conversations.open", {"users": person})
        return await self.find(str(opened["channel"]["id"]), mark, None, since) is not None


def _mark_of(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != MARK_EVENT:
        return ""
    return str((metadata.get("event_payload") or {}).get("id", ""))
