"""The traces that a stage change leaves for operators: `hooks.log` and `last_hook.json` (contracts 1.7)."""

import json
import os
from collections.abc import Mapping
from datetime import datetime

from bot.adapters.deployers.stage_files import StagePaths, locked
from bot.adapters.deployers.stage_manifest import write_moment
from bot.adapters.deployers.stage_words import Stage
from bot.adapters.durable import NotOurFile, read_file, replace_file

SOURCE = "interlock"


def record_stage(paths: StagePaths, stage: Stage, at: datetime, environ: Mapping[str, str]) -> None:
    """Note a stage change: `last_hook.json` with exactly ts, stage and source, a line in `hooks.log`, and a bullet in
    the job summary when this runs inside a CI job. Raises OSError and StageBusy."""
    moment = write_moment(at)
    note = {"ts": moment, "stage": stage.value, "source": SOURCE}
    with locked(paths.last_hook.with_suffix(".lock")):
        replace_file(paths.last_hook, (json.dumps(note) + "\n").encode())
    record_line(paths, f"stage={stage} source={SOURCE} at {moment}")
    if summary := environ.get("GITHUB_STEP_SUMMARY"):
        _append(summary, f"- stage `{stage}` ({SOURCE}, {moment})\n")


def record_line(paths: StagePaths, text: str) -> None:
    """Append one line to `hooks.log`. Raises OSError."""
    _append(str(paths.hook_log), f"[hook] {text}\n")


def record_hooked(paths: StagePaths, epoch: int) -> None:
    """Remember that the hooks of an epoch ran to their end. Raises OSError and StageBusy."""
    with locked(paths.lock):
        replace_file(paths.hooked, f"{epoch}\n".encode())


def was_hooked(paths: StagePaths, epoch: int) -> bool:
    """Whether the hooks of an epoch are known to have run to their end. Raises OSError."""
    try:
        return read_file(paths.hooked) == f"{epoch}\n".encode()
    except NotOurFile:
        return False


def _append(path: str, line: str) -> None:
    """One write, so that lines of several processes never mix."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, line.encode())
    finally:
        os.close(handle)
