"""Looking around: everything that a decision needs to see, read inside its transaction."""

from datetime import datetime

from bot.domain.actor import Actor
from bot.domain.release import Release
from bot.domain.situation import Situation
from bot.engine.access import Access
from bot.gates import judge_all
from bot.ports import Catalogue, Reader


def survey(
    reader: Reader, catalogue: Catalogue, access: Access, release: Release, actor: Actor, now: datetime
) -> Situation:
    """The situation of a release for an actor at a moment."""
    active = reader.active(release.service, release.environment)
    return Situation(
        release=release,
        actor=actor,
        scopes=access.scopes(actor, release.service, release.environment),
        roles=access.roles(actor, release.service, release.environment),
        person=access.person(actor),
        rbac=catalogue.rbac(),
        judgements=judge_all(release, now),
        lives=reader.live(release.service, release.environment),
        followed=_followed(reader, release),
        rival=active if active is not None and active.id != release.id else None,
        now=now,
    )


def _followed(reader: Reader, release: Release) -> bool:
    """Whether the environment before has this very version, and artifact where both name one, done (design 6)."""
    if release.plan.follows is None:
        return True
    before = reader.done(release.service, release.plan.follows, release.version)
    if before is None:
        return False
    return not (release.artifact and before.artifact) or release.artifact == before.artifact
