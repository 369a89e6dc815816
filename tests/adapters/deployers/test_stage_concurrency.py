"""Several writers and readers at once: one after another, nothing lost, nothing torn."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.adapters.deployers.stage_file import read_stage, verify_stage, write_stage
from bot.adapters.deployers.stage_files import StageBusy, StagePaths, locked
from bot.adapters.keys.stage import StageKeys
from tests.adapters.deployers.conftest import by_hand

WRITER = """
import sys
from pathlib import Path
from bot.adapters.deployers.stage_file import write_stage
from bot.adapters.deployers.stage_manifest import StageBinding
from bot.adapters.keys.stage import StageKeys
from bot.settings import Settings
keys = StageKeys.of(Settings.read({"DECISIONOS_STAGE_KEY": "stage-test-secret"}).stage_ring)
sys.stdin.readline()
for number in range(10):
    print(write_stage(Path(sys.argv[1]), "canary", StageBinding(actor="U1"), keys).manifest.epoch)
"""


def test_writers_in_several_processes_never_share_an_epoch(path, keys):
    """While they write, a reader only ever sees a sound stage."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    readings = []
    while any(writer.poll() is None for writer in writers):
        readings.append(read_stage(path, keys))
    epochs = [int(line) for writer in writers for line in writer.communicate(timeout=60)[0].split()]
    assert len(epochs) == len(set(epochs)) == 30
    assert not any(reading.fell_back or reading.repaired for reading in readings)
    assert verify_stage(path, keys).sound


def test_writers_in_several_threads_never_share_an_epoch(path: Path, keys: StageKeys):
    """The lock holds within one process as well."""
    with ThreadPoolExecutor(6) as threads:
        written = list(threads.map(lambda _: write_stage(path, "canary", by_hand(), keys), range(30)))
    assert len({reading.manifest.epoch for reading in written if reading.manifest}) == 30
    assert verify_stage(path, keys).sound


def test_a_lock_that_is_not_let_go_is_a_named_error(path):
    """A process that was stopped in the middle does not hang the rest for ever."""
    lock = StagePaths(path).lock
    with locked(lock), pytest.raises(StageBusy), locked(lock, within=0):
        pass
    with locked(lock, within=0):
        pass
