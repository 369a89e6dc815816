"""What stopped releases lately, in words."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.domain.message import Message
from bot.domain.ops_cards import WEIGHTS, group_of, reason_trends, top_impact
from bot.domain.setbacks import Setback
from bot.views.home import home
from bot.views.plain import plain
from bot.views.playbook import suggestion
from bot.views.trends import on_home, trends
from tests.releases import at
from tests.views.hostile import hostile
from tests.views.slack_rules import message_problems, problems

WEEK, DAY = timedelta(days=7), timedelta(days=1)
FOUND = (
    *(Setback(at(-1440 * n), "checkout", "prod", f"R-{n}", "canary.error_delta_over", "canary") for n in range(3)),
    *(Setback(at(-30 * hour), "payments", "prod", "R-9", "error.rate_over", "canary") for hour in range(5)),
    Setback(at(-5), "payments", "stg", "R-10", "held.no_data", "infra-slo"),
)


def told(found: tuple[Setback, ...], playbook: dict[str, str] | None = None) -> Message:
    """The answer to `trends`."""
    now = at(0)
    return trends(reason_trends(found, now, WEEK, DAY, 5), top_impact(found, now, WEEK, 5, {}), playbook or {})


def test_reasons_their_course_and_what_to_do(snapshot: SnapshotAssertion) -> None:
    """Word for word, as a terminal shows it."""
    made = told(FOUND, {"canary": "Ask the shop team"})
    assert plain(made) == snapshot
    assert message_problems(made) == []


def test_a_quiet_week_is_one_sentence() -> None:
    """Nothing to count is no table of zeros."""
    assert plain(told(())) == "Nothing stopped a release in the last 7 d."


def test_the_home_tab_has_room_for_the_worst_three() -> None:
    """Below what waits and what is on its way."""
    worst = top_impact(FOUND, at(0), WEEK, 5, {})
    blocks = home((), (), at(0), lately=on_home(worst, {}))
    assert problems(blocks, "home") == []
    assert "error.rate_over" in str(blocks)


@settings(deadline=None, max_examples=40)
@given(hostile, hostile)
def test_hostile_words_never_break_it(word: str, other: str) -> None:
    """In codes, services and the playbook."""
    found = (Setback(at(-1), word, "prod", "R-1", other, word),) * 3
    made = told(found, {other: word} if other and word else {})
    assert message_problems(made) == []
    assert problems(on_home(top_impact(found, at(0), WEEK, 5, {}), {}), "home") == []


@given(st.text(max_size=40))
def test_every_code_has_a_group_a_weight_and_a_suggestion(code: str) -> None:
    """Also one that nobody has thought of."""
    assert group_of(code) in WEIGHTS
    assert suggestion(code, {})


def test_the_longest_beginning_counts() -> None:
    """Of configuration first."""
    book = {"check": "short", "check.missing": "long", "che": "never"}
    said = [suggestion(code, book) for code in ("check.missing", "check.failed", "checklist.open")]
    assert said[:2] == ["long", "short"]
    assert said[2].startswith("Tick the items")
