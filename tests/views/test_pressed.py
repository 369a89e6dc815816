"""What buttons carry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actions import ACTIONS
from bot.views.pressed import Pressed, decode, encode
from tests.releases import a_release


@pytest.mark.parametrize("action", [*ACTIONS, "settle:started", "settle:not_started"])
def test_a_value_reads_back_as_it_was_written(action: str) -> None:
    """Action, release and the first 16 digits of the digest, in 75 characters."""
    release = a_release()
    value = encode(release, action)
    assert decode(value) == Pressed(release="R-12", digest=release.digest[:16], action=action)
    assert len(value) <= 75


@given(st.text(max_size=60))
def test_foreign_values_are_nothing(value: str) -> None:
    """Whatever Slack sends back, it never raises."""
    assert decode(value) is None or encode(a_release(), "approve").count("|") == 2


@pytest.mark.parametrize(
    "value",
    [
        "",
        "approve",
        "approve|R-12|",
        "approve|R-x|0123456789abcdef",
        "approve|R-12|0123456789ABCDEF",
        "a b|R-1|" + "0" * 16,
    ],
)
def test_damaged_values_are_nothing(value: str) -> None:
    """Nothing is guessed."""
    assert decode(value) is None
