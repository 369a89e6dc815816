"""Reading a check result and handing it in; what may be said of one is what the HTTP API takes."""

from dataclasses import asdict, dataclass

from pydantic import ValidationError

from bot.domain.command import Command
from bot.domain.evidence import CheckResult
from bot.domain.refusal import Code, Refusal
from bot.domain.reports import Measured
from bot.engine.dispatch import Request
from bot.engine.locate import NOWHERE
from bot.views.api_errors import Mistake, mistaken
from bot.views.plain import plain
from bot.views.reading import gates
from handlers.api.bodies import EvidenceBody
from handlers.cli.ask import own_key, refuse
from handlers.cli.exits import Exit
from handlers.cli.opening import opened, person_here
from handlers.cli.say import Say
from handlers.cli.shapes import release_shape


@dataclass(frozen=True, slots=True)
class Result:
    """A check result as typed; `observed_at` empty for now."""

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
        now = core.clock.now()
        given = {name: value for name, value in asdict(typed).items() if value}
        try:
            body = EvidenceBody.model_validate({"observed_at": now.isoformat()} | given)
        except ValidationError as error:
            return _unreadable(say, [_mistake(one["loc"], one) for one in error.errors(include_input=False)])
        release = core.locate(Command(action="status", target=target.strip()), NOWHERE)
        if isinstance(release, Refusal):
            return refuse(say, release)
        fact = CheckResult(producer=person_here().name, **body.model_dump(exclude={"key"}))
        named = own_key(key, f"{release.id} {body.model_dump_json(exclude=None if typed.observed_at else _MOMENT)}")
        outcome = core.run(Request(Measured(release.id, (fact,)), person_here(), "cli", named))
        if outcome.refusal is not None:
            return refuse(say, outcome.refusal)
        after = core.questions.release(release.id) or release
        text = plain(gates(after, core.questions.judged(after), core.clock.now()))
        data = release_shape(core, after) | {"happened": list(outcome.happened), "replayed": outcome.replayed}
    say.result(data, text)
    return Exit.DONE


_MOMENT = {"observed_at"}
"""What makes two requests differ although the same was typed."""


def _unreadable(say: Say, mistakes: list[Mistake]) -> int:
    """Every field that cannot be read, at once."""
    message, _ = mistaken(mistakes)
    say.trouble(Code.INVALID_INPUT.value, message, "See `interlock evidence post --help`.")
    return Exit.INVALID


def _mistake(place: tuple[int | str, ...], found: object) -> Mistake:
    about = found if isinstance(found, dict) else {}
    otherwise = str(about.get("msg", "")).replace("{", "(").replace("}", ")")
    return Mistake(".".join(map(str, place)), str(about.get("type")), about.get("ctx") or {}, otherwise)
