"""From a body that was read to an answer: down the one road, in the store's own threads."""

from bot.app import Core
from bot.domain.actor import Actor
from bot.domain.command import Command, read_command
from bot.domain.outcome import Outcome
from bot.domain.refusal import Refusal
from bot.domain.reports import Measured
from bot.engine.dispatch import Request
from handlers.api.answers import VIA, Answer, answer_of
from handlers.api.bodies import ActionBody, Body, said
from handlers.api.errors import refusal_error
from handlers.api.keys import own_key


async def act(core: Core, actor: Actor, action: str, body: ActionBody, release: str = "", seen: str = "") -> Answer:
    """Ask for an action. Raises ApiError for a refusal."""
    command = read_command(action, body.values(), target=release, seen=seen, noop=body.noop)
    if isinstance(command, Refusal):
        raise refusal_error(command)
    return await core.store.call(lambda: _carried_out(core, actor, command, body, release))


async def report(core: Core, actor: Actor, measured: Measured, body: Body) -> Answer:
    """Hand in evidence. Raises ApiError for a refusal."""
    return await core.store.call(lambda: _carried_out(core, actor, measured, body, measured.release))


def ask(core: Core, actor: Actor, question: str, release: str) -> Outcome:
    """Ask about a release. Raises ApiError for a refusal. Blocking."""
    return unrefused(core.run(Request(Command(action=question, target=release), actor, VIA)))


def _carried_out(core: Core, actor: Actor, command: Command | Measured, body: Body, release: str) -> Answer:
    writes = not (isinstance(body, ActionBody) and body.noop)
    name = command.action if isinstance(command, Command) else "evidence"
    key = own_key(core, actor, body.key, [name, release, said(body)]) if writes else ""
    outcome = unrefused(core.run(Request(command, actor, VIA, key)))
    return answer_of(core, outcome, actor)


def unrefused(outcome: Outcome) -> Outcome:
    """The outcome of a request that went. Raises ApiError for a refusal."""
    if outcome.refusal is not None:
        raise refusal_error(outcome.refusal)
    return outcome
