"""Who the bot is in its workspace, asked once with auth.test instead of at every request (slack-facts 0)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.adapters.slack.web import SlackWeb
from bot.ports import MessengerBusy, MessengerRefused, MessengerUnsure

_log = structlog.get_logger(__name__)

_AGAIN_SECONDS = 5.0


@dataclass(slots=True)
class SlackIdentity:
    """The workspace, and the bot in it; all empty until Slack has answered. `wanted` is the team that the installation
    names, if it names one; `elsewhere` the team that answered in its place, in which nothing is served or posted."""

    wanted: Callable[[], str | None] = lambda: None
    team: str = ""
    user: str = ""
    bot: str = ""
    url: str = ""
    elsewhere: str = ""

    @property
    def known(self) -> bool:
        """Whether Slack has said who we are."""
        return bool(self.team)

    @property
    def may_post(self) -> bool:
        """Whether posts go where they belong: where a team is named, posts wait until Slack has named it too."""
        return self.known or self.wanted() is None

    def thread_link(self, channel: str, ts: str) -> str:
        """The address of a message; empty until the workspace's own address is known."""
        return f"{self.url}archives/{channel}/p{ts.replace('.', '')}" if self.url and ts else ""

    async def learn(self, web: SlackWeb) -> None:
        """Ask until Slack answers; a Slack that is down at the start keeps nothing else from working."""
        while not self.known:
            try:
                answer = await web.call("auth.test", {})
            except (MessengerBusy, MessengerRefused, MessengerUnsure) as error:
                _log.warning("auth_test_failed", code=str(error))
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            if self._belongs_elsewhere(str(answer["team_id"])):
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            self.team, self.user = str(answer["team_id"]), str(answer["user_id"])
            self.bot, self.url = str(answer.get("bot_id") or ""), str(answer.get("url") or "")
            _log.info("slack_identity", team=self.team, bot=self.bot)

    def _belongs_elsewhere(self, team: str) -> bool:
        """Whether the token is another workspace's; said once, and asked again, because configuration can be mended."""
        wanted = self.wanted()
        belongs = wanted is not None and wanted != team
        if belongs and self.elsewhere != team:
            _log.error("slack_other_team", found=team, wanted=wanted)
        self.elsewhere = team if belongs else ""
        return belongs
