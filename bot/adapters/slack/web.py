"""One call to Slack's Web API: paced, counted, and every failure sorted into what to do about it."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.clock import SystemClock
from bot.adapters.skew import read_date, skew
from bot.adapters.slack.pace import Pace
from bot.ports import Clock, MessengerBusy, MessengerRefused, MessengerUnsure

_SHORT_WAIT = 1.2
"""Seconds that a call may wait for its turn in place; longer waits go back into the queue."""

_TAKES_JSON = frozenset(
    {
        "chat.postMessage",
        "chat.postEphemeral",
        "chat.update",
        "chat.delete",
        "views.open",
        "views.update",
        "views.publish",
    }
)
"""Methods that read a JSON body; Slack's reading methods ignore one and take forms alone."""

_PASSING = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
"""Slack's own troubles: the call may have been carried out in part (slack-facts 6, 15)."""

_HINTS = {
    "not_in_channel": "invite the bot to the channel",
    "channel_not_found": "check the channel id in configs/services, and invite the bot if it is private",
    "is_archived": "unarchive the channel or name another one in configs/services",
    "missing_scope": "reinstall the app from configs/manifest.yaml",
    "invalid_auth": "check SLACK_BOT_TOKEN",
    "not_authed": "set SLACK_BOT_TOKEN",
    "token_revoked": "reinstall the app and set the new SLACK_BOT_TOKEN",
    "account_inactive": "reinstall the app and set the new SLACK_BOT_TOKEN",
}

Failed = Callable[[str, str], None]
"""Told of every failed call: method, and Slack's error code."""


class SlackWeb:
    """Slack's Web API. Nothing is retried here: the effect queue does that, and knows what was posted before.
    `skew` is Slack's clock minus ours as the last answer's Date header showed it, None before the first answer."""

    def __init__(self, client: AsyncWebClient, pace: Pace, failed: Failed, clock: Clock | None = None) -> None:
        self._client = client
        self._pace = pace
        self._failed = failed
        self._clock = clock or SystemClock()
        self.skew: timedelta | None = None

    async def call(
        self,
        method: str,
        arguments: Mapping[str, Any],
        channel: str = "",
        urgent: bool = False,
        repeatable: bool = True,
    ) -> Mapping[str, Any]:
        """Slack's answer. Raises MessengerBusy (nothing done), MessengerRefused, and MessengerUnsure for calls that
        are not `repeatable` and may have been carried out."""
        await self._turn(method, channel, urgent)
        began = self._clock.now()
        try:
            if method in _TAKES_JSON:
                answer = await self._client.api_call(method, json=dict(arguments))
            else:
                answer = await self._client.api_call(method, data=dict(arguments))
        except SlackApiError as error:
            self._compare(began, error.response)
            raise self._sorted(method, error, repeatable) from error
        except aiohttp.ClientConnectorError as error:
            raise self._lost(method, "unreachable", repeatable=True) from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise self._lost(method, "connection_lost", repeatable) from error
        self._compare(began, answer)
        data = answer.data
        if not isinstance(data, dict):
            raise self._lost(method, "unreadable_answer", repeatable)
        return data

    async def _turn(self, method: str, channel: str, urgent: bool) -> None:
        while (wait := self._pace.wait(method, channel, urgent)) > 0:
            if wait > _SHORT_WAIT:
                raise MessengerBusy("paced", timedelta(seconds=wait))
            await asyncio.sleep(wait)

    def _compare(self, began: datetime, answer: Any) -> None:
        theirs = read_date((getattr(answer, "headers", None) or {}).get("Date"))
        if theirs is not None:
            self.skew = skew(began, self._clock.now(), theirs)

    def _sorted(self, method: str, error: SlackApiError, repeatable: bool) -> Exception:
        response = error.response
        status = int(getattr(response, "status_code", 0) or 0)
        code = _code(response)
        if status == 429 or code == "ratelimited":
            wait = _retry_after(response)
            self._pause(method, wait)
            self._failed(method, "ratelimited")
            return MessengerBusy("ratelimited", timedelta(seconds=wait))
        if status >= 500 or code in _PASSING:
            return self._lost(method, code or f"http_{status}", repeatable)
        self._failed(method, code)
        return MessengerRefused(code, _HINTS.get(code, ""))

    def _lost(self, method: str, code: str, repeatable: bool) -> Exception:
        self._failed(method, code)
        return MessengerBusy(code) if repeatable else MessengerUnsure(code)

    def _pause(self, method: str, seconds: float) -> None:
        self._pace.pause(method, seconds)


def _code(response: Any) -> str:
    data = getattr(response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _retry_after(response: Any) -> float:
    try:
        return max(1.0, float(response.headers.get("Retry-After", 1)))
    except (TypeError, ValueError):
        return 1.0
