"""Sending one action down the one road, and telling what came of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.domain.actions import ACTIONS, Action
from bot.domain.command import Command, read_command
from bot.domain.outcome import Outcome
from bot.domain.rbac import covers
from bot.domain.refusal import Code, Refusal
from bot.domain.release import Release
from bot.domain.states import State
from bot.engine.dispatch import Request
from bot.views.plain import plain, words
from bot.views.refusals import hint, sentence
from bot.views.states import heading, named
from handlers.cli.exits import Exit, exit_of
from handlers.cli.opening import login_name, opened, person_here
from handlers.cli.say import Say
from handlers.cli.shapes import release_shape
from handlers.cli.shift_mark import advice, nobody_works
from handlers.targets import placed, split_target

if TYPE_CHECKING:
    from bot.app import Core


_SLACK_LATER = "Slack is told as soon as an Interlock runs that has a SLACK_BOT_TOKEN."
_SCOPES = "On the command line, scopes come from INTERLOCK_ALLOW_SCOPES (or DECISIONOS_ALLOW_SCOPES)."
_NEXT = "What comes next needs a running Interlock: start `interlock serve`."
_WAYS_BACK = ("rollback", "abort")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed behind an action."""

    target: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    noop: bool = False
    key: str = ""
    carry_out: bool = False


def ask(say: Say, row: Action, asked: Asked) -> int:
    """Ask for an action; the exit code says what came of it."""
    command = _read(row, asked)
    if isinstance(command, Refusal):
        return refuse(say, command)
    with opened() as core:
        outcome = core.run(Request(command, person_here(), "cli", own_key(asked.key, command.model_dump_json())))
        if asked.carry_out and outcome.accepted and not outcome.noop:
            return _carry_out(say, core, outcome)
        return _tell(say, core, command, outcome)


def refuse(say: Say, refusal: Refusal, message: str = "", **more: Any) -> int:
    """Tell a refusal; its exit code."""
    said, advice = (message, "") if message else (words(sentence(refusal)), words(hint(refusal)))
    if refusal.code is Code.MISSING_SCOPE:
        advice = " ".join(filter(None, (advice, _SCOPES)))
    say.trouble(refusal.code.value, said, advice, **more)
    return exit_of(refusal)


def own_key(key: str, asked: str) -> str:
    """A key that is this login's own and holds for one request alone: the same key on another one is another key."""
    return f"cli:{login_name()}:{key}:{hashlib.sha256(asked.encode()).hexdigest()[:16]}" if key else ""


def may_read(say: Say, core: "Core") -> int | None:
    """None for whoever may read releases here; else the exit code of the refusal, which is told."""
    if covers(core.settings.allow_scopes, ACTIONS["status"].scope):
        return None
    return refuse(say, Refusal(code=Code.MISSING_SCOPE, subject=ACTIONS["status"].scope))


def _read(row: Action, asked: Asked) -> Command | Refusal:
    """The words as a command, put where the action's row wants them."""
    values, names = dict(asked.values), [one.name for one in placed(row)]
    typed = [word for word in (asked.target, *(values.pop(name, "") for name in names)) if word]
    target, words = split_target(row, typed)
    values |= dict(zip(names, words, strict=False))
    return read_command(row.name, values, target=target, noop=asked.noop)


def _tell(say: Say, core: "Core", command: Command, outcome: Outcome) -> int:
    row = command.row
    release = core.questions.release(outcome.release) if outcome.release else None
    text = plain(core.questions.answer(outcome, command))
    data = _data(core, outcome, release)
    if outcome.refusal is not None:
        return refuse(say, outcome.refusal, text, **data)
    if row.asks or outcome.noop:
        say.result(data | {"message": text}, text)
        return _answered(row, outcome)
    aside = advice(core.settings)
    say.result(data | {"message": text, "carried_out": False}, f"{text}\n{aside}")
    return Exit.DONE


def _carry_out(say: Say, core: "Core", outcome: Outcome) -> int:
    """Carry out what follows, and tell where the release stands then."""
    from handlers.cli.carry_out import carry_out

    asked = plain(core.questions.answer(outcome))
    with say.working("Carrying out"):
        release = carry_out(core, outcome.release)
    stands = words(f"{named(release)}: {heading(release, core.questions.judged(release), core.clock.now())}.")
    told = [asked, stands] + ([] if core.settings.slack_bot_token else [_SLACK_LATER])
    told += [_NEXT] if release.state in (State.BAKING, State.VERIFYING) and nobody_works(core.settings) else []
    say.result(_data(core, outcome, release) | {"message": stands, "carried_out": True}, "\n".join(told))
    return _stands(outcome, release)


def _stands(outcome: Outcome, release: Release) -> int:
    """Traffic that nobody knows where it is, is trouble; a step that had to be taken back has failed."""
    if release.in_doubt or release.state in (State.ROLLING, State.ROLLING_BACK, State.FAILED):
        return Exit.INFRASTRUCTURE
    return Exit.FAILED if release.state is State.ROLLED_BACK and outcome.action not in _WAYS_BACK else Exit.DONE


def _answered(row: Action, outcome: Outcome) -> int:
    """A question is answered with 0, except that `gates` says with its exit code whether they let the release go on."""
    shut = any(one.code is Code.GATE_NOT_PASSED for one in outcome.blockers)
    return Exit.FAILED if row.name == "gates" and shut else Exit.DONE


def _data(core: "Core", outcome: Outcome, release: Release | None) -> dict[str, Any]:
    asked = outcome.noop or outcome.refusal is not None or ACTIONS[outcome.action].asks
    shown = release_shape(core, release, outcome.blockers if asked else None) if release is not None else {}
    more = {"action": outcome.action, "happened": list(outcome.happened)}
    return shown | more | {"noop": outcome.noop, "replayed": outcome.replayed}
