"""Every question goes through an index, on both databases: with a million events it costs what it costs with ten."""

from typing import Any

import pytest
from sqlalchemy import Connection

from bot.adapters.store import checkpoint, reader, walk
from bot.adapters.store.statements import Statements
from bot.adapters.store.store import SqlStore
from tests.stores import an_effect, opened, queued

QUESTIONS = {
    name: getattr(reader, name)
    for name in (
        "BY_ID",
        "ACTIVE",
        "ACTIVE_EVERYWHERE",
        "ACTIVE_IN_CHANNEL",
        "LATEST",
        "LATEST_THERE",
        "IN_THREAD",
        "DONE",
        "LIVES",
        "ENTRIES",
        "ENTRY",
        "OUTCOME",
        "INTENT",
        "NOTE",
        "SETBACKS",
    )
} | {"NEXT_ENTRIES": walk._NEXT_ENTRIES, "NEXT_HEADS": walk._NEXT_HEADS, "UNSIGNED": checkpoint._UNSIGNED}
QUEUE = ("any_due", "claim", "next_due", "finish", "take_out", "renew", "postpone", "hand_back", "drop_waiting")


def plan_of(connection: Connection, statement: Any) -> str:
    """The database's own account of how it would answer."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "SET LOCAL enable_seqscan = off"
        )  # tables are tiny here; only a missing index counts
        explain = "EXPLAIN (COSTS OFF) "
    else:
        explain = "EXPLAIN QUERY PLAN "
    compiled = statement.compile(dialect=connection.dialect)
    values = {name: _some_value(name, bound.value) for name, bound in compiled.binds.items()}
    order = compiled.positiontup
    given: Any = tuple(values[name] for name in order) if order is not None else values
    return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + str(compiled), given))


def _some_value(name: str, given: object) -> object:
    if given is not None:
        return given
    words = {"release", "service", "environment", "channel", "thread", "version", "stream", "request", "deployment"}
    words |= {"note", "after_stream", "worker", "of_release", "of_kind", "why"}
    return "x" if name in words else 1


def reads_a_whole_table(plan: str) -> bool:
    """Walking an index in order, until the limit is reached, is not that."""
    return any(
        "Seq Scan" in line or ("SCAN" in line and "INDEX" not in line and not line.startswith("SCAN picked"))
        for line in plan.splitlines()
    )


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_from_an_index(store: SqlStore, question: str) -> None:
    """No table is read from end to end, and nothing is sorted that an index has in order."""
    opened(store)
    with store.reading() as connection:
        plan = plan_of(connection, QUESTIONS[question])
    assert not reads_a_whole_table(plan), plan
    assert "TEMP B-TREE" not in plan, plan


@pytest.mark.parametrize("name", QUEUE)
def test_the_queue_is_worked_from_indices(store: SqlStore, name: str) -> None:
    """A claim with ten thousand waiting effects looks at the due ones and at the heads of their lanes."""
    opened(store)
    queued(store, an_effect("R-1"))
    with store.reading() as connection:
        statement = getattr(Statements(connection.dialect).queue, name)
        plan = plan_of(connection, statement)
    assert not reads_a_whole_table(plan), plan
    if name in ("any_due", "claim", "next_due"):
        assert "effects_lane" in plan, plan
        assert "effects_ready" in plan, plan
