"""The Bolt app: one object for both transports, with every Slack listener mounted on it."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Interlock
from bot.views.trouble import sorry
from handlers import buttons, changes, home, mentions, modals, shortcuts, slash
from handlers.front import Front

_log = structlog.get_logger(__name__)


def make_bolt(interlock: Interlock, front: Front) -> AsyncApp:
    """The app with all its listeners. Listeners decide and acknowledge in one go (`process_before_response`), and no
    request costs a call to auth.test: who the bot is was asked once, at the start (slack-facts 0)."""
    settings = interlock.core.settings
    secret, token = settings.slack_signing_secret, settings.slack_bot_token
    bot_token = token.get_secret_value() if token else ""
    app = AsyncApp(
        client=AsyncWebClient(
            token=bot_token, base_url=settings.slack_api_url, session=interlock.session, retry_handlers=[]
        ),
        signing_secret=secret.get_secret_value() if secret else "unused-with-socket-mode",
        authorize=_authorize(interlock, bot_token),
        process_before_response=True,
        before_authorize=_ours_alone(interlock),
        raise_error_for_unhandled_request=False,
    )
    slash.register(app, front, interlock.core.prefix)
    buttons.register(app, front)
    modals.register(app, front)
    shortcuts.register(app, front)
    mentions.register(app, front)
    home.register(app, front)
    changes.register(app, front)

    @app.view(re.compile(r".*"))
    async def on_other_view(ack: Callable[[], Awaitable[None]]) -> None:
        await ack()

    @app.error
    async def on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
        _log.error("listener_failed", kind=str(body.get("type") or body.get("command") or ""), exc_info=error)
        if body.get("type") == "event_callback":
            return BoltResponse(status=503, body="")  # Slack delivers an event again; a person has to be told
        return BoltResponse(status=200, body=sorry())

    return app


def _authorize(interlock: Interlock, bot_token: str) -> Callable[..., Awaitable[AuthorizeResult]]:
    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        who = interlock.core.identity
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=who.user,
            bot_id=who.bot,
            bot_token=bot_token,
        )

    return authorize


def _ours_alone(interlock: Interlock) -> Callable[..., Awaitable[BoltResponse | None]]:
    """Payloads of another app or workspace never reach a listener (slack-facts 5, 2)."""

    async def check(
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # Bolt's name
    ) -> BoltResponse | None:
        body = req.body or {}
        if not interlock.core.identity.known and body.get("type") != "url_verification":
            return BoltResponse(status=503, body="")  # nobody can be told from a stranger yet; Slack tries again
        team = body.get("team_id") or (body.get("team") or {}).get("id") or interlock.core.identity.team
        if body.get("type") == "app_rate_limited":
            return BoltResponse(status=200, body="")
        if team != interlock.core.identity.team:
            _log.warning("foreign_payload", team=str(team))
            return BoltResponse(status=200, body="")
        return await next()

    return check
