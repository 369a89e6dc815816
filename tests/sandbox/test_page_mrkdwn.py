"""Slack's mrkdwn as the page draws it, one row a rule; run by the page's own module in a real Chromium."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page

from tests.sandbox.page_at_work import Stage, stage_set

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOON = 1_767_006_000
"""2025-12-29 11:00 UTC: noon in the seed's zone, Europe/Berlin."""

DRAWN = """async (text) => {
  const { mrkdwn } = await import("/page/mrkdwn.js");
  const box = document.createElement("div");
  box.append(mrkdwn(text));
  for (const node of box.querySelectorAll("*")) {
    for (const name of node.getAttributeNames()) if (!["href", "class"].includes(name)) node.removeAttribute(name);
  }
  return box.innerHTML;
}"""

ROWS = [
    ("plain", "plain"),
    ("*bold* _italic_ ~gone~", "<strong>bold</strong> <em>italic</em> <s>gone</s>"),
    ("*_both_*", "<strong><em>both</em></strong>"),
    ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
    ("* not bold *", "* not bold *"),
    ("`*code*`", "<code>*code*</code>"),
    ("a\nb", "a<br>b"),
    ("```\n*raw*\n  two\n```", "<pre>*raw*\n  two</pre>"),
    ("before\n```x```\nafter", "before<pre>x</pre>after"),
    ("&gt; said\n&gt; more\nafter", "<blockquote>said<br>more</blockquote>after"),
    (">>>all\nof it", "<blockquote>all<br>of it</blockquote>"),
    ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
    ("<script>alert(1)", "&lt;script&gt;alert(1)"),
    ("<javascript:alert(1)|click>", "click"),
    ("<data:text/html,x>", "&lt;data:text/html,x&gt;"),
    ("<https://a.example/?x=1&amp;y=2|a &amp; b>", '<a href="https://a.example/?x=1&amp;y=2">a &amp; b</a>'),
    ("<mailto:a@b.example>", '<a href="mailto:a@b.example">a@b.example</a>'),
    ("see https://a.example/x.", 'see <a href="https://a.example/x">https://a.example/x</a>.'),
    ("<@U01DANA>", '<span class="mention">@dana</span>'),
    ("<@U01LEE>", '<span class="mention mine">@lee</span>'),
    ("<@U0NOBODY|nobody>", '<span class="mention">@nobody</span>'),
    ("<#C01STG|staging>", '<a class="mention" href="#/U01LEE/C01STG">#staging</a>'),
    ("<#C0SECRET|>", '<span class="mention">#private channel</span>'),
    ("<!subteam^S01OWNERS>", '<span class="mention">@owners</span>'),
    ("<!channel>", '<span class="mention broadcast">@channel</span>'),
    (f"<!date^{NOON}^{{date_num}} {{time}}|then>", "<time>2025-12-29 12:00</time>"),
    (f"<!date^{NOON}^{{date_short}}|then>", "<time>29 Dec 2025</time>"),
    (f"<!date^{NOON}^{{nonsense}}|then>", "<time>then</time>"),
    ("<!date^soon^{date}|then>", "<time>then</time>"),
    (":white_check_mark: :no_such_emoji: 10:30:00", '<span class="emoji">✅</span> :no_such_emoji: 10:30:00'),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def theatre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage_set(tmp_path_factory.mktemp("manifest")) as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(theatre: Stage) -> Page:
    return await theatre.enter("U01LEE")


@pytest.mark.parametrize(("written", "drawn"), ROWS, ids=[row[0] for row in ROWS])
async def test_mrkdwn_is_drawn_as_slack_draws_it(page: Page, written: str, drawn: str) -> None:
    """Each row: what the app wrote, and the markup that Lee, in Berlin, gets."""
    assert await page.evaluate(DRAWN, written) == drawn
