"""The app's cards and dialogs on the page: buttons, menus, confirmation, modals, the home tab, every kind of block."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.sandbox.page_app import marked, plain
from tests.sandbox.page_at_work import Stage, said, stage_set

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def theatre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage_set(tmp_path_factory.mktemp("manifest")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def stage(theatre: Stage) -> AsyncIterator[Stage]:
    yield theatre
    await theatre.clear()


async def test_a_click_edits_the_card_for_everybody(stage: Stage) -> None:
    """Dana approves; her card and Lee's both change in place, are marked edited, and the buttons are gone."""
    await stage.post_card()
    dana, lee = await stage.enter("U01DANA"), await stage.enter("U01LEE")
    await dana.get_by_role("button", name="Approve").click()
    for page in (dana, lee):
        await expect(said(page, "approved by @dana")).to_contain_text("(edited)")
        await expect(page.get_by_role("button", name="Approve")).to_have_count(0)
        await expect(page.locator("#conversation .message")).to_have_count(1)


async def test_a_dangerous_button_asks_first(stage: Stage) -> None:
    """Keeping sends nothing and gives the focus back; going on opens the app's modal."""
    await stage.post_card()
    page = await stage.enter("U01LEE")
    reject = page.get_by_role("button", name="Reject")
    await reject.click()
    question = page.get_by_role("dialog", name="Reject R-1?")
    await expect(question).to_contain_text("Everyone sees why.")
    await expect(question.get_by_role("button", name="Keep it")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(question).to_have_count(0)
    await expect(reject).to_be_focused()
    assert await stage.workspace.deliveries(kind="interactive") == []

    await reject.click()
    await question.get_by_role("button", name="Go on").click()
    await expect(page.get_by_role("dialog", name="Reject R-1")).to_be_visible()


async def test_a_modal_shows_its_errors_beside_the_field_and_then_accepts(stage: Stage) -> None:
    """First what is required, then what the app says; each error belongs to its field; the next try goes through."""
    await stage.post_card()
    page = await stage.enter("U01LEE")
    await page.get_by_role("button", name="Reject").click()
    await page.get_by_role("button", name="Go on").click()
    modal = page.get_by_role("dialog", name="Reject R-1")
    reason = modal.get_by_label("Reason")
    await expect(reason).to_be_focused()
    assert await reason.get_attribute("aria-required") == "true"

    send = modal.get_by_role("button", name="Reject", exact=True)
    await send.click()
    await expect(modal.locator(".block-input .field-error").first).to_have_text("Please complete this required field.")
    assert [one["name"] for one in await stage.workspace.deliveries(kind="interactive")] == ["block_actions"]

    await modal.locator("summary").click()
    await modal.get_by_label("Dana").check()
    await reason.fill("too short")
    await expect(modal.locator(".block-input .field-error").first).to_be_hidden()
    await send.click()
    error = modal.locator(".block-input .field-error").first
    await expect(error).to_have_text("Say more: ten letters at least.")
    await expect(reason).to_be_focused()
    await expect(reason).to_have_attribute("aria-invalid", "true")
    described = (await reason.get_attribute("aria-describedby") or "").split()
    assert await error.get_attribute("id") in described
    assert len(described) == 2
    await expect(modal.get_by_label("Dana")).to_be_checked()

    await reason.fill("the cart loses items")
    await send.click()
    await expect(modal).to_have_count(0)
    await page.locator(".reply-bar").click()
    await expect(said(page, "Rejected: the cart loses items @dana", "#thread")).to_be_visible()


async def test_a_pushed_modal_lies_above_and_what_was_typed_below_is_kept(stage: Stage) -> None:
    """The upper view has only a way back, which shows the lower one as it was left; the cross closes both."""
    await stage.post_card()
    page = await stage.enter("U01LEE")
    await page.get_by_role("button", name="Reject").click()
    await page.get_by_role("button", name="Go on").click()
    lower = page.get_by_role("dialog", name="Reject R-1")
    await lower.get_by_label("Reason").fill("half a sentence")
    await lower.get_by_role("button", name="Why a reason?").click()
    upper = page.get_by_role("dialog", name="Why a reason?")
    await expect(upper).to_contain_text("The next engineer reads it.")
    await upper.get_by_role("button", name="Back").click()
    await expect(lower.get_by_label("Reason")).to_have_value("half a sentence")
    await lower.get_by_role("button", name="Why a reason?").click()
    await upper.get_by_role("button", name="Close").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert await stage.workspace.person("U01LEE").modals() == []


async def test_escape_closes_a_modal_and_what_is_inside_it_stays_inside(stage: Stage) -> None:
    """Tab goes round inside the dialog; Escape closes it at the workspace too, and the focus is back on the card."""
    await stage.post_card()
    page = await stage.enter("U01LEE")
    await page.get_by_role("button", name="Reject").click()
    await page.get_by_role("button", name="Go on").click()
    modal = page.get_by_role("dialog", name="Reject R-1")
    await expect(modal).to_be_visible()
    for _ in range(12):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.querySelector('#modal').contains(document.activeElement)")
    await page.keyboard.press("Escape")
    await expect(modal).to_have_count(0)
    await expect(page.get_by_role("button", name="Reject")).to_be_focused()
    assert await stage.workspace.person("U01LEE").modals() == []


async def test_the_overflow_menu_works_by_keyboard(stage: Stage) -> None:
    """Enter opens the menu on its first line, the arrow moves, Enter chooses, and the menu is gone."""
    await stage.post_card()
    page = await stage.enter("U01LEE")
    button = page.locator(".card").get_by_role("button", name="More actions")
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Hold")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(said(page, "Chosen: abort")).to_contain_text("Only visible to you")
    await expect(page.get_by_role("menu")).to_have_count(0)


async def test_a_message_shortcut_is_in_the_messages_menu(stage: Stage) -> None:
    """The app's shortcut stands in every message's menu with its description, and opens the app's modal."""
    await stage.workspace.person("U01DANA").say("C01REL", "look at this")
    page = await stage.enter("U01LEE")
    await said(page, "look at this").hover()
    await said(page, "look at this").get_by_role("button", name="Message menu").click()
    item = page.get_by_role("menuitem", name="Release actions")
    await expect(item).to_contain_text("What can be done")
    await item.click()
    await expect(page.get_by_role("dialog", name="Reject R-1")).to_be_visible()


async def test_a_menu_stays_open_while_the_channel_goes_on(stage: Stage) -> None:
    """A new message redraws nothing that is already there."""
    await stage.post_card()
    page = await stage.enter("U01LEE")
    await page.locator(".card").get_by_role("button", name="More actions").click()
    await stage.client.chat_postMessage(channel="C01REL", text="something new")
    await expect(said(page, "something new")).to_be_visible()
    await expect(page.get_by_role("menuitem", name="Hold")).to_be_focused()


async def test_the_home_tab_and_the_direct_message(stage: Stage) -> None:
    """Opening the app publishes its home; a button there changes it; the other tab is a conversation with the app."""
    page = await stage.enter("U01LEE")
    await page.get_by_role("navigation").get_by_role("link", name="Interlock").click()
    home = page.locator(".home")
    await expect(home).to_contain_text("0 waiting for you")
    await home.get_by_role("button", name="Count").click()
    await expect(home).to_contain_text("1 waiting for you")
    await expect(home.get_by_role("button", name="Count")).to_be_focused()

    await page.get_by_role("link", name="Messages").click()
    box = page.get_by_label("Message Interlock")
    await box.fill("hello, app")
    await box.press("Enter")
    await expect(said(page, "hello, app")).to_be_visible()


BLOCKS: list[tuple[dict[str, Any], str, str]] = [
    ({"type": "header", "text": plain("Head :rocket:")}, "", "Head 🚀"),
    ({"type": "section", "text": marked("*bold* `code`")}, ".text strong", "bold"),
    ({"type": "section", "fields": [marked("a"), marked("b")]}, ".block-fields .text >> nth=1", "b"),
    ({"type": "context", "elements": [marked("_small_")]}, "em", "small"),
    ({"type": "divider"}, "", ""),
    ({"type": "markdown", "text": "# Title\n\n- **one**\n- two"}, "li strong", "one"),
    ({"type": "image", "image_url": "http://127.0.0.1:9/x.png", "alt_text": "a chart"}, ".broken", "a chart"),
    (
        {"type": "table", "rows": [[{"type": "raw_text", "text": "gate"}], [{"type": "raw_text", "text": "canary"}]]},
        "tbody td",
        "canary",
    ),
    (
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [
                                {"type": "text", "text": "by ", "style": {"bold": True}},
                                {"type": "user", "user_id": "U01DANA"},
                            ],
                        }
                    ],
                }
            ],
        },
        "ol li",
        "by @dana",
    ),
    (
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]}],
        },
        "blockquote",
        "said",
    ),
    (
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "*as is*"}]}],
        },
        "pre",
        "*as is*",
    ),
    (
        {
            "type": "section",
            "text": marked("When?"),
            "accessory": {"type": "datepicker", "action_id": "d", "initial_date": "2026-01-31"},
        },
        "input[type=date]",
        "",
    ),
    (
        {
            "type": "actions",
            "elements": [
                {"type": "radio_buttons", "action_id": "r", "options": [{"text": plain("Yes"), "value": "y"}]}
            ],
        },
        "label:has(input[type=radio])",
        "Yes",
    ),
]


async def test_every_kind_of_block_is_drawn(stage: Stage) -> None:
    """Every kind of block that the app may send has its own shape, and none is called unknown."""
    await stage.client.chat_postMessage(channel="C01REL", text="x", blocks=[block for block, _, _ in BLOCKS])
    page = await stage.enter("U01LEE")
    drawn = page.locator(".card > .blocks > *")
    await expect(drawn).to_have_count(len(BLOCKS))
    for index, (block, where, words) in enumerate(BLOCKS):
        shape = page.locator(f".card > .blocks > :nth-child({index + 1})")
        if where:
            shape = shape.locator(where)
        assert await shape.count() == 1, block["type"]
        await expect(shape).to_have_text(words)
    await expect(page.locator(".card .unknown")).to_have_count(0)


async def test_a_select_sends_what_was_chosen(stage: Stage) -> None:
    """A static select in a message acts as soon as its choice changes."""
    options = [{"text": plain(name), "value": name} for name in ("R-1", "R-2")]
    select = {"type": "static_select", "action_id": "pick", "placeholder": plain("Which?"), "options": options}
    section = {"type": "section", "text": marked("Several fit"), "accessory": select}
    await stage.client.chat_postMessage(channel="C01REL", text="x", blocks=[section])
    page = await stage.enter("U01LEE")
    await page.get_by_label("Which?").select_option("R-2")
    await expect(said(page, "Picked: R-2")).to_be_visible()
