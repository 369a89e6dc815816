"""What each figure has to come to: the bars of the issues, by the name that its benchmark gives the row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in words, and whether a row's figures meet it."""

    words: str
    met: Callable[[Row], bool]


_DECISION = Bar(
    "throughput >= 0.5 x bare Bolt, p99 <= 250 ms", lambda row: row["ratio"] >= 0.5 and row["p99_ms"] <= 250
)
BARS = {
    "approve": _DECISION,
    "refused": _DECISION,
    "start to ready": Bar("<= 2 x imports", lambda row: row["ratio"] <= 2),
    "status, 100,000 releases": Bar("<= 1.5 x", lambda row: row["ratio"] <= 1.5),
    "300 threads": Bar("<= 1.1 x floor, no 429", lambda row: row["ratio"] <= 1.1 and row["429s"] == 0),
    "memory": Bar("<= 200 MB", lambda row: row["mb"] <= 200),
    "harvest, 10 M rows": Bar(
        "<= 1.5 x plain DuckDB, hashing included, <= 1 GB", lambda row: row["ratio"] <= 1.5 and row["mb"] <= 1000
    ),
    "harvest against csv": Bar(">= 8 x faster", lambda row: row["times"] >= 8),
    "judge one document": Bar(">= 2,000 a second", lambda row: row["a second"] >= 2000),
    "audit verify": Bar("<= 3 x one SHA-256 pass plus JSON parsing of the same bytes", lambda row: row["ratio"] <= 3),
    "sequential judge, equal canary": Bar(
        "false alarms <= 1 % at alpha 1 %, 60 looks",
        lambda row: max(row["false_alarms"], row["false_alarms_correlated"]) <= 0.01,
    ),
    "sequential judge, 5x errors": Bar(
        "found within 4 looks at 600 req/min, by 90 % of runs", lambda row: row["within_4"] >= 0.9
    ),
}
"""Rows without a bar are shown beside those that have one."""


def met(row: Row) -> str:
    """`yes`, `no`, or nothing where there is no bar."""
    bar = BARS.get(row["what"])
    return "" if bar is None else "yes" if bar.met(row) else "no"
