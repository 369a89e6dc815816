"""Who may ask about releases at large, and about which of them."""

from bot.domain.actor import Actor
from bot.domain.asking import unreadable
from bot.domain.command import Command
from bot.domain.outcome import Outcome
from bot.domain.rbac import Binding, covers, holders_of
from bot.domain.refusal import UNIDENTIFIED, Code, Refusal
from bot.engine.access import Access
from bot.ports import Catalogue


def admit(catalogue: Catalogue, access: Access, command: Command, actor: Actor) -> Outcome:
    """The places that a question may be answered from: those where the actor holds its scope, one at least."""
    scope = command.row.scope
    every = tuple((one.service, environment) for one in catalogue.services() for environment in one.environments)
    places = tuple(place for place in every if covers(access.scopes(actor, *place), scope))
    refusal = unreadable(command)
    if not places:
        detail = UNIDENTIFIED if actor.is_unidentified else ""
        refusal = Refusal(
            code=Code.MISSING_SCOPE, subject=scope, detail=detail, holders=_holders(catalogue, scope, every)
        )
    if refusal is not None:
        return Outcome(action=command.action, noop=command.noop, refusal=refusal)
    return Outcome(action=command.action, noop=command.noop, places=places)


def _holders(catalogue: Catalogue, scope: str, every: tuple[tuple[str, str], ...]) -> tuple[Binding, ...]:
    """Who holds a scope anywhere."""
    rbac = catalogue.rbac()
    return tuple(dict.fromkeys(one for place in every for one in holders_of(rbac, scope, *place)))
