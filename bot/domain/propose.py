"""Opening a release: what stands in the way, and the event that begins its stream; pure."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.actions import ACTIONS
from bot.domain.actor import Actor
from bot.domain.command import Command
from bot.domain.events import Event, QuorumReached, ReleaseOpened
from bot.domain.intent import Live
from bot.domain.plan import Plan, digest_of
from bot.domain.rbac import Rbac, covers, holders_of
from bot.domain.refusal import UNIDENTIFIED, Code, Refusal
from bot.domain.release import Release
from bot.domain.service import ALIASES, ENVIRONMENTS, ServiceConfig
from bot.domain.versions import UnknownVersion, parse_version


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything that opening looks at. `known` are the services that configuration names; `rival` is the active
    release of the same service and environment; `policy` is the hash of the rules that count now."""

    service: ServiceConfig | None
    known: tuple[str, ...]
    plan: Plan | None
    tags: tuple[str, ...]
    actor: Actor
    person: str | None
    scopes: frozenset[str]
    rbac: Rbac
    policy: str
    lives: tuple[Live, ...]
    rival: Release | None
    now: datetime


def environment_of(word: str) -> str:
    """The environment's own name; `staging` and `production` are read, never written (design 1)."""
    return ALIASES.get(word.lower(), word.lower())


def opening(opened: ReleaseOpened) -> tuple[Event, ...]:
    """The events that begin a stream: where nobody has to agree, everybody has."""
    return (opened, QuorumReached()) if opened.plan.approvals.count == 0 else (opened,)


def propose(command: Command, at: Proposal) -> ReleaseOpened | Refusal:
    """The opening event, or the first thing that stands in its way."""
    if at.service is None:
        return Refusal(code=Code.UNKNOWN_SERVICE, subject=command.service, known=at.known)
    environment = environment_of(command.environment)
    if at.plan is None:
        known = tuple(name for name in ENVIRONMENTS if name in at.service.environments)
        return Refusal(code=Code.UNKNOWN_ENVIRONMENT, subject=command.environment, known=known)
    scope = ACTIONS["open"].scope
    if not covers(at.scopes, scope):
        holders = holders_of(at.rbac, scope, at.service.service, environment)
        detail = UNIDENTIFIED if at.actor.is_unidentified else ""
        return Refusal(code=Code.MISSING_SCOPE, subject=scope, detail=detail, holders=holders)
    try:
        version = parse_version(command.version, at.tags).text
    except UnknownVersion:
        return Refusal(code=Code.UNKNOWN_VERSION, subject=command.version, known=("vX.Y.Z", *at.tags))
    if at.rival is not None:
        return Refusal(code=Code.ALREADY_ACTIVE, subject=at.rival.version, release=at.rival.id)
    live = at.lives[0].version if at.lives else at.plan.baseline
    if live == version:
        return Refusal(code=Code.ALREADY_LIVE, subject=version, detail=environment)
    return ReleaseOpened(
        service=at.service.service,
        environment=environment,
        version=version,
        artifact=command.digest,
        requester=at.actor,
        person=at.person,
        reason=command.reason,
        channel=dict(at.service.channels.items())[environment],  # type: ignore[index]  # the plan proves the key
        previous=live,
        plan=at.plan,
        policy=at.policy,
        digest=digest_of(version, command.digest, at.plan, at.policy),
        expires_at=at.now + at.plan.approvals.expires,
    )
