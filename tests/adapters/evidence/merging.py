"""A process that merges canary windows into an evidence file, as a harvest does: `FILE NAME COUNT [unlocked]`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.evidence.merge import merge
from bot.evidence.compose import with_blocks
from bot.evidence.measured import Canary, CanaryWindow

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def main(path: Path, name: int, count: int) -> None:
    """Add `count` windows, one at a time; each bears who added it and which one it is."""
    for number in range(count):
        window = CanaryWindow.of(passed=True, burst=0, timestamp_unix=name * 1000 + number)
        merge(path, lambda old, window=window: with_blocks(old, {"canary": Canary(windows=(window,))}, AT))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
