"""Questions about no single release: an endpoint for each of the catalogue, and the ops cards (contracts 1.16)."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

import rfc8785
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from bot.app import Core
from bot.domain.actions import ACTIONS, Action, Kind
from bot.domain.actor import Actor
from bot.domain.asking import WINDOW, window_of
from bot.domain.command import Command, read_command
from bot.domain.ops_cards import ReasonTrends, TopImpact
from bot.domain.outcome import Outcome
from bot.domain.refusal import Code, Refusal
from bot.engine.dispatch import Request
from bot.engine.ops import Places
from bot.views.plain import plain
from bot.views.playbook import suggestion
from handlers.api.answers import VIA
from handlers.api.bodies import AS_LINE, line
from handlers.api.door import Asker, api_router
from handlers.api.errors import refusal_error
from handlers.api.road import unrefused

_MOST_BUCKETS = 400
_FRESH = "private, max-age=60"
_DESCRIBED: dict[int | str, dict[str, Any]] = {304: {"description": "As it was; see `If-None-Match`."}}

Span = Annotated[str, line(20, "A time span such as `24h` or `7d`, from an hour to 90 days."), AS_LINE]


class Asked(BaseModel):
    """What a question may be asked with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    window: Span = ""


class TrendsAsked(Asked):
    """What the card of trends may be asked with."""

    bucket: Annotated[str, line(20, "Length of one stretch; days, or hours for a short window."), AS_LINE] = ""
    top: int = Field(default=5, ge=1, le=20, description="How many reasons are told apart.")


class ImpactAsked(Asked):
    """What the card of impact may be asked with."""

    n: int = Field(default=5, ge=1, le=20, description="How many reasons.")


class Said(BaseModel):
    """The answer to a question, as people read it."""

    action: str
    message: str


class Card(BaseModel):
    """A card. `actions` suggests what to do next, by reason code."""

    actions: dict[str, str]


class TrendsCard(Card, ReasonTrends):
    """Which reasons stopped releases, and when."""


class ImpactCard(Card, TopImpact):
    """Which reasons weigh most."""


def asking(core: Core) -> APIRouter:
    """The endpoints of questions."""
    router = api_router(core)
    for row in ACTIONS.values():
        if row.kind is Kind.ASK:
            _add_question(router, core, row)
    return router


def ops(core: Core) -> APIRouter:
    """The ops cards, with an ETag that changes with their content alone."""
    router = api_router(core, "/ops/cards")

    @router.get("/reason-trends", summary="Which reasons stopped releases", responses=_DESCRIBED)
    async def reason_trends(asked: Annotated[TrendsAsked, Query()], actor: Asker, request: HttpRequest) -> TrendsCard:
        def made(places: Places, window: timedelta) -> TrendsCard:
            bucket = _bucket(asked.bucket, window)
            found = core.questions.ops.reason_trends(places, window, bucket, asked.top)
            return TrendsCard(actions=_actions(core, [one.code for one in found.top]), **found.model_dump())

        return await _card(core, actor, asked, request, made)  # type: ignore[return-value]  # the card, as a response

    @router.get("/top-impact", summary="Which reasons weigh most", responses=_DESCRIBED)
    async def top_impact(asked: Annotated[ImpactAsked, Query()], actor: Asker, request: HttpRequest) -> ImpactCard:
        def made(places: Places, window: timedelta) -> ImpactCard:
            found = core.questions.ops.top_impact(places, window, asked.n)
            return ImpactCard(actions=_actions(core, [one.code for one in found.items]), **found.model_dump())

        return await _card(core, actor, asked, request, made)  # type: ignore[return-value]  # the card, as a response

    return router


def _add_question(router: APIRouter, core: Core, row: Action) -> None:
    async def question(asked: Annotated[Asked, Query()], actor: Asker) -> Said:
        def answered() -> Said:
            command = _command(row.name, asked)
            outcome = unrefused(core.run(Request(command, actor, VIA)))
            return Said(action=row.name, message=plain(core.questions.answer(outcome, command)))

        return await core.store.call(answered)

    summary = row.summary[:1].upper() + row.summary[1:]
    router.add_api_route(f"/questions/{row.name}", question, methods=["GET"], summary=summary, name=row.name)


def _command(action: str, asked: Asked) -> Command:
    command = read_command(action, {"window": asked.window})
    if isinstance(command, Refusal):
        raise refusal_error(command)
    return command


async def _card(
    core: Core, actor: Actor, asked: Asked, request: HttpRequest, made: Callable[[Places, timedelta], Card]
) -> Response:
    def answered() -> Card:
        outcome: Outcome = unrefused(core.run(Request(_command("trends", asked), actor, VIA)))
        return made(outcome.places, window_of(asked.window) or WINDOW)

    card = (await core.store.call(answered)).model_dump(mode="json")
    tag = f'"{hashlib.sha256(rfc8785.dumps(card)).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": _FRESH, "Vary": "Authorization, Accept"}
    if _is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(rfc8785.dumps(card), headers=headers, media_type="application/json")


def _is_known(request: HttpRequest, tag: str) -> bool:
    """Whether the asker has this very card; compared weakly, as RFC 9110 13.1.2 says."""
    known = [one.strip().removeprefix("W/") for one in ",".join(request.headers.getlist("if-none-match")).split(",")]
    return tag in known or "*" in known


def _bucket(written: str, window: timedelta) -> timedelta | None:
    """The length of one stretch. Raises ApiError 422 for what is none, or makes too many of them."""
    if not written:
        return None
    bucket = window_of(written)
    if bucket is None or bucket > window or window // bucket > _MOST_BUCKETS:
        raise refusal_error(Refusal(code=Code.INVALID_INPUT, subject="bucket", detail="window", known=("1h", "1d")))
    return bucket


def _actions(core: Core, codes: list[str]) -> dict[str, str]:
    playbook = core.questions.ops.rules().playbook
    return {code: suggestion(code, playbook) for code in codes}
