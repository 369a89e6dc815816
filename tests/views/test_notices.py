"""Direct messages about outcomes."""

from bot.domain import events as e
from bot.domain.states import State
from bot.views.notices import notice
from bot.views.plain import plain
from tests.releases import a_release, a_stream, an_entry
from tests.views.slack_rules import message_problems, offered

LINK = "https://acme.slack.com/archives/C01REL/p1"


def test_the_requester_hears_how_it_ended_and_where() -> None:
    """What happened, why it concerns them, the thread."""
    made = notice(a_release(State.DONE), a_stream(State.DONE)[-1], "U01ALICE", LINK)
    assert plain(made).startswith("✅ ") is False
    assert "R-12 (checkout v2.1.0 → prod) is done" in plain(made)
    assert "You asked for R-12" in plain(made)
    assert LINK in plain(made)
    assert message_problems(made) == []


def test_an_approver_hears_that_they_approved_it() -> None:
    """And finds the channel where no link is known."""
    made = notice(a_release(State.ROLLED_BACK), a_stream(State.ROLLED_BACK)[-1], "U01DANA")
    assert "You approved R-12" in plain(made)
    assert "Its thread is in #C01REL." in plain(made)


def test_somebody_whose_approval_fell_hears_it_too() -> None:
    """They are no approver any more, and still concerned."""
    event = e.ApprovalsVoided(gate="unit-tests", people=("U01ZOE",))
    made = notice(a_release(), an_entry(event), "U01ZOE", LINK)
    assert "The approval of @U01ZOE no longer counts" in plain(made)
    assert "This concerns R-12" in plain(made)


def test_a_notice_has_no_buttons() -> None:
    """Decisions are taken where everybody sees them."""
    assert offered(notice(a_release(State.FAILED), a_stream(State.FAILED)[-1], "U01ALICE").blocks) == []
