"""What operations asks of a process, without a token: whether it lives, whether it is ready, and its metrics."""

import asyncio
from collections.abc import Callable

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from bot.adapters.store.errors import StoreUnavailable
from bot.adapters.telemetry.metrics import CONTENT_TYPE
from bot.app import Core, Interlock
from bot.views.readiness import unready
from handlers.api import checks
from handlers.api.checks import Check, Result, SocketAge

PATIENCE = 5.0
"""Seconds that the database has for each check: an answer that comes too late is none."""


class Alive(BaseModel):
    """The process answers."""

    status: str = "alive"


class Reason(BaseModel):
    """Why a process is not ready, or works with a warning."""

    code: str
    message: str


class Readiness(BaseModel):
    """Whether a process can do its work."""

    status: str = Field(description="`ready` or `unready`.")
    reasons: tuple[Reason, ...] = Field(default=(), description="Why not; left out when ready.")
    warnings: tuple[Reason, ...] = Field(default=(), description="What else should be looked at; left out when empty.")
    checks: dict[str, str] = Field(default={}, description="With `explain`: what each check came to.")


def health(interlock: Interlock, socket_age: SocketAge | None) -> APIRouter:
    """The endpoints of operations."""
    router = APIRouter(tags=["operations"])

    @router.get("/healthz", summary="Whether the process lives")
    async def get_health() -> Alive:
        return Alive()

    @router.get(
        "/readyz",
        summary="Whether the process is ready",
        response_model=Readiness,
        responses={503: {"model": Readiness, "description": "Not ready, and why."}},
    )
    async def get_readiness(explain: bool = False) -> Response:
        found = await _look(interlock, socket_age)
        said = Readiness(
            status="unready" if any(one.result is Result.FAILED for one in found) else "ready",
            reasons=_reasons(found, Result.FAILED),
            warnings=_reasons(found, Result.WARNING),
            checks={one.name: one.result.value for one in found} if explain else {},
        )
        return Response(
            said.model_dump_json(exclude_defaults=True),
            status_code=200 if said.status == "ready" else 503,
            headers={"Cache-Control": "no-store"},
            media_type="application/json",
        )

    @router.get("/metrics", summary="Metrics in Prometheus' format", response_class=Response)
    async def get_metrics() -> Response:
        await _measure_queue(interlock.core)
        _measure_keys(interlock.core)
        return Response(interlock.core.metrics.exposition(), headers={"Content-Type": CONTENT_TYPE})

    return router


async def _look(interlock: Interlock, socket_age: SocketAge | None) -> tuple[Check, ...]:
    core = interlock.core
    late = Check("database", Result.FAILED, "database.unavailable")
    return (
        await _in_time(core, lambda: checks.database(core), late),
        await asyncio.to_thread(checks.keys, core),
        await _in_time(core, lambda: checks.clock(core, interlock.web.skew), Check("clock", Result.NOT_CHECKED)),
        checks.slack(interlock, socket_age),
        await asyncio.to_thread(checks.configuration, core),
    )


async def _in_time(core: Core, look: Callable[[], Check], late: Check) -> Check:
    try:
        async with asyncio.timeout(PATIENCE):
            return await core.store.call(look)
    except TimeoutError:
        return late


async def _measure_queue(core: Core) -> None:
    """The queue is everybody's: a process that carries nothing out itself still says how full it is."""

    def measure() -> None:
        now = core.clock.now()
        depth = core.store.depth(now)
        core.metrics.queue(depth.waiting, (now - depth.oldest_due).total_seconds() if depth.oldest_due else 0.0)

    try:
        async with asyncio.timeout(PATIENCE):
            await core.store.call(measure)
    except (TimeoutError, StoreUnavailable):
        return  # the other metrics are worth more than none


def _measure_keys(core: Core) -> None:
    if core.ring is not None:
        state = core.ring.state
        age = state.age(core.clock.now())
        core.metrics.keys(age.total_seconds() if age is not None else 0.0, state.problem is not None)


def _reasons(found: tuple[Check, ...], result: Result) -> tuple[Reason, ...]:
    return tuple(Reason(code=one.code, message=unready(one.code, one.about)) for one in found if one.result is result)
