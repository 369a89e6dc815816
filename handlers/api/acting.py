"""Asking for something: an endpoint for every action of the catalogue, and one for evidence."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from bot.app import Core
from bot.domain.actions import ACTIONS, Action
from bot.domain.evidence import CheckResult
from bot.domain.refusal import Code, Refusal
from bot.domain.reports import Measured
from handlers.api.answers import Answer
from handlers.api.bodies import ActionBody, EvidenceBody, ReleaseActionBody, ReleaseId, body_of, release_named
from handlers.api.door import Asker, api_router
from handlers.api.errors import refusal_error
from handlers.api.road import act, report

ON_RELEASES = tuple(row for row in ACTIONS.values() if row.on_release)


def acting(core: Core) -> APIRouter:
    """The endpoints that change something, or would."""
    router = api_router(core)
    _add_opening(router, core, ACTIONS["open"])
    for row in ON_RELEASES:
        _add_action(router, core, row)
    _add_unknown(router)
    _add_evidence(router, core)
    return router


def _add_opening(router: APIRouter, core: Core, row: Action) -> None:
    async def open_release(body: ActionBody, actor: Asker, response: Response) -> Answer:
        answer = await act(core, actor, row.name, body)
        if answer.id is not None:
            response.status_code = 201
            response.headers["Location"] = f"/v1/releases/{answer.id}"
        return answer

    _takes(open_release, body_of(row, ActionBody))
    opened: dict[int | str, dict[str, Any]] = {201: {"model": Answer, "description": "Opened."}}
    router.add_api_route("/releases", open_release, methods=["POST"], summary=_title(row), responses=opened)


def _add_action(router: APIRouter, core: Core, row: Action) -> None:
    async def on_release(release_id: ReleaseId, body: ReleaseActionBody, actor: Asker) -> Answer:
        return await act(core, actor, row.name, body, release_named(release_id), body.seen)

    _takes(on_release, body_of(row, ReleaseActionBody))
    path = f"/releases/{{release_id}}/actions/{row.name}"
    name = f"{row.name}_release"
    router.add_api_route(path, on_release, methods=["POST"], summary=_title(row), name=name, operation_id=name)


def _add_unknown(router: APIRouter) -> None:
    async def unknown_action(release_id: ReleaseId, action: str, actor: Asker) -> Answer:
        known = tuple(row.name for row in ON_RELEASES)
        raise refusal_error(Refusal(code=Code.UNKNOWN_ACTION, subject=action[:80], known=known))

    path = "/releases/{release_id}/actions/{action}"
    router.add_api_route(path, unknown_action, methods=["POST"], include_in_schema=False)


def _add_evidence(router: APIRouter, core: Core) -> None:
    @router.post("/releases/{release_id}/evidence", summary="Post the result of a check")
    async def post_evidence(release_id: ReleaseId, body: EvidenceBody, actor: Asker) -> Answer:
        fact = CheckResult(producer=actor.name, **body.model_dump(exclude={"key"}))
        return await report(core, actor, Measured(release_named(release_id), (fact,)), body)


def _takes(endpoint: Any, body: type[ActionBody]) -> None:
    """FastAPI reads an endpoint's body from its annotation."""
    endpoint.__annotations__["body"] = body


def _title(row: Action) -> str:
    return row.summary[:1].upper() + row.summary[1:]
