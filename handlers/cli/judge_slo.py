"""`judge slo`: one judgement of an evidence document by an SLO file, and the seal beside it looked at."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from bot.adapters.clock import SystemClock
from bot.adapters.config.slo_file import read_slo
from bot.adapters.durable import replace_file
from bot.adapters.evidence.files import EvidenceMissing, read_snapshot
from bot.adapters.evidence.sealed import check_file, seal_path
from bot.domain.slo import SloDocument
from bot.domain.verdict import Verdict
from bot.evidence.block import moment
from bot.evidence.document import DocumentFlawed
from bot.evidence.seal import Check
from bot.gates.document import judge_document
from bot.gates.document_itself import Sealed
from bot.settings import ConfigurationError, Problem
from handlers.cli.exits import Exit
from handlers.cli.failures import NotUsable
from handlers.cli.flaw_words import sentence
from handlers.cli.judge_words import Judged, lines, shape
from handlers.cli.log_reading import length_of
from handlers.cli.say import Say
from handlers.cli.seal_keys import keys_here

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed."""

    slo: Path | None
    evidence: Path | None
    last_good: Path | None
    max_age: str
    at: str
    public: Path | None
    out: Path | None


def judge_it(say: Say, asked: Asked) -> int:
    """Judge. Raises NotUsable, ConfigurationError with the mistakes of all files, and OSError."""
    if asked.slo is None or asked.evidence is None:
        raise NotUsable("Name the SLO file with --slo and the evidence with --evidence.")
    age = length_of(asked.max_age, "--max-age") if asked.max_age else None
    now = _moment(asked.at)
    problems: list[Problem] = []
    slo = _read(read_slo, asked.slo, problems)
    snapshot = _read(read_snapshot, asked.evidence, problems)
    before = _read(read_snapshot, asked.last_good, problems) if asked.last_good else None
    if slo is None or snapshot is None or problems:
        raise ConfigurationError(tuple(problems))
    sealed, check = _sealed(asked.evidence, asked.public)
    judged = Judged(asked.slo, slo, asked.evidence, snapshot, sealed, check, now)
    judgement = judge_document(_aged(slo, age), snapshot, now, sealed, before)
    data = shape(judged, judgement)
    if asked.out is not None:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        replace_file(asked.out, (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode())
    say.result(data, "\n".join(lines(judged, judgement)))
    return Exit.DONE if judgement.verdict is Verdict.PASS else Exit.FAILED


def _moment(text: str) -> datetime:
    try:
        return moment(text) if text else SystemClock().now()
    except ValueError:
        raise NotUsable("--at is a moment such as 2026-03-02T10:00:00Z.") from None


def _read(read: Callable[[Path], R], path: Path, problems: list[Problem]) -> R | None:
    """The file, or None with its mistakes noted: whoever mends files wants to hear of all at once."""
    try:
        return read(path)
    except ConfigurationError as error:
        problems += error.problems
    except DocumentFlawed as flawed:
        problems += [Problem(str(path), one.place, sentence(one)) for one in flawed.flaws]
    except EvidenceMissing:
        problems.append(Problem(str(path), "", "does not exist"))
    return None


def _aged(slo: SloDocument, typed: timedelta | None) -> SloDocument:
    """The file with the stricter of its own age limit and the one that was typed."""
    if typed is None:
        return slo
    seconds = max(1, int(typed.total_seconds()))
    return slo.model_copy(update={"max_age_sec": min(seconds, slo.max_age_sec or seconds)})


def _sealed(evidence: Path, public: Path | None) -> tuple[Sealed, Check | None]:
    """What is known of the seal beside the document, and what its check found."""
    if not seal_path(evidence).exists():
        return Sealed.NO, None
    keys = keys_here(public)
    check = check_file(evidence, keys)
    if not check.sound:
        return Sealed.BROKEN, check
    return (Sealed.SOUND if keys else Sealed.UNCHECKED), check
