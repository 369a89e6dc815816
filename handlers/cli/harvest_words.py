"""What a harvest measured, in words; and why a log cannot be measured."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.adapters.sources.log import LogProblem
from bot.domain.evidence import LogFile
from bot.evidence.block import Block
from bot.evidence.measured import Canary, Perf, PerfJudge
from bot.views.measures import Unit, amount, count
from handlers.cli.exits import Exit

_FLAWS = {
    "cut": "it ends in the middle, and nobody is writing it any more",
    "too_long": "it is longer than any row",
    "nul_byte": "it holds a NUL byte",
    "not_utf8": "it is not UTF-8",
    "columns": "it has another number of columns than the header",
    "ts": "its ts is no ISO 8601 date and time",
    "ts_future": "its ts lies in the future",
    "status": "its status is no number from 100 to 599",
    "latency_ms": "its latency_ms is no finite decimal number",
    "latency_ms_negative": "its latency_ms is negative",
    "signature_error": "its signature_error is neither 0, 1, true nor false",
}
_UNREADABLE = {
    "not_a_file": "is no plain file",
    "shrunk": "became shorter while it was read",
    "disputed": "changed while it was read",
    "too_large": "holds more requests than can be measured at once; choose a shorter log",
}


def lines(blocks: Mapping[str, Block], files: Sequence[LogFile], evidence: Path | None) -> Iterator[str]:
    """What was measured, in which files, and where it was put."""
    for block in blocks.values():
        if isinstance(block, Perf | PerfJudge):
            yield ", ".join(_figures(block))
        elif isinstance(block, Canary):
            yield from _compared(block)
    for file in files:
        yield f"{file.path}: {count(file.rows, 'row')}, sha256 {file.sha256}"
    if evidence is not None:
        yield f"Merged into {evidence}."


def log_trouble(problem: LogProblem) -> tuple[Exit, str, str]:
    """Exit code, code and sentence of a log that cannot be measured."""
    name, _, last = problem.detail.rpartition(" ")
    match problem.code:
        case "missing":
            return Exit.INVALID, "log_missing", f"There is no log at {problem.detail}."
        case "bad_header":
            return Exit.INVALID, "log_bad_header", f"{problem.detail}: the first line does not name this log's columns."
        case "bad_row":
            return Exit.INVALID, "log_bad_row", f"{name}: {_FLAWS.get(last, last)} ({last})."
        case _:
            return Exit.INFRASTRUCTURE, "log_unreadable", f"{name} {_UNREADABLE.get(last, f'cannot be read ({last})')}."


def _figures(block: Perf | PerfJudge) -> Iterator[str]:
    yield count(block.count, "request")
    if block.latency_ms is not None:
        for name in ("p50", "p95", "p99"):
            yield f"{name} {amount(getattr(block.latency_ms, name), Unit.MS, 2)}"
    if block.error_rate is not None:
        yield f"errors {amount(block.error_rate, Unit.SHARE, 4)}"
    if isinstance(block, PerfJudge):
        if block.availability is not None:
            yield f"available {amount(block.availability, Unit.SHARE, 4)}"
        if block.signature_error_rate is not None:
            yield f"wrong signatures {amount(block.signature_error_rate, Unit.SHARE, 4)}"


def _compared(block: Canary) -> Iterator[str]:
    for name, track in (("control", block.control_perf), ("canary", block.canary_perf)):
        if track is not None:
            p95 = "" if track.p95 is None else f", p95 {amount(track.p95, Unit.MS, 2)}"
            errors = "" if track.error_rate is None else f", errors {amount(track.error_rate, Unit.SHARE, 4)}"
            yield f"{name}: {count(track.count, 'request')}{p95}{errors}"
    found = block.deltas.model_dump(exclude_unset=True) if block.deltas is not None else {}
    if found:
        yield "deltas: " + ", ".join(f"{name} {value:+g}" for name, value in found.items())
    if block.windows:
        passed, burst = sum(one.passed for one in block.windows), sum(one.burst > 0 for one in block.windows)
        yield f"{count(len(block.windows), 'window')}: {passed} passed, {burst} burst."
