"""Every cell of the state table, through dispatch: what is there goes, what is not is refused and changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.actions import ACTIONS
from bot.domain.states import ENDED, TABLE, State
from tests.engine.road import DANA, MIKA, Road, build_road, moves
from tests.stores import database_url as database_url

REASON = {"reject": "no", "hold": "wait", "abort": "stop", "override": "seen"}
ACTOR = dict.fromkeys(("approve", "reject", "override", "withdraw"), DANA)
BESIDES_THE_TABLE = {"not_in_doubt", "not_held", "still_baking", "not_this_gate", "unknown_item"}
"""What may stand in the way of a move that the table has, in the states that this test makes."""
NAMED = {"settle": {"outcome": "started"}, "override": {"gate": "x"}, "withdraw": {"gate": "x"}, "tick": {"item": "x"}}


@pytest.fixture
def road(database_url: str, tmp_path: Path) -> Iterator[Road]:
    built = build_road(tmp_path, database_url)
    yield built
    built.core.close()


@pytest.mark.parametrize("state", State)
def test_every_move_from_a_state(road: Road, state: State) -> None:
    """For each action: legal when the table has the cell, else refused without a change of state or an effect."""
    for action in moves():
        release = road.bring_to(state)
        before = road.release(release)
        assert before.state is state
        asker = road.ask(
            ACTOR.get(action, MIKA),
            action,
            release,
            **({"reason": REASON[action]} if action in REASON else {}),
            **NAMED.get(action, {}),
        )
        after = road.release(release)
        legal = (state, ACTIONS[action].move) in TABLE
        if not legal:
            assert not asker.accepted, (state, action)
            assert after.state is state
            assert after.seq == before.seq + 1, "a refusal is one line in the journal"
            assert road.kinds(release)[-1] == "request_refused"
        elif asker.accepted:
            assert after.seq > before.seq
        else:
            assert road.code(asker) in BESIDES_THE_TABLE, (state, action)
        road.clear(release)


def test_what_has_no_way_out_has_ended() -> None:
    """Terminal states are derived from the table, and are the four that design 3 names as ends."""
    assert {State.REJECTED, State.EXPIRED, State.ABORTED, State.ROLLED_BACK} == ENDED
