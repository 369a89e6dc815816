"""Who looks, from where, and how: the people switcher, two tabs, a phone, the keyboard alone, a lost line."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.sandbox.person import Workspace
from bot.sandbox.server import start
from tests.sandbox import page_app
from tests.sandbox.page_at_work import Stage, said, stage_set

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONE = {"width": 360, "height": 740}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def theatre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage_set(tmp_path_factory.mktemp("manifest")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def stage(theatre: Stage) -> AsyncIterator[Stage]:
    yield theatre
    await theatre.clear()


async def test_switching_person_changes_who_speaks(stage: Stage) -> None:
    """The switcher names roles and guests; the choice is in the address; what Lee had typed waits for Lee."""
    page = await stage.enter("U01LEE")
    await page.get_by_label("Message #releases").fill("not sent yet")
    await page.get_by_role("button", name="You are Lee. Switch person").click()
    panel = page.get_by_role("dialog", name="Be someone else")
    await expect(panel.get_by_role("link", name="Dana")).to_contain_text("deploy owner")
    await expect(panel.get_by_role("link", name="Gus")).to_contain_text("guest")
    await expect(panel.get_by_role("link", name="Stan")).to_contain_text("external")
    await expect(panel.get_by_role("link", name="Gene").locator(".badge")).to_have_text("deactivated")
    await panel.get_by_role("link", name="Dana").click()

    await expect(page.get_by_role("button", name="You are Dana. Switch person")).to_be_visible()
    assert page.url.endswith("#/U01DANA/C01REL")
    box = page.get_by_label("Message #releases")
    await expect(box).to_have_value("")
    await box.fill("Dana here")
    await box.press("Enter")
    await expect(said(page, "Dana here").locator(".byline strong")).to_have_text("Dana")

    await page.go_back()
    await expect(box).to_have_value("not sent yet")


async def test_two_tabs_are_two_people(stage: Stage) -> None:
    """In one browser, Lee's tab and Dana's tab keep their own person and hear each other."""
    lee = await stage.enter("U01LEE")
    dana = await lee.context.new_page()
    await dana.goto(f"{stage.sandbox.url}/#/U01DANA/C01REL")
    await dana.get_by_label("Message #releases").fill("hello from the other tab")
    await dana.get_by_label("Message #releases").press("Enter")
    await expect(said(lee, "hello from the other tab").locator(".byline strong")).to_have_text("Dana")
    await lee.reload()
    await expect(lee.get_by_role("button", name="You are Lee. Switch person")).to_be_visible()


async def test_a_guest_sees_only_their_channels(stage: Stage) -> None:
    """Gus is in two channels; #general is not in his list, and its address leads him to one he may see."""
    page = await stage.enter("U01GUEST", "C01GEN")
    await expect(page.get_by_role("heading", name="releases")).to_be_visible()
    await expect(page.get_by_role("navigation").get_by_role("link", name="general")).to_have_count(0)


async def test_a_deactivated_person_can_do_nothing(stage: Stage) -> None:
    """Gene may look, and is told why nothing works."""
    page = await stage.enter("U01GONE", "home")
    await expect(page.get_by_text("This account is deactivated and can do nothing.")).to_be_visible()


async def no_sideways_scroll(page: Page) -> None:
    too_wide = await page.evaluate(
        "[document.scrollingElement, ...document.querySelectorAll('.scroller, .places, .home, .modal-body, .people')]"
        ".filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth)"
        ".map((one) => one.className || one.tagName)"
    )
    assert too_wide == []


async def test_on_a_phone_one_pane_shows_and_nothing_scrolls_sideways(stage: Stage) -> None:
    """At 360 px: a channel with card, table and long words, its thread and back, list, home, people, a modal."""
    ts = await stage.post_card()
    cells = [{"type": "raw_text", "text": f"column {number}"} for number in range(8)]
    table = {"type": "table", "rows": [cells, cells]}
    await stage.client.chat_postMessage(channel="C01REL", text="x", blocks=[table])
    await stage.client.chat_postMessage(channel="C01REL", thread_ts=ts, text="w" * 300 + " `" + "c" * 200 + "`")
    page = await stage.enter("U01LEE", hint=True, **PHONE)
    await expect(page.locator("aside.hint")).to_be_visible()
    await expect(page.locator("#sidebar")).to_be_hidden()
    await no_sideways_scroll(page)

    await page.locator(".reply-bar").click()
    await expect(said(page, "wwww", "#thread")).to_be_visible()
    await expect(page.locator("#conversation")).to_be_hidden()
    await no_sideways_scroll(page)
    await page.get_by_role("link", name="Back to #releases").click()
    await expect(page.locator("#conversation")).to_be_visible()

    await page.get_by_role("button", name="Channels and people").click()
    await expect(page.locator("#conversation")).to_be_hidden()
    await no_sideways_scroll(page)
    await page.get_by_role("link", name="Interlock").click()
    await expect(page.locator(".home")).to_contain_text("waiting for you")
    await no_sideways_scroll(page)

    await page.get_by_role("button", name="You are Lee. Switch person").click()
    await no_sideways_scroll(page)
    await page.get_by_role("dialog").get_by_role("link", name="Ravi").click()
    await page.get_by_role("button", name="Channels and people").click()
    await page.get_by_role("link", name="releases").click()
    await page.get_by_role("button", name="Reject").click()
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_role("dialog", name="Reject R-1")).to_be_visible()
    await no_sideways_scroll(page)


async def test_the_keyboard_alone_is_enough(stage: Stage) -> None:
    """From the box to the card's button, the message's menu, the thread and the switcher, without a mouse."""
    page = await stage.enter("U01DANA")
    keys = page.keyboard
    await expect(page.get_by_label("Message #releases")).to_be_focused()
    await keys.type("/rel")
    await keys.press("Tab")
    await keys.type("open checkout v2.1.0")
    await keys.press("Enter")
    await expect(said(page, "You asked for")).to_be_visible()

    await keys.press("Shift+Tab")
    await keys.press("Shift+Tab")
    await expect(said(page, "You asked for")).to_be_focused()
    await keys.press("ArrowUp")
    await expect(said(page, "checkout v2.1.0 → prod")).to_be_focused()
    await keys.press("Tab")
    await expect(page.get_by_role("button", name="Approve")).to_be_focused()
    outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    await keys.press("Enter")
    card = said(page, "approved by @dana")
    await expect(card).to_be_focused()

    await keys.press("Tab")
    await expect(card.get_by_role("link", name="Reply in thread")).to_be_focused()
    await keys.press("Enter")
    await expect(page.get_by_label("Reply in this thread")).to_be_focused()
    await keys.type("done by keyboard")
    await keys.press("Enter")
    await expect(said(page, "done by keyboard", "#thread")).to_be_visible()

    await page.get_by_role("button", name="You are Dana").focus()
    await keys.press("Enter")
    await expect(page.get_by_role("dialog").get_by_role("link", name="Dana")).to_be_focused()
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(page.get_by_role("button", name="You are Ravi. Switch person")).to_be_visible()


async def test_news_is_read_aloud_and_nothing_is_nameless(stage: Stage) -> None:
    """A live region speaks what others say; landmarks are there; every button and link has a name."""
    page = await stage.enter("U01LEE")
    await stage.post_card()
    await stage.workspace.person("U01DANA").say("C01REL", "please look")
    await expect(page.locator("#live")).to_contain_text("Dana: please look")
    for landmark in ("navigation", "main"):
        await expect(page.get_by_role(landmark).first).to_be_visible()
    nameless = await page.evaluate(
        "[...document.querySelectorAll('button, a[href], input, textarea, select')]"
        ".filter((one) => one.checkVisibility())"
        ".filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length))"
        ".map((one) => one.outerHTML)"
    )
    assert nameless == []


async def test_the_first_visits_hint_helps_and_goes_away(stage: Stage) -> None:
    """Lee's step fills the box; the others are links to the people; dismissed, it stays away until asked for."""
    page = await stage.enter("U01LEE", hint=True)
    hint = page.get_by_role("complementary", name="What to try")
    await hint.get_by_role("button", name="/release open checkout v2.1.0 prod").click()
    await expect(page.get_by_label("Message #releases")).to_have_value("/release open checkout v2.1.0 prod")
    assert (await hint.get_by_role("link", name="Mika").get_attribute("href") or "").startswith("#/U01MIKA")
    await hint.get_by_role("button", name="Dismiss the hint").click()
    await expect(hint).to_be_hidden()
    await page.reload()
    await expect(page.get_by_role("heading", name="releases")).to_be_visible()
    await expect(hint).to_be_hidden()
    await page.get_by_role("button", name="Show what to try").click()
    await expect(hint).to_be_visible()


async def test_a_lost_line_is_said_and_found_again(stage: Stage, tmp_path: Path) -> None:
    """The sandbox goes away: a banner says so. It comes back on the same port: the banner goes, and news is there."""
    manifest = page_app.write_manifest(tmp_path)
    first = await start(manifest=manifest)
    port = int(first.url.rsplit(":", 1)[1])
    page = await stage.enter("U01LEE")
    await page.clock.install()
    await page.goto(f"{first.url}/#/U01LEE/C01REL")
    await expect(page.get_by_label("Message #releases")).to_be_visible()
    # Its clock stands still from here on, or the page would find the line again by itself before anybody presses.
    await page.clock.pause_at(datetime.now() + timedelta(minutes=1))
    await first.stop()
    banner = page.get_by_role("status").filter(has_text="The connection to the sandbox is lost.")
    await expect(banner).to_be_visible()

    second = await start(port=port, manifest=manifest)
    try:
        async with Workspace(second.url) as workspace:
            await workspace.person("U01DANA").say("C01REL", "we are back")
        await banner.get_by_role("button", name="Try now").click()
        await expect(banner).to_be_hidden()
        await page.clock.resume()
        await expect(said(page, "we are back")).to_be_visible()
    finally:
        await second.stop()
