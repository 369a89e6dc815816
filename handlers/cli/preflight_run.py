"""Running the pre-flight checks, and saying what they came to; a check that could not be run is not GO."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.adapters.durable import replace_file
from bot.app import Core
from bot.domain.command import Command
from bot.domain.preflight import Checked
from bot.domain.refusal import Refusal
from bot.domain.reports import Preflighted
from bot.engine.dispatch import Request
from bot.engine.locate import NOWHERE
from handlers.cli.ask import refuse
from handlers.cli.exits import Exit
from handlers.cli.finding import COLUMNS, Finding, Health, row
from handlers.cli.log_reading import length_of
from handlers.cli.opening import opened, person_here
from handlers.cli.preflight_house import check_house
from handlers.cli.preflight_outside import check_outside
from handlers.cli.say import Say

_ANSWERS = {Exit.DONE: "GO", Exit.FAILED: "NO-GO", Exit.INFRASTRUCTURE: "NO-GO, could not complete"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed."""

    target: str
    post: bool
    url: str
    token: str
    max_skew: str
    report: Path | None


def run_preflight(say: Say, asked: Asked) -> int:
    """The exit code. Raises NotUsable, ConfigurationError and the store's errors."""
    limit = length_of(asked.max_skew, "--max-skew")
    with opened() as core:
        release = core.locate(Command(action="status", target=asked.target.strip()), NOWHERE) if asked.post else None
        if isinstance(release, Refusal):
            return refuse(say, release)
        with say.working("Looking"):
            outside = asyncio.run(check_outside(core, asked.url, asked.token, limit))
            found = [*check_house(core), *outside]
        came = verdict(found)
        if release is not None and (refused := _post(core, release.id, came, found)) is not None:
            return refuse(say, refused)
    data = {"decision": _ANSWERS[came], "checks": [_shape(one) for one in found]}
    if asked.report is not None:
        replace_file(asked.report, (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode())
    say.aside(f"Pre-flight: {_ANSWERS[came]}.")
    say.table(data, COLUMNS, [row(one) for one in found])
    return came


def verdict(found: Sequence[Finding]) -> Exit:
    """NO-GO counts before what could not be asked: it is the surer answer."""
    healths = {one.health for one in found}
    if Health.BAD in healths:
        return Exit.FAILED
    return Exit.INFRASTRUCTURE if healths & {Health.UNREACHABLE, Health.SKIPPED} else Exit.DONE


def _post(core: Core, release: str, came: Exit, found: Sequence[Finding]) -> Refusal | None:
    checks = tuple(Checked(name=one.check, health=one.health.value, found=one.found[:300]) for one in found)
    report = Preflighted(release, came is Exit.DONE, checks)
    return core.run(Request(report, person_here(), "cli")).refusal


def _shape(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.check,
        "status": finding.health.value,
        "message": finding.found,
        "advice": finding.advice,
    }
