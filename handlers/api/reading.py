"""Asking about releases: one, those of a place, all that are active, and a ledger line by line."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from bot.app import Core
from bot.domain.actor import Actor
from bot.domain.propose import environment_of
from bot.domain.refusal import Code, Refusal
from bot.domain.release import Release
from bot.domain.service import ENVIRONMENTS
from handlers.api.answers import ahead_of, blocker
from handlers.api.bodies import AS_LINE, ReleaseId, line, release_named
from handlers.api.detail import Lines, ReleaseDetail, ReleaseList, detail, ledger_line
from handlers.api.door import Asker, api_router
from handlers.api.errors import refusal_error
from handlers.api.road import ask

_HIGHEST = 2**53


class Places(BaseModel):
    """Which places to look at; without any, every active release is listed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: Annotated[str, line(63, "A service: its active release in each environment, or its newest."), AS_LINE] = ""
    environment: Annotated[str, line(63, "An environment, of one service or of all."), AS_LINE] = ""


class Page(BaseModel):
    """Which lines of a ledger."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after: int = Field(default=0, ge=0, le=_HIGHEST, description="Number of the last line that is known already.")
    limit: int = Field(default=200, ge=1, le=1000, description="How many lines at most.")


def reading(core: Core) -> APIRouter:
    """The endpoints that change nothing."""
    router = api_router(core)

    @router.get("/releases", summary="List releases")
    async def list_releases(places: Annotated[Places, Query()], actor: Asker) -> ReleaseList:
        return await core.store.call(lambda: _listed(core, actor, places))

    @router.get("/releases/{release_id}", summary="Show a release")
    async def get_release(release_id: ReleaseId, actor: Asker) -> ReleaseDetail:
        return await core.store.call(lambda: _shown(core, actor, release_named(release_id)))

    @router.get("/releases/{release_id}/events", summary="Read a release's ledger")
    async def list_events(release_id: ReleaseId, page: Annotated[Page, Query()], actor: Asker) -> Lines:
        return await core.store.call(lambda: _told(core, actor, release_named(release_id), page))

    return router


def _shown(core: Core, actor: Actor, name: str) -> ReleaseDetail:
    blockers = ask(core, actor, "why", name).blockers
    release = core.questions.release(name)
    if release is None:  # releases are never removed
        raise refusal_error(Refusal(code=Code.UNKNOWN_RELEASE, subject=name))
    return detail(core, release, tuple(blocker(one) for one in blockers))


def _told(core: Core, actor: Actor, name: str, page: Page) -> Lines:
    ask(core, actor, "status", name)
    with core.store.read() as reader:
        entries = reader.entries(name, page.after)
    shown = tuple(ledger_line(entry) for entry in entries[: page.limit])
    return Lines(id=name, events=shown, next=shown[-1].seq if len(entries) > page.limit else None)


def _listed(core: Core, actor: Actor, places: Places) -> ReleaseList:
    """Releases that the actor may not read are left out, as if they were not there."""
    core.reread()
    found = _found(core, places) if places.service or places.environment else core.questions.listing()
    asked = [(release, ahead_of(core, release.id, actor)) for release in found]
    return ReleaseList(releases=tuple(detail(core, one, ahead) for one, ahead in asked if ahead is not None))


def _found(core: Core, places: Places) -> tuple[Release, ...]:
    """The newest release of each place, which is the active one while there is one. Raises ApiError 404."""
    known = {one.service: one for one in core.catalogue.services()}
    if places.service and places.service not in known:
        raise refusal_error(Refusal(code=Code.UNKNOWN_SERVICE, subject=places.service, known=tuple(sorted(known))))
    services = [known[places.service]] if places.service else list(known.values())
    declared = [one for one in ENVIRONMENTS if any(one in service.environments for service in services)]
    environment = environment_of(places.environment)
    if environment and environment not in declared:
        refusal = Refusal(code=Code.UNKNOWN_ENVIRONMENT, subject=places.environment, known=tuple(declared))
        raise refusal_error(refusal)
    wanted = [environment] if environment else declared
    with core.store.read() as reader:
        found = [
            reader.latest(service.service, name)
            for service in services
            for name in wanted
            if name in service.environments
        ]
    there = [release for release in found if release is not None]
    return tuple(sorted(there, key=lambda release: release.opened_at, reverse=True))
