"""Who may do what: roles hold scopes, bindings give roles to people and machines (design 6). Default deny."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.actor import Actor, ActorKind, Standing

Scope = Annotated[str, Field(pattern=r"^([a-z]+:([a-z]+|\*)|\*)$")]


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Role(_Setting):
    """A set of scopes; `deploy:*` stands for every scope of its area."""

    scopes: tuple[Scope, ...] = Field(description="What holders of the role may do.")


class Binding(_Setting):
    """A role for these users, user groups and tokens; environments and services left out mean all."""

    role: str = Field(description="Name of a role above.")
    users: tuple[str, ...] = Field(default=(), description='Slack user ids; "*" stands for every full member.')
    usergroups: tuple[str, ...] = Field(default=(), description="Slack user group ids.")
    api_tokens: tuple[str, ...] = Field(default=(), description="Ids of API tokens.")
    environments: tuple[Literal["dev", "stg", "prod"], ...] | None = Field(default=None, description="Where it counts.")
    services: tuple[str, ...] | None = Field(default=None, description="For which services it counts.")


class LinkedPerson(_Setting):
    """One human behind several identities, so that four eyes stay four."""

    slack: str = Field(description="Slack user id.")
    logins: tuple[str, ...] = Field(default=(), description="Login names on the command line.")
    api_tokens: tuple[str, ...] = Field(default=(), description="Tokens that this person uses.")


class Rbac(_Setting):
    """The whole of rbac.yaml."""

    roles: dict[str, Role] = Field(default_factory=dict)
    bindings: tuple[Binding, ...] = ()
    people: tuple[LinkedPerson, ...] = ()


def covers(held: Iterable[str], needed: str) -> bool:
    """Whether a set of scopes grants the needed one, wildcards included."""
    area = needed.split(":", 1)[0]
    return any(scope in (needed, f"{area}:*", "*") for scope in held)


def roles_of(rbac: Rbac, actor: Actor, service: str, environment: str) -> frozenset[str]:
    """Names of the roles that the actor holds there. Only full members and tokens can hold one."""
    return frozenset(
        binding.role
        for binding in rbac.bindings
        if _counts_in(binding, service, environment) and _names(binding, actor)
    )


def scopes_of(rbac: Rbac, actor: Actor, service: str, environment: str) -> frozenset[str]:
    """Scopes that the actor's roles give there."""
    held = roles_of(rbac, actor, service, environment)
    return frozenset(scope for name in held if name in rbac.roles for scope in rbac.roles[name].scopes)


def holders_of(rbac: Rbac, scope: str, service: str, environment: str) -> tuple[Binding, ...]:
    """The bindings that give a scope there: the answer to "who can?"."""
    return tuple(
        binding
        for binding in rbac.bindings
        if _counts_in(binding, service, environment)
        and binding.role in rbac.roles
        and covers(rbac.roles[binding.role].scopes, scope)
    )


def person_of(rbac: Rbac, actor: Actor) -> str | None:
    """The Slack user id of the human behind an actor, or None when no human is known."""
    if actor.kind is ActorKind.SLACK:
        return actor.id if actor.standing is Standing.MEMBER else None
    for person in rbac.people:
        if actor.id in (person.logins if actor.kind is ActorKind.CLI else person.api_tokens):
            return person.slack
    return None


def _counts_in(binding: Binding, service: str, environment: str) -> bool:
    here = binding.environments is None or environment in binding.environments
    return here and (binding.services is None or service in binding.services)


def _names(binding: Binding, actor: Actor) -> bool:
    match actor.kind:
        case ActorKind.SLACK if actor.standing is Standing.MEMBER:
            grouped = not actor.groups.isdisjoint(binding.usergroups)
            return actor.id in binding.users or "*" in binding.users or grouped
        case ActorKind.TOKEN:
            return actor.id in binding.api_tokens
        case _:
            return False
