"""One load run for the command line: what was typed, the run with its bar, the verdict."""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from pydantic import ValidationError

from bot.adapters.clock import SystemClock
from bot.adapters.load.run import OnSent, Ran, Unreachable, run_load, unbounded_session
from bot.adapters.sources.load import load_fact
from bot.domain.duration import parse_duration
from bot.domain.service import LoadGate
from bot.domain.verdict import Verdict
from bot.gates.finding import worst
from bot.gates.load import check_load
from bot.views.verdicts import sentence
from handlers.cli.exits import Exit
from handlers.cli.failures import NotUsable, PartFailed
from handlers.cli.load_words import lines
from handlers.cli.say import Say

_LONGEST_MIX = 64 * 1024
"""Bytes of a file of requests."""


def gate_of(typed: Mapping[str, object], mix: Path | None, requests: tuple[str, ...]) -> LoadGate:
    """The run that was asked for, by the very rules of a gate in a service file. Raises NotUsable."""
    if mix is not None and requests:
        raise NotUsable("Name the requests in --mix or with --request, not in both.")
    spans = {name: _span(name, typed[name]) for name in ("duration", "timeout")}
    found = dict(typed) | spans | {"kind": "load", "name": "load-smoke"}
    # Only gates are asked again and again; what they would be asked by must not keep a long run from the command line.
    found |= {"every": timedelta(days=1), "fresh": timedelta(days=3)}
    if named := requests or _read(mix):
        found["requests"] = named
    try:
        return LoadGate.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        option = str(first["loc"][0]).replace("_", "-") if first["loc"] else "rps"
        reason = first["msg"].removeprefix("Value error, ").rstrip(".")
        raise NotUsable(f"--{option.removesuffix('s') if option == 'requests' else option}: {reason}.") from None


def run(say: Say, gate: LoadGate) -> int:
    """The exit code. Raises PartFailed when nothing answers at the address."""
    now = SystemClock().now()
    try:
        with _bar(gate.count) as on_sent:
            ran = asyncio.run(_send(gate, on_sent))
    except Unreachable as error:
        raise PartFailed(f"{gate.url}{gate.health} cannot be reached: {error}") from None
    seen = load_fact(gate, ran, "", now)
    findings = check_load(gate, seen)
    verdict = worst(findings)
    reasons = [one.reason for one in findings]
    shown = seen.model_dump(mode="json", exclude={"kind", "gate", "version", "producer"})
    said = [one.model_dump(exclude_unset=True) | {"message": sentence(one)} for one in reasons]
    say.result(
        {"verdict": verdict.value, "reasons": said, "error_rate": seen.error_rate} | shown,
        "\n".join(lines(gate, seen, verdict, reasons)),
    )
    return Exit.DONE if verdict is Verdict.PASS else Exit.FAILED


async def _send(gate: LoadGate, on_sent: OnSent | None) -> Ran:
    async with unbounded_session() as session:
        return await run_load(session, gate, on_sent=on_sent)


def _span(name: str, typed: object) -> timedelta:
    """Seconds as the source system takes them, or a duration."""
    text = str(typed).strip()
    if text.endswith("ms"):
        text = f"0.{text.removesuffix('ms'):0>3}s" if text.removesuffix("ms").isdigit() and len(text) <= 5 else text
    try:
        span = parse_duration(text if text[-1:].isalpha() else f"{text}s")
    except ValueError:
        raise NotUsable(f"--{name}: write seconds, or a duration such as 500ms, 30s or 2m.") from None
    if span <= timedelta(0):
        raise NotUsable(f"--{name} must be longer than 0s.")
    return span


def _read(mix: Path | None) -> tuple[str, ...]:
    if mix is None:
        return ()
    try:
        raw = mix.read_bytes()[: _LONGEST_MIX + 1]
        lines = raw.decode().splitlines()
    except (OSError, UnicodeDecodeError):
        raise NotUsable(f"--mix: {mix} cannot be read as text.") from None
    if len(raw) > _LONGEST_MIX:
        raise NotUsable(f"--mix: {mix} is longer than {_LONGEST_MIX} bytes.")
    found = tuple(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))
    if not found:
        raise NotUsable(f"--mix: {mix} names no request.")
    return found


@contextmanager
def _bar(count: int) -> Iterator[OnSent | None]:
    """Something to tell how many were sent; it draws on a terminal alone."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Sending requests", total=count)
        yield lambda sent: progress.update(task, completed=sent)
