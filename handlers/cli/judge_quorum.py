"""Asking judges from the command line, counting their votes, and keeping them."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.adapters.clock import SystemClock
from bot.adapters.config.providers_file import configured_providers, read_providers
from bot.adapters.config.slo_file import read_slo
from bot.adapters.durable import replace_file
from bot.adapters.evidence.files import load, read_snapshot
from bot.adapters.evidence.keys import checkers
from bot.adapters.evidence.merge import merge
from bot.adapters.evidence.sealed import seal_path
from bot.adapters.judges.opinion import Judging
from bot.adapters.judges.panel import Heard, Panel
from bot.adapters.keys.configured import open_ring
from bot.domain.quorum import Quorum, parse_quorum
from bot.domain.rbac import covers
from bot.domain.refusal import Code, Refusal
from bot.domain.service import Provider
from bot.domain.service.quorum import PROVIDERS_FILE
from bot.domain.slo import SloDocument
from bot.domain.tally import Tally, count_votes
from bot.evidence.envelope import parse_envelope
from bot.evidence.hashes import content_hash
from bot.evidence.judged import attach, judges_of
from bot.evidence.measured import Judges
from bot.evidence.question import Question, question_of
from bot.gates.opinion import opinion
from bot.settings import Settings
from handlers.cli.ask import refuse
from handlers.cli.exits import Exit
from handlers.cli.failures import NoQuorum, NotUsable
from handlers.cli.log_reading import length_of
from handlers.cli.opening import read_settings
from handlers.cli.quorum_words import lines
from handlers.cli.say import Say
from handlers.cli.seal_keys import public_half

SCOPE = "judge:run"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed."""

    slo: Path | None
    evidence: Path | None
    providers: Path | None
    quorum: str
    attach: bool
    out: Path | None
    deadline: str


def ask_judges(say: Say, asked: Asked) -> int:
    """`judge quorum`. Raises NotUsable, NoQuorum, ConfigurationError, EvidenceMissing, DocumentFlawed and OSError."""
    if asked.slo is None or asked.evidence is None:
        raise NotUsable("Name the SLO file with --slo and the evidence with --evidence.")
    settings = read_settings()
    if not covers(settings.allow_scopes, SCOPE):
        return refuse(say, Refusal(code=Code.MISSING_SCOPE, subject=SCOPE))
    slo = read_slo(asked.slo)
    rule = _rule(asked.quorum, slo, asked.slo)
    providers = _providers(asked.providers, settings, rule)
    snapshot = read_snapshot(asked.evidence)
    question = question_of("", snapshot, slo, _seal(asked.evidence))
    heard = asyncio.run(_hear(settings, providers, question, asked.deadline))
    fail_closed = slo.quorum is None or slo.quorum.fail_closed_on_degrade
    tally = count_votes(rule, fail_closed, [one.ballot for one in heard])
    judges = judges_of(tally, {one.ballot.provider: one.envelope for one in heard if one.envelope is not None})
    if asked.attach:
        merge(asked.evidence, lambda found: attach(found, judges), expected=content_hash(snapshot))
    data = _shape(judges, question)
    if asked.out is not None:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        replace_file(asked.out, (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode())
    say.result(data, "\n".join(lines(tally, fail_closed, asked.evidence if asked.attach else None)))
    return _exit(tally)


def _seal(evidence: Path) -> bytes | None:
    """The seal beside the evidence, for judges whose SLO wants one. Raises DocumentFlawed for a file that is none."""
    path = seal_path(evidence)
    if not path.exists():
        return None
    raw = load(path)
    parse_envelope(raw)
    return raw


def _exit(tally: Tally) -> Exit:
    """A failed vote is a failed gate; where nobody voted, nothing was judged."""
    if tally.final == "pass":
        return Exit.DONE
    return Exit.FAILED if tally.votes else Exit.INFRASTRUCTURE


def _rule(written: str, slo: SloDocument, path: Path) -> Quorum:
    """How many of how many: as typed, which may not be weaker than the SLO file, or as that says. Raises NotUsable."""
    block = slo.quorum
    if not written:
        if block is None:
            raise NotUsable(f"{path} names no quorum. Say --quorum, such as 2/3.")
        return Quorum(block.k, block.n)
    try:
        rule = parse_quorum(written)
    except ValueError as error:
        raise NotUsable(f"--quorum: {error}") from None
    if block is not None and rule.is_weaker_than(block):
        raise NotUsable(f"--quorum {rule} is weaker than the {block.k}/{block.n} of {path}.")
    return rule


def _providers(path: Path | None, settings: Settings, rule: Quorum) -> tuple[Provider, ...]:
    """The judges, as many as are asked. Raises NoQuorum, NotUsable and ConfigurationError."""
    if path is not None:
        if not path.is_file():
            raise NotUsable(f"There is no file {path} that names judges.")
        found = read_providers(path)
    else:
        found = configured_providers(settings.config)
    if not found:
        raise NoQuorum(
            f"quorum.no_providers: no judges are configured, and {rule.n} of this program would be one judge asked "
            f"{rule.n} times. Name judges in {settings.config / PROVIDERS_FILE} or with --providers; "
            "`judge slo` judges without a quorum."
        )
    if len(found) != rule.n:
        raise NoQuorum(f"quorum.provider_count: {rule} asks {rule.n} judges, and {len(found)} are configured.")
    return found


async def _hear(
    settings: Settings, providers: tuple[Provider, ...], question: Question, deadline: str
) -> tuple[Heard, ...]:
    clock = SystemClock()
    ring = open_ring(settings, clock.now)
    keys = checkers(ring, public_half())
    async with aiohttp.ClientSession() as session:
        panel = Panel(session, Judging(opinion, ring, keys, clock))
        return await panel.ask(providers, question, length_of(deadline, "--deadline"))


def _shape(judges: Judges, question: Question) -> dict[str, Any]:
    digests = {"evidence_sha256": question.evidence_digest, "slo_sha256": question.slo_digest}
    return judges.model_dump(mode="json", exclude_unset=True) | digests
