"""Run as a process: writes stage files in forks of itself that are killed at named points.

    python -m tests.adapters.deployers.crash_writer FOLDER SCENARIO POINT...

Each point gets its own folder, with `canary` written before. Prints `ok` when every fork died where it should.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.adapters.deployers.stage_file import read_stage, write_stage
from bot.adapters.deployers.stage_manifest import StageBinding
from bot.adapters.keys.stage import StageKeys
from bot.settings import Settings

NOON = datetime(2025, 3, 4, 12, 0, 0, tzinfo=UTC)
KEYS = StageKeys.of(Settings.read({"DECISIONOS_STAGE_KEY": "stage-test-secret"}).stage_ring)
BEFORE = StageBinding(actor="U1", release="R-7", service="checkout", environment="prod", deployment="R-7-1")
AFTER = BEFORE.model_copy(update={"deployment": "R-7-2", "percentage": 100})


def now() -> datetime:
    return NOON


def later() -> datetime:
    return NOON + timedelta(minutes=1)


def die_at(point: str) -> Callable[[str], None]:
    return lambda reached: os.kill(os.getpid(), signal.SIGKILL) if reached == point else None


def write(path: Path, point: str) -> None:
    write_stage(path, "promote", AFTER, KEYS, now=later, checkpoint=die_at(point))


def fall_back(path: Path, point: str) -> None:
    path.write_text("freeze\n")
    read_stage(path, KEYS, now=later, checkpoint=die_at(point))


def repair(path: Path, point: str) -> None:
    fork(lambda: write(path, "journal:placed"))
    read_stage(path, KEYS, now=later, checkpoint=die_at(point))


def fork(work: Callable[[], None]) -> None:
    """Run `work` in a child that has to be killed on the way."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != -signal.SIGKILL:
        raise SystemExit("a writer did not die where it should")


SCENARIOS: dict[str, Callable[[Path, str], None]] = {"write": write, "fall_back": fall_back, "repair": repair}


def main(folder: Path, scenario: str, points: list[str]) -> None:
    for point in points:
        path = folder / point / "desired_stage.txt"
        write_stage(path, "canary", BEFORE, KEYS, now=now)
        fork(partial(SCENARIOS[scenario], path, point))
    print("ok")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
