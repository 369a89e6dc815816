"""Reading a check result and handing it in."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from pydantic import ValidationError

from bot.domain.command import Command
from bot.domain.evidence import CheckResult
from bot.domain.refusal import Code, Refusal
from bot.domain.reports import Measured
from bot.engine.dispatch import Request
from bot.engine.locate import NOWHERE
from bot.views.plain import plain, words
from bot.views.reading import gates
from handlers.cli.ask import refuse
from handlers.cli.exits import Exit
from handlers.cli.opening import login_name, opened, person_here
from handlers.cli.say import Say
from handlers.cli.shapes import release_shape

STATUSES = ("pass", "fail", "pending")
_LONGEST = 3000


@dataclass(frozen=True, slots=True)
class Result:
    """A check result as typed."""

    gate: str
    version: str
    status: str
    url: str = ""
    summary: str = ""
    digest: str = ""
    observed_at: str = ""


def hand_in(say: Say, target: str, typed: Result, key: str) -> int:
    """Send it down the one road; the exit code."""
    with opened() as core:
        fact = read_result(typed, person_here().name, core.clock.now())
        if isinstance(fact, Refusal):
            return refuse(say, fact)
        release = core.locate(Command(action="status", target=target.strip()), NOWHERE)
        if isinstance(release, Refusal):
            return refuse(say, release)
        key = f"cli:{login_name()}:{key}" if key else ""
        outcome = core.run(Request(Measured(release.id, (fact,)), person_here(), "cli", key))
        if outcome.refusal is not None:
            return refuse(say, outcome.refusal)
        now = core.questions.release(release.id) or release
        judged = core.questions.judged(now)
        text = words(plain(gates(now, judged, core.clock.now())))
    say.result(release_shape(now, judged) | {"accepted": True, "replayed": outcome.replayed}, text)
    return Exit.DONE


def read_result(typed: Result, producer: str, now: datetime) -> CheckResult | Refusal:
    """The result as a fact, or what is wrong with it."""
    for name in ("gate", "version", "status"):
        if not getattr(typed, name).strip():
            known = STATUSES if name == "status" else ()
            return Refusal(code=Code.INVALID_INPUT, subject=name, detail="missing", known=known)
    if typed.status not in STATUSES:
        return Refusal(code=Code.INVALID_INPUT, subject="status", detail="not_a_choice", known=STATUSES)
    if long := next((name for name, value in asdict(typed).items() if len(value) > _LONGEST), None):
        return Refusal(code=Code.INVALID_INPUT, subject=long, detail="too_long", known=(str(_LONGEST),))
    at = _moment(typed.observed_at, now)
    if isinstance(at, Refusal):
        return at
    try:
        return CheckResult.model_validate(asdict(typed) | {"observed_at": at, "producer": producer})
    except ValidationError as error:
        return Refusal(code=Code.INVALID_INPUT, subject=str(error.errors()[0]["loc"][0]))


def _moment(text: str, now: datetime) -> datetime | Refusal:
    """A moment with its offset from UTC, not in the future; now when nothing is said."""
    if not text.strip():
        return now
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return Refusal(code=Code.INVALID_INPUT, subject="observed_at", detail="write it like 2026-03-03T10:00:00Z")
    if at.tzinfo is None:
        return Refusal(code=Code.INVALID_INPUT, subject="observed_at", detail="it has no offset; add Z for UTC")
    if at.astimezone(UTC) > now:
        return Refusal(code=Code.INVALID_INPUT, subject="observed_at", detail="it lies in the future")
    return at.astimezone(UTC)
