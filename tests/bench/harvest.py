"""Measuring a log of ten million rows: ours with its hash and checks, plain DuckDB without, and Python's csv module."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROWS = 10_000_000
ROUNDS = 5
"""Of the two that are close together, turn by turn; the best of each counts, since a machine does other things too."""


def measure() -> list[dict[str, Any]]:
    """Seconds of each, in processes of their own, over the same file in the same run."""
    with TemporaryDirectory() as place:
        log = Path(place) / "reqlog.csv"
        _run("write", log)
        rounds = [(_run("plain", log), _run("harvest", log)) for _ in range(ROUNDS)]
        slow = _run("stdlib", log)
    plain, ours = (min(one["seconds"] for one in column) for column in zip(*rounds, strict=True))
    figures = {json.dumps(one["figures"]) for pair in rounds for one in pair} | {json.dumps(slow["figures"])}
    assert len(figures) == 1, f"they disagree about the same log: {figures}"
    memory = max(pair[1]["mb"] for pair in rounds)
    return [
        {"what": "harvest, 10 M rows", "seconds": ours, "duckdb": plain, "ratio": ours / plain, "mb": memory},
        {"what": "harvest against csv", "seconds": ours, "csv": slow["seconds"], "times": slow["seconds"] / ours},
    ]


def _run(what: str, log: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.harvest_ways", what, str(log), str(ROWS)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
