"""A ring that is read again while the process runs, and outlives a source that breaks."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.keys.errors import KeysUnusable
from bot.adapters.keys.live import LiveRing, keep_fresh
from bot.adapters.keys.sources import Change, KeyFile, Keys
from tests.adapters.keys.rings import NOW, Hands, key_file, row


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return key_file(tmp_path / "keys.json", row("k1"))


def ring_of(path: Path, clock: Hands) -> LiveRing:
    return LiveRing(KeyFile("THE_NAME", path), clock.now)


def test_a_rotation_is_seen_without_a_restart(path: Path, clock: Hands) -> None:
    """The new key signs from the next reading on; the old one's earlier signatures count."""
    ring = ring_of(path, clock)
    _, signature = ring.sign(b"x")
    key_file(path, row("k2"), row("k1", state="grace", rotated_at=NOW.isoformat()))
    assert ring.sign(b"x")[0] == "k1", "nothing is read in between"
    ring.refresh()
    assert ring.sign(b"x")[0] == "k2"
    assert ring.verify(b"x", "k1", signature, NOW - timedelta(minutes=1)) == "grace"


def test_a_broken_source_keeps_the_last_good_ring_and_is_said_once(
    path: Path, clock: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    """With its age, in the log when it breaks and when it is whole again."""
    ring = ring_of(path, clock)
    ring.refresh()
    path.write_text("half a li")
    for _ in range(3):
        clock.turn(minutes=1)
        ring.refresh()
    assert ring.sign(b"x")[0] == "k1"
    assert ring.state.problem is not None
    assert (ring.state.problem.code, ring.state.age(clock.now())) == (
        "keys.load_failed:malformed",
        timedelta(minutes=3),
    )
    key_file(path, row("k2"))
    assert ring.refresh().problem is None
    assert ring.state.age(clock.now()) == timedelta(0)
    assert ring.sign(b"x")[0] == "k2"


def test_a_source_that_was_never_read_is_an_error_with_its_name(path: Path, clock: Hands) -> None:
    """And none any more as soon as it can be read."""
    path.write_text("[]")
    ring = ring_of(path, clock)
    for _ in range(2):
        with pytest.raises(KeysUnusable, match="THE_NAME"):
            ring.sign(b"x")
    key_file(path, row("k1"))
    ring.refresh()
    assert ring.sign(b"x")[0] == "k1"


class Watched:
    """A source that says when it was read."""

    name, place, writable = "THE_NAME", "nowhere", False

    def __init__(self, path: Path) -> None:
        self._file = KeyFile("THE_NAME", path)
        self._loop = asyncio.get_running_loop()
        self.read: asyncio.Queue[None] = asyncio.Queue()

    def load(self) -> Keys:
        found = self._file.load()
        self._loop.call_soon_threadsafe(self.read.put_nowait, None)
        return found

    def change(self, change: Change) -> Keys:
        raise NotImplementedError


async def test_a_process_reads_again_by_itself(path: Path, clock: Hands) -> None:
    """At the start, and every so often."""
    source = Watched(path)
    ring = LiveRing(source, clock.now)
    task = asyncio.create_task(keep_fresh(ring, timedelta(milliseconds=5)))
    async with asyncio.timeout(10):
        for _ in range(3):
            await source.read.get()
    task.cancel()
    assert ring.state.ring is not None
