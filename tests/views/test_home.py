"""The home tab."""

from syrupy.assertion import SnapshotAssertion

from bot.domain.states import State
from bot.views.home import home
from tests.releases import a_release, at
from tests.views.slack_rules import offered, problems, texts


def test_home_shows_my_approvals_and_what_is_on_its_way(snapshot: SnapshotAssertion) -> None:
    """With the buttons to decide, and the way to each thread."""
    blocks = home(
        (a_release(),),
        (a_release(), a_release(State.BAKING, id="R-13")),
        at(10),
        {"R-12": "https://acme.slack.com/archives/C01REL/p1"},
    )
    assert list(texts(blocks)) == snapshot
    assert offered(blocks) == ["approve", "reject"]
    assert problems(blocks, "home") == []


def test_an_empty_home_says_what_it_is_for() -> None:
    """And what to do."""
    said = "\n".join(texts(home((), (), at(10))))
    assert "Nothing waits for you." in said
    assert "Open one with `open`" in said


def test_a_full_home_keeps_slacks_limit_and_counts_the_rest() -> None:
    """A hundred blocks, and both lists in it."""
    pending = tuple(a_release(id=f"R-{number}") for number in range(80))
    active = tuple(a_release(State.BAKING, id=f"R-{number}") for number in range(80, 180))
    blocks = home(pending, active, at(10))
    assert problems(blocks, "home") == []
    said = "\n".join(texts(blocks))
    assert "… and 50 more" in said
    assert "R-80" in said
    assert said.count("more. Ask for") == 2
