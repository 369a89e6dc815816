"""What an actor holds: scopes and roles from rbac.yaml, or from the environment for the command line's own actor."""

from dataclasses import dataclass

from bot.domain.actor import Actor, ActorKind
from bot.domain.rbac import person_of, roles_of, scopes_of
from bot.ports import Catalogue


@dataclass(frozen=True, slots=True)
class Access:
    """Grants, asked anew at every request: a revoked one counts from the next command. `cli_scopes` come from
    DECISIONOS_ALLOW_SCOPES and belong to nobody but the command line's own actor."""

    catalogue: Catalogue
    cli_scopes: frozenset[str]

    def scopes(self, actor: Actor, service: str, environment: str) -> frozenset[str]:
        """Scopes held for that service and environment; none for Interlock itself, whose reports need none."""
        if actor.kind is ActorKind.CLI:
            return self.cli_scopes
        return scopes_of(self.catalogue.rbac(), actor, service, environment)

    def roles(self, actor: Actor, service: str, environment: str) -> frozenset[str]:
        """Role names held there."""
        return roles_of(self.catalogue.rbac(), actor, service, environment)

    def person(self, actor: Actor) -> str | None:
        """The human behind the actor, if one is known."""
        return person_of(self.catalogue.rbac(), actor)
