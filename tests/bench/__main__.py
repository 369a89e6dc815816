"""Run every benchmark, or those named, and print the figures beside their bars."""

import json
import sys
from collections.abc import Callable
from typing import Any

from tests.bench import audit, decisions, effects, harvest, history, judging, startup

BENCHES: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "decisions": decisions.measure,
    "startup": startup.measure,
    "history": history.measure,
    "effects": effects.measure,
    "harvest": harvest.measure,
    "judging": judging.measure,
    "audit": audit.measure,
}
BARS = {
    "approve": "throughput >= 0.5 x bare Bolt, p99 <= 250 ms",
    "refused": "throughput >= 0.5 x bare Bolt, p99 <= 250 ms",
    "start to ready": "<= 2 x imports",
    "status, 100,000 releases": "<= 1.5 x",
    "300 threads": "<= 1.1 x floor, no 429",
    "memory": "<= 200 MB",
    "harvest, 10 M rows": "<= 1.5 x plain DuckDB, hashing included, <= 1 GB",
    "harvest against csv": ">= 8 x faster",
    "judge one document": ">= 2,000 a second",
    "audit verify": "<= 3 x one SHA-256 pass plus JSON parsing of the same bytes",
}


def main(wanted: list[str]) -> int:
    """Print one line of JSON a figure, with its bar."""
    for name in wanted or list(BENCHES):
        for row in BENCHES[name]():
            shown = {key: round(value, 3) if isinstance(value, float) else value for key, value in row.items()}
            print(json.dumps(shown | {"bar": BARS.get(row["what"], "")}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
