"""Measuring logs for the command line: read, compare, write, merge."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from bot.adapters.clock import SystemClock
from bot.adapters.durable import replace_file
from bot.adapters.evidence.merge import merge
from bot.adapters.sources.count import Reading, Span
from bot.adapters.sources.kinds import JUDGEMENTS, REQUESTS
from bot.evidence.block import Block
from bot.evidence.blocks import Witness
from bot.evidence.canary import merged
from bot.evidence.compose import new_document, with_blocks
from bot.evidence.harvest import perf_judge_of, perf_of
from bot.evidence.hashes import content_hash
from bot.evidence.measured import Canary
from bot.evidence.snapshot import Snapshot
from handlers.cli.exits import Exit
from handlers.cli.failures import NotUsable
from handlers.cli.harvest_canary import compare, read_comparison, read_windows
from handlers.cli.harvest_words import lines
from handlers.cli.log_reading import read, span_of
from handlers.cli.say import Say


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed."""

    block: Literal["perf", "perf_judge"]
    log: Path | None = None
    out: Path | None = None
    sha_out: Path | None = None
    evidence: Path | None = None
    tenant: str = "default"
    window: str = ""
    until: str = ""
    control: Path | None = None
    canary: Path | None = None
    canary_out: Path | None = None
    cut: str = ""
    slo: Path | None = None
    canary_json: Path | None = None
    windows_json: Path | None = None


def harvest(say: Say, asked: Asked) -> int:
    """The exit code. Raises NotUsable, LogProblem, DocumentFlawed and the errors of writing."""
    now = SystemClock().now()
    _refuse_nonsense(asked)
    span = span_of(asked.window, asked.until, now)
    blocks: dict[str, Block] = {}
    readings: list[Reading] = []
    if asked.log is not None:
        reading = read(say, asked.log, span, (REQUESTS if asked.block == "perf" else JUDGEMENTS,))
        readings.append(reading)
        blocks[asked.block] = _block(asked, reading, span)
        _write(asked.out, blocks[asked.block], asked.sha_out)
    if canary := _canary(say, asked, span, readings):
        blocks["canary"] = canary
        _write(asked.canary_out, canary)
    kept = _merge(asked, blocks, readings, now) if asked.evidence is not None else None
    data: dict[str, Any] = {name: block.model_dump(mode="json", exclude_unset=True) for name, block in blocks.items()}
    data["input"] = [one.file.model_dump(mode="json") for one in readings]
    data["out"] = str(asked.out) if asked.out is not None else None
    data["evidence"] = None if kept is None else {"path": str(asked.evidence), "content_sha256": content_hash(kept)}
    say.result(data, "\n".join(lines(blocks, [one.file for one in readings], asked.evidence)))
    return Exit.DONE


def _refuse_nonsense(asked: Asked) -> None:
    if (asked.control is None) is not (asked.canary is None):
        raise NotUsable("A comparison needs both --canary-control and --canary-canary.")
    if asked.control is not None and asked.canary_json is not None:
        raise NotUsable("Compare two logs or merge --canary-json, not both.")
    if asked.log is None and asked.control is None and asked.canary_json is None and asked.windows_json is None:
        name = "--reqlog" if asked.block == "perf" else "--judgelog"
        raise NotUsable(f"Name a log with --csv (or {name}), or two tracks with --canary-control and --canary-canary.")
    if asked.log is None and (asked.out is not None or asked.sha_out is not None):
        raise NotUsable("--out takes what a log measures; name one with --csv. A comparison goes to --canary-out.")
    if asked.sha_out is not None and asked.out is None:
        raise NotUsable("--sha-out is the SHA-256 of the file that --out writes; name that as well.")
    if asked.cut and asked.control is None:
        raise NotUsable("--slice cuts a comparison into windows; name the two logs.")


def _block(asked: Asked, reading: Reading, span: Span) -> Block:
    window = (span.start, span.end) if span.start is not None and span.end is not None else None
    make = perf_of if asked.block == "perf" else perf_judge_of
    return make(reading.inside, reading.file, window)


def _canary(say: Say, asked: Asked, span: Span, readings: list[Reading]) -> Canary | None:
    found: Canary | None = None
    if asked.control is not None and asked.canary is not None:
        found, both = compare(say, asked.control, asked.canary, span, asked.cut, asked.slo)
        readings += both
    elif asked.canary_json is not None:
        found = read_comparison(asked.canary_json)
    if asked.windows_json is not None:
        found = merged(found, (found or Canary()).model_copy(update={"windows": read_windows(asked.windows_json)}))
    return found


def _write(path: Path | None, block: Block, sha_path: Path | None = None) -> None:
    if path is None:
        return
    tree = block.model_dump(mode="json", exclude_unset=True)
    raw = (json.dumps(tree, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, raw)
    if sha_path is not None:
        sha_path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(sha_path, f"{hashlib.sha256(raw).hexdigest()}\n".encode())


def _merge(asked: Asked, blocks: dict[str, Block], readings: list[Reading], now: datetime) -> Snapshot:
    """Put the blocks into the document. Its witness is brought up to date where it is the log that was measured."""
    assert asked.evidence is not None
    seen = [Witness(csv_path=one.file.path, csv_sha256=one.file.sha256, rows=one.file.rows) for one in readings]

    def change(old: Snapshot) -> Snapshot:
        same = next((one for one in seen if one.csv_path == old.witness.csv_path), old.witness)
        return with_blocks(old.model_copy(update={"witness": same}), blocks, now)

    def create() -> Snapshot:
        if not seen:
            raise NotUsable(f"There is no evidence at {asked.evidence}; a new document needs a measured log.")
        return new_document(seen[0], asked.tenant, now)

    return merge(asked.evidence, change, create)
