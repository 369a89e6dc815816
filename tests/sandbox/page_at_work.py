"""The page at work: a sandbox with a connected app, and people who look at it through a real Chromium."""

import contextlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.person import Workspace
from bot.sandbox.server import Sandbox, start
from tests.sandbox import page_app

WITHIN = 10_000
"""Milliseconds after which something that was to appear is called missing."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic"),
]


def chromium() -> str:
    """Where the system's Chromium is; without one the test is skipped, and says so."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(
            f"no Chromium here, so the page is not tested (looked for {', '.join(NAMES)}): apt-get install chromium"
        )
    return found


@contextlib.asynccontextmanager
async def browser_running() -> AsyncIterator[Browser]:
    executable = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@contextlib.asynccontextmanager
async def app_connected(sandbox: Sandbox) -> AsyncIterator[AsyncWebClient]:
    handler = page_app.build(sandbox.api_url)
    await handler.connect_async()
    try:
        yield handler.app.client
    finally:
        await handler.close_async()


@dataclass(slots=True)
class Stage:
    """`client` speaks as the bot, `workspace` pulls levers and waits, `enter` opens the page as a person."""

    sandbox: Sandbox
    workspace: Workspace
    client: AsyncWebClient
    browser: Browser
    contexts: list[BrowserContext]
    problems: list[str]

    async def enter(
        self, user: str, place: str = "C01REL", *, width: int = 1280, height: int = 800, hint: bool = False
    ) -> Page:
        """A fresh browser profile that looks at `place` as `user`; the first visit's hint is put away unless wanted."""
        context = await self.browser.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(WITHIN)
        self.contexts.append(context)
        if not hint:
            await context.add_init_script("localStorage.setItem('interlock/hint/dismissed', 'yes')")
        page = await context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        await page.goto(f"{self.sandbox.url}/#/{user}/{place}")
        await page.locator("#conversation h1").wait_for()
        return page

    async def post_card(self, channel: str = "C01REL") -> str:
        answer = await self.client.chat_postMessage(
            channel=channel, text="checkout v2.1.0", blocks=page_app.card("proposed")
        )
        return str(answer["ts"])

    async def clear(self) -> None:
        """Close every window, empty the workspace; fails when a script on a page had failed."""
        while self.contexts:
            await self.contexts.pop().close()
        await self.workspace.reset()
        await self.workspace.settings(limits_enabled=False, ack_seconds=3.0)
        problems, self.problems = self.problems, []
        assert problems == []


@contextlib.asynccontextmanager
async def stage_set(folder: Path) -> AsyncIterator[Stage]:
    async with browser_running() as browser:
        sandbox = await start(manifest=page_app.write_manifest(folder))
        try:
            async with app_connected(sandbox) as client, Workspace(sandbox.url) as workspace:
                await workspace.settings(limits_enabled=False)
                yield Stage(sandbox, workspace, client, browser, [], [])
        finally:
            await sandbox.stop()


def said(page: Page, text: str, pane: str = "#conversation") -> Locator:
    """The messages of a pane that contain `text`."""
    return page.locator(f"{pane} .message", has_text=text)
