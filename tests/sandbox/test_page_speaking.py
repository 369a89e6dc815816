"""People speak on the page: commands, mentions, threads, messages only one person sees, hostile text."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Error, expect

from tests.sandbox.page_at_work import Stage, said, stage_set

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOSTILE = '<img src=x onerror="window.hit=1"> <script>window.hit=1</script> <!channel>'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def theatre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder: Path = tmp_path_factory.mktemp("manifest")
    async with stage_set(folder) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def stage(theatre: Stage) -> AsyncIterator[Stage]:
    yield theatre
    await theatre.clear()


async def test_a_slash_lists_the_commands_and_tab_takes_one(stage: Stage) -> None:
    """Typing / offers every command with its usage; letters narrow the list, arrows move, Tab takes, Escape hides."""
    page = await stage.enter("U01LEE")
    box = page.get_by_label("Message #releases")
    await box.press_sequentially("/")
    options = page.locator("#conversation [role=option]")
    await expect(options).to_have_count(2)
    await expect(options.first).to_contain_text("open <service> <version>")
    await expect(options.first).to_have_attribute("aria-selected", "true")

    await box.press("ArrowDown")
    await expect(options.last).to_have_attribute("aria-selected", "true")
    active = await box.get_attribute("aria-activedescendant")
    assert active == await options.last.get_attribute("id")

    await box.press_sequentially("rel")
    await expect(options).to_have_count(1)
    await box.press("Tab")
    await expect(box).to_have_value("/release ")
    await expect(box).to_be_focused()
    await expect(page.locator("#conversation .usage")).to_contain_text("open <service> <version>")

    await box.fill("")
    await box.press_sequentially("/")
    await box.press("Escape")
    await expect(options).to_have_count(0)


async def test_a_commands_words_are_completed_from_its_usage(stage: Stage) -> None:
    """After /release, a letter offers the words of the usage hint; a word typed to its end is sent, not completed."""
    page = await stage.enter("U01LEE")
    box = page.get_by_label("Message #releases")
    await box.press_sequentially("/release s")
    await expect(page.locator("#conversation [role=option]")).to_have_text(["status "])
    await box.press("Tab")
    await expect(box).to_have_value("/release status ")
    await box.fill("")
    await box.press_sequentially("/release help")
    await box.press("Enter")
    await expect(said(page, "You asked for").locator("code")).to_have_text("help")


async def test_a_commands_answer_is_seen_only_by_the_person_who_asked(stage: Stage) -> None:
    """The card is for everybody; the acknowledgement says "Only visible to you" and reaches nobody else."""
    lee = await stage.enter("U01LEE")
    dana = await stage.enter("U01DANA")
    box = lee.get_by_label("Message #releases")
    await box.fill("/release open checkout v2.1.0")
    await box.press("Enter")

    mine = said(lee, "You asked for")
    await expect(mine).to_contain_text("Only visible to you")
    await expect(mine.locator("code")).to_have_text("open checkout v2.1.0")
    await expect(box).to_have_value("")
    await expect(said(dana, "checkout v2.1.0 → prod")).to_be_visible()
    await expect(said(dana, "You asked for")).to_have_count(0)


async def test_an_unknown_command_is_refused_and_kept(stage: Stage) -> None:
    """Slack's own words stand above the box, nothing is posted, and what was typed is still there."""
    page = await stage.enter("U01LEE")
    box = page.get_by_label("Message #releases")
    await box.fill("/nonsense now")
    await box.press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="/nonsense is not a valid command.")).to_be_visible()
    await expect(box).to_have_value("/nonsense now")
    await expect(page.locator("#conversation .message")).to_have_count(0)


async def test_an_app_that_fails_is_reported_once(stage: Stage) -> None:
    """The workspace says it as Slackbot; the page adds nothing, and the line is only for the person who asked."""
    await stage.workspace.settings(ack_seconds=0.2)
    page = await stage.enter("U01LEE")
    box = page.get_by_label("Message #releases")
    await box.fill("/rollback R-1")
    await box.press("Enter")
    await expect(said(page, "/rollback failed with the error")).to_have_count(1)
    await expect(page.locator("#conversation .composer-refusal")).to_be_hidden()
    await expect(box).to_have_value("")


async def test_a_mention_is_completed_and_answered_in_a_thread(stage: Stage) -> None:
    """@in and Tab make @interlock, which arrives as a mention; the answer is behind the reply bar, and in the pane."""
    page = await stage.enter("U01LEE")
    box = page.get_by_label("Message #releases")
    await box.press_sequentially("@in")
    await expect(page.locator("#conversation [role=option]").first).to_contain_text("@interlock")
    await box.press("Tab")
    await box.press_sequentially("what is up?")
    await box.press("Enter")
    mine = said(page, "what is up?")
    await expect(mine.locator(".mention")).to_have_text("@interlock")
    await mine.locator(".reply-bar").click()
    await expect(said(page, "Heard you, @lee", "#thread")).to_be_visible()
    await expect(said(page, "Heard you")).to_have_count(0)


async def test_a_thread_has_its_own_composer_and_no_commands(stage: Stage) -> None:
    """A reply goes into the thread; a slash command there is refused as Slack refuses it, and stays typed."""
    ts = await stage.post_card()
    page = await stage.enter("U01LEE", f"C01REL/{ts}")
    box = page.get_by_label("Reply in this thread")
    await expect(box).to_be_focused()
    await box.fill("on it")
    await box.press("Enter")
    await expect(said(page, "on it", "#thread")).to_be_visible()
    await expect(page.locator("#thread .line")).to_have_text("1 reply")
    await expect(page.locator("#conversation .reply-bar")).to_contain_text("1 reply")
    await expect(said(page, "on it")).to_have_count(0)

    await box.fill("/release open checkout v2.1.0")
    await box.press("Enter")
    refusal = page.locator("#thread").get_by_role("alert")
    await expect(refusal).to_contain_text("/release is not supported in threads. Sorry!")
    await expect(box).to_have_value("/release open checkout v2.1.0")


async def test_a_broadcast_reply_leads_to_its_thread(stage: Stage) -> None:
    """A reply that was also sent to the channel stands there with a way into the thread."""
    ts = await stage.post_card()
    await stage.client.chat_postMessage(channel="C01REL", thread_ts=ts, reply_broadcast=True, text="Needs a decision")
    page = await stage.enter("U01LEE")
    await said(page, "Needs a decision").get_by_role("link", name="Replied to a thread").click()
    await expect(said(page, "Needs a decision", "#thread")).to_contain_text("Also sent to the channel")


@pytest.mark.parametrize("speaker", ["person", "bot text", "bot block"])
async def test_hostile_text_is_only_text(stage: Stage, speaker: str) -> None:
    """Tags, scripts, handlers and javascript: links are shown as they were written and do nothing."""
    page = await stage.enter("U01LEE")
    if speaker == "person":
        await page.get_by_label("Message #releases").fill(HOSTILE)
        await page.get_by_label("Message #releases").press("Enter")
    elif speaker == "bot text":
        await stage.client.chat_postMessage(channel="C01REL", text=f"{HOSTILE} <javascript:window.hit=1|click>")
    else:
        text = {"type": "mrkdwn", "text": f"{HOSTILE} <javascript:window.hit=1|click>"}
        await stage.client.chat_postMessage(channel="C01REL", text="x", blocks=[{"type": "section", "text": text}])

    message = page.locator("#conversation .message")
    await expect(message).to_contain_text("<img src=x onerror=")
    await expect(message.locator(".body :is(img, script, [onerror], a[href^='javascript'])")).to_have_count(0)
    assert await page.evaluate("window.hit") is None
    if speaker == "person":
        await expect(message.locator(".mention")).to_have_count(0)
        await expect(message).to_contain_text("<!channel>")


async def test_the_browser_itself_refuses_inner_html(stage: Stage) -> None:
    """Trusted Types are on: even a mistake in the page's code could not turn text into markup."""
    page = await stage.enter("U01LEE")
    with pytest.raises(Error, match="TrustedHTML"):
        await page.evaluate("document.body.innerHTML = '<b>x</b>'")


async def test_what_is_new_elsewhere_is_counted_until_it_is_read(stage: Stage) -> None:
    """Another channel's new messages are counted, a mention of me stands out, and opening the channel clears both."""
    page = await stage.enter("U01LEE", "C01STG")
    releases = page.get_by_role("navigation").get_by_role("link", name="releases")
    await stage.client.chat_postMessage(channel="C01REL", text="one")
    await expect(releases.locator(".count")).to_contain_text("1")
    await stage.client.chat_postMessage(channel="C01REL", text="two for <@U01LEE>")
    await expect(releases.locator(".count.mention")).to_contain_text("2")
    await releases.click()
    await expect(said(page, "two for @lee")).to_be_visible()
    await page.get_by_role("navigation").get_by_role("link", name="staging").click()
    await expect(page.get_by_role("heading", name="staging")).to_be_visible()
    await expect(releases.locator(".count")).to_have_count(0)
    await page.reload()
    await expect(page.get_by_role("heading", name="staging")).to_be_visible()
    await expect(releases.locator(".count")).to_have_count(0)
