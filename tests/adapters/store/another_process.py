"""A second program on the same database: `python -m tests.adapters.store.another_process URL WHAT [COUNT]`."""

import sys

from bot.adapters.store.store import SqlStore, open_store
from bot.domain.events import ReleaseHeld, RequestRefused
from bot.domain.intent import Intent
from bot.domain.journal import WORKSPACE
from tests.stores import NOW, an_effect


def refuse(store: SqlStore, count: int) -> None:
    """That many lines in the workspace's stream, each in a unit of its own, each with a number."""
    for _ in range(count):
        with store.write() as unit:
            assert unit.outcome("click") is None  # a decision reads before it writes
            line = RequestRefused(action="approve", code=f"number-{unit.next_number()}")
            unit.append(WORKSPACE, [line], NOW, "cli:root", "cli")


def intend(store: SqlStore, count: int) -> None:
    """Try to be the one that starts each deployment; print those that were won."""
    for number in range(count):
        with store.write() as unit:
            if unit.intend(Intent(id=f"D-{number}", release="R-1", state="intended", at=NOW)):
                print(f"D-{number}")  # the answer to the test


def hang_in_the_middle(store: SqlStore, _count: int) -> None:
    """Write everything that a decision writes, say so, and never commit."""
    with store.write() as unit:
        release = unit.release("R-1")
        assert release is not None
        (entry,) = unit.append("R-1", [ReleaseHeld(reason="half-way")], NOW, "cli:root", "cli")
        unit.save(release.model_copy(update={"seq": entry.seq, "head": entry.hash}), read_at=release.seq)
        unit.enqueue([an_effect("R-1")])
        unit.intend(Intent(id="D-1", release="R-1", state="intended", at=NOW))
        print("written", flush=True)  # tells the test that it may kill
        sys.stdin.read()


if __name__ == "__main__":
    url, what, count = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0
    opened = open_store(url)
    {"refuse": refuse, "intend": intend, "hang": hang_in_the_middle}[what](opened, count)
    opened.close()
