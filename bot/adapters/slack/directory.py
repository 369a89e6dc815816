"""Who a Slack user is: standing and groups, cached for a minute, forgotten at once when Slack says they changed."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.adapters.slack.web import SlackWeb
from bot.domain.actor import Actor, ActorKind, Standing
from bot.ports import MessengerBusy, MessengerRefused, MessengerUnsure

FRESH_SECONDS = 60.0
"""How long an answer of Slack counts without asking again (design 5)."""

ANSWER_SECONDS = 1.5
"""How long a listener may wait for Slack before it decides with what is known: it has three in all (slack-facts 1)."""

STALE_SECONDS = 300.0
"""How long it still counts while Slack does not answer; after that nobody is anybody (slack-facts 5, 6)."""


@dataclass(slots=True)
class _Known:
    value: Any
    at: float


class SlackDirectory:
    """Looks people up. `team` is the workspace that the bot is installed in; others' members are strangers."""

    def __init__(self, web: SlackWeb, team: Callable[[], str], now: Callable[[], float] = time.monotonic) -> None:
        self._web = web
        self._team = team
        self._now = now
        self._known: dict[str, _Known] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def actor(self, team: str, user: str) -> Actor:
        """The person behind a user id; Standing.UNKNOWN, which holds nothing, when Slack cannot say."""
        if team and team != self._team():
            return Actor(kind=ActorKind.SLACK, team=team, id=user, standing=Standing.STRANGER)
        profile, groups = await asyncio.gather(
            self._ask(f"user:{user}", lambda: self._profile(user)), self._ask("groups", self._groups)
        )
        if profile is None or groups is None:
            return Actor(kind=ActorKind.SLACK, team=self._team(), id=user, standing=Standing.UNKNOWN)
        mine = frozenset(group for group, members in groups.items() if user in members)
        standing = _standing(profile, self._team())
        return Actor(kind=ActorKind.SLACK, team=self._team(), id=user, standing=standing, groups=mine)

    def forget(self, user: str | None = None) -> None:
        """Ask Slack again the next time: for one user, or for the groups."""
        self._known.pop(f"user:{user}" if user else "groups", None)

    async def _ask(self, key: str, call: Callable[[], Any]) -> Any:
        known = self._known.get(key)
        if known is not None and self._now() - known.at < FRESH_SECONDS:
            return known.value
        async with self._asking.setdefault(key, asyncio.Lock()):
            known = self._known.get(key)
            if known is not None and self._now() - known.at < FRESH_SECONDS:
                return known.value
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    value = await call()
            except (TimeoutError, MessengerBusy, MessengerUnsure, MessengerRefused):
                late = known is None or self._now() - known.at > STALE_SECONDS
                return None if known is None or late else known.value
            self._known[key] = _Known(value, self._now())
            return value

    async def _profile(self, user: str) -> Mapping[str, Any]:
        answer = await self._web.call("users.info", {"user": user})
        profile: Mapping[str, Any] = answer["user"]
        return profile

    async def _groups(self) -> Mapping[str, frozenset[str]]:
        answer = await self._web.call("usergroups.list", {"include_users": True, "include_disabled": False})
        enabled = (group for group in answer.get("usergroups", ()) if not group.get("date_delete"))
        return {str(group["id"]): frozenset(group.get("users") or ()) for group in enabled}


def _standing(profile: Mapping[str, Any], team: str) -> Standing:
    """What Slack's flags amount to; the gravest counts first (slack-facts 5, 4)."""
    if profile.get("deleted"):
        return Standing.DEACTIVATED
    if profile.get("is_bot") or profile.get("is_workflow_bot") or profile.get("id") == "USLACKBOT":
        return Standing.BOT
    if profile.get("is_stranger") or profile.get("team_id", team) != team:
        return Standing.STRANGER
    if profile.get("is_restricted") or profile.get("is_ultra_restricted"):
        return Standing.GUEST
    return Standing.MEMBER
