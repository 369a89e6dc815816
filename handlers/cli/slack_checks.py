"""The doctor's look at Slack: token, scopes, clock, app token, channels, and a test post."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.config.catalogue import FileCatalogue
from bot.settings import Settings
from handlers.cli.finding import Finding, bad, good, skipped, unreachable
from handlers.cli.house_checks import House
from handlers.cli.manifest_scopes import scopes_asked_for

CLOCK_MAY_BE_OFF = timedelta(seconds=30)
"""Slack's signatures are refused five minutes off; half a minute is worth a word long before."""

_PATIENCE = aiohttp.ClientTimeout(total=10)
_LATER = ("scopes", "clock", "app token", "channels", "test post")
_REINSTALL = "Reinstall the app from configs/manifest.yaml and set the new SLACK_BOT_TOKEN."


class _Silent(Exception):
    """Slack does not answer, or with something that is not Slack's."""


async def check_slack(house: House, post: str, no_post: bool) -> list[Finding]:
    """Every finding about Slack; none of them raises."""
    settings = house.settings
    if settings is None:
        return [skipped("Slack", "the settings cannot be read")]
    if settings.slack_bot_token is None:
        return [bad("token", "SLACK_BOT_TOKEN is not set", "Create the app from configs/manifest.yaml, and set it.")]
    async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
        slack = _Slack(settings, session)
        return [finding async for finding in _look(slack, settings, house.catalogue, post, no_post)]


class _Slack:
    """Slack, asked once a question."""

    def __init__(self, settings: Settings, session: aiohttp.ClientSession) -> None:
        token = settings.slack_bot_token
        self._client = AsyncWebClient(
            token=token.get_secret_value() if token else "",
            base_url=settings.slack_api_url,
            session=session,
            retry_handlers=[],
        )

    async def ask(self, method: str, as_json: bool = False, token: str = "", **fields: Any) -> Any:
        """Slack's answer with its headers. Raises SlackApiError when it says no, _Silent when it says nothing."""
        headers = {"Authorization": f"Bearer {token}"} if token else None
        try:
            if as_json:
                return await self._client.api_call(method, json=fields, headers=headers)
            return await self._client.api_call(method, data=fields, headers=headers)
        except SlackApiError as error:
            if not _code(error):
                raise _Silent(f"answered with status {error.response.status_code}") from error
            raise
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _Silent(f"cannot be reached ({type(error).__name__})") from error


async def _look(
    slack: _Slack, settings: Settings, catalogue: FileCatalogue | None, post: str, no_post: bool
) -> AsyncIterator[Finding]:
    try:
        me = await slack.ask("auth.test")
    except _Silent as silence:
        yield unreachable("token", f"{settings.slack_api_url} {silence}", "Check the network, and SLACK_API_URL.")
        me = None
    except SlackApiError as error:
        yield bad("token", f"Slack says {_code(error)}", _REINSTALL)
        me = None
    if me is None:
        for check in _LATER:
            yield skipped(check, "the token was not accepted")
        return
    yield _token(me, catalogue)
    yield _scopes(_header(me, "x-oauth-scopes"), settings.config / "manifest.yaml")
    yield _clock(_header(me, "date"), datetime.now(UTC))
    yield await _fenced("app token", lambda: _app_token(slack, settings))
    channels = _channels(catalogue)
    for channel, used_by in channels.items():
        yield await _fenced(f"channel {channel}", lambda c=channel, u=used_by: _channel(slack, c, u))  # type: ignore[misc]  # bound now
    if not channels:
        yield skipped("channels", "no service names one")
    where = post or next(iter(channels), "")
    if no_post or not where:
        yield skipped("test post", "not asked for" if no_post else "there is no channel to post to")
    else:
        yield await _fenced("test post", lambda: _test_post(slack, where))


async def _fenced(check: str, look: Callable[[], Any]) -> Finding:
    try:
        return await look()  # type: ignore[no-any-return]  # each look returns a Finding
    except _Silent as silence:
        return unreachable(check, f"Slack {silence}", "Check the network, then run this again.")


def _token(me: Mapping[str, Any], catalogue: FileCatalogue | None) -> Finding:
    """The workspace that the token is good for has to be the one that interlock.yaml names, if it names one."""
    found = f"{me.get('user')} in {me.get('team')} ({me.get('team_id')})"
    wanted = catalogue.installation().team if catalogue is not None else None
    if wanted not in (None, me.get("team_id")):
        return bad("token", f"{found}, and interlock.yaml names {wanted}", "Correct `team`, or set the right token.")
    return good("token", found)


def _scopes(header: str, manifest: Path) -> Finding:
    granted = {one.strip() for one in header.split(",") if one.strip()}
    asked = scopes_asked_for(manifest)
    if asked is None:
        return bad("scopes", f"{manifest} cannot be read", "Restore the shipped manifest.")
    if missing := sorted(asked - granted):
        return bad("scopes", f"missing: {', '.join(missing)}", _REINSTALL)
    more = sorted(granted - asked)
    return good("scopes", f"all {len(asked)} of the manifest" + (f", and {', '.join(more)}" if more else ""))


def _clock(header: str, now: datetime) -> Finding:
    try:
        off = now - parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return unreachable("clock", "Slack's answer bears no time", "Check what lies between here and Slack.")
    seconds = round(off.total_seconds())
    if abs(off) > CLOCK_MAY_BE_OFF:
        where = "ahead of" if seconds > 0 else "behind"
        return bad("clock", f"{abs(seconds)} s {where} Slack's", "Set this machine's clock by NTP.")
    return good("clock", f"within {max(1, abs(seconds))} s of Slack's")


async def _app_token(slack: _Slack, settings: Settings) -> Finding:
    if settings.slack_app_token is None:
        if settings.slack_signing_secret is not None:
            return skipped("app token", "Slack comes over HTTP, with SLACK_SIGNING_SECRET")
        return bad("app token", "neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set", "Set one of them.")
    try:
        await slack.ask("apps.connections.open", token=settings.slack_app_token.get_secret_value())
    except SlackApiError as error:
        advice = "Make an app-level token with connections:write, and turn Socket Mode on."
        return bad("app token", f"Slack says {_code(error)}", advice)
    return good("app token", "Socket Mode opens")


async def _channel(slack: _Slack, channel: str, used_by: str) -> Finding:
    check = f"channel {channel}"
    try:
        found = (await slack.ask("conversations.info", channel=channel)).get("channel") or {}
    except SlackApiError as error:
        return bad(check, f"Slack says {_code(error)} ({used_by})", "Check the id; invite the bot if it is private.")
    name = f"#{found.get('name', '?')}"
    if found.get("is_archived"):
        return bad(check, f"{name} is archived ({used_by})", "Unarchive it, or name another one in configs/services.")
    if not found.get("is_member"):
        return bad(check, f"the bot is not in {name} ({used_by})", f"In {name}, type /invite @interlock.")
    shared = ", shared with another company" if found.get("is_ext_shared") else ""
    return good(check, f"{name}{shared} ({used_by})")


async def _test_post(slack: _Slack, channel: str) -> Finding:
    try:
        ts = (await slack.ask("chat.postMessage", as_json=True, channel=channel, text=_WORDS)).get("ts")
    except SlackApiError as error:
        return bad("test post", f"Slack says {_code(error)} for {channel}", "See the channel's own line above.")
    try:
        await slack.ask("chat.delete", as_json=True, channel=channel, ts=ts)
    except SlackApiError as error:
        return bad("test post", f"it stands in {channel}, and Slack says {_code(error)}", "Delete it by hand.")
    return good("test post", f"posted in {channel} and deleted again")


_WORDS = "Interlock checks whether it can post here. This message deletes itself."


def _channels(catalogue: FileCatalogue | None) -> dict[str, str]:
    """Every configured channel, with who uses it."""
    used: dict[str, list[str]] = {}
    for service in catalogue.services() if catalogue is not None else ():
        for environment, channel in service.channels.items():
            used.setdefault(channel, []).append(f"{service.service}@{environment}")
    return {channel: ", ".join(names) for channel, names in used.items()}


def _header(answer: Any, name: str) -> str:
    return next((str(value) for key, value in answer.headers.items() if key.lower() == name), "")


def _code(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""
