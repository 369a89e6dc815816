"""Run every benchmark, or those named, and print one table: the bar, what was measured, and whether it is met."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.bench import audit, decisions, effects, harvest, history, judge, judging, startup
from tests.bench.bars import BARS, met

BENCHES: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "decisions": decisions.measure,
    "startup": startup.measure,
    "history": history.measure,
    "effects": effects.measure,
    "harvest": harvest.measure,
    "judging": judging.measure,
    "audit": audit.measure,
    "judge": judge.against_the_bar,
}


def main(wanted: list[str]) -> int:
    """Print a row a figure as soon as it is there; with --json a line of JSON in its place."""
    as_json, names = "--json" in wanted, [name for name in wanted if name != "--json"]
    if not as_json:
        print("| what | bar | measured | met |\n| --- | --- | --- | --- |", flush=True)
    for name in names or list(BENCHES):
        began = time.perf_counter()
        for row in BENCHES[name]():
            print(_json(row) if as_json else _line(row), flush=True)
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return 0


def _json(row: dict[str, Any]) -> str:
    bar = BARS.get(row["what"])
    return json.dumps(_rounded(row) | {"bar": bar.words if bar else "", "met": met(row)})


def _line(row: dict[str, Any]) -> str:
    bar = BARS.get(row["what"])
    figures = ", ".join(f"{name} {value}" for name, value in _rounded(row).items() if name != "what")
    return f"| {row['what']} | {bar.words if bar else ''} | {figures} | {met(row)} |"


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in row.items()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
