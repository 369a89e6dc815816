"""`audit verify` of a large ledger, against one SHA-256 pass plus JSON parsing of the same bytes."""

import hashlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.adapters.store import audit
from bot.adapters.store.checkpoint import take_checkpoint
from bot.app import Core
from handlers.cli.ledger_streams import entries_of
from tests.bench.history import EVENTS_EACH, multiply
from tests.bench.prepared import configure, core_on, open_everywhere

EVENTS = int(os.environ.get("BENCH_EVENTS", "1000000"))
ROUNDS = 3
"""Turn by turn; the best of each counts, since a machine does other things too."""


def measure() -> list[dict[str, Any]]:
    """Seconds of both and their ratio. `BENCH_EVENTS` makes another ledger than the bar is about."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        configure(folder, 1)
        core = core_on(folder)
        open_everywhere(core)
        multiply(core, folder / "bench.db", EVENTS // EVENTS_EACH)
        take_checkpoint(core.store, core.audit_key, core.clock.now())
        ledger = folder / "ledger.jsonl"
        _export(core, ledger)
        rounds = [(_seconds(lambda: _parse(ledger)), _seconds(lambda: _verify(core))) for _ in range(ROUNDS)]
        core.close()
    plain, ours = (min(column) for column in zip(*rounds, strict=True))
    return [{"what": "audit verify", "events": EVENTS, "seconds": ours, "hash_and_json": plain, "ratio": ours / plain}]


def _export(core: Core, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for entry in entries_of(core.store, ""):
            file.write(f"{entry.model_dump_json()}\n")


def _parse(path: Path) -> None:
    whole = hashlib.sha256()
    with path.open("rb") as file:
        for line in file:
            whole.update(line)
            json.loads(line)
    assert whole.hexdigest()


def _verify(core: Core) -> None:
    report = audit.verify(core.store, core.audit_key)
    assert report.intact
    assert report.entries >= EVENTS - EVENTS_EACH


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
