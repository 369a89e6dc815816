"""The door of `/api/<method>`: reads the body in any encoding, checks the token, applies faults and limits, logs."""

from __future__ import annotations

import asyncio
import json
import time
from email.utils import formatdate

from aiohttp import web

from bot.sandbox import seed
from bot.sandbox.core import Core
from bot.sandbox.misbehave import Fault
from bot.sandbox.model import Json
from bot.sandbox.webapi.call import ApiError, Call, RateLimited
from bot.sandbox.webapi.catalogue import METHODS, Method


class Entrance:
    def __init__(self, core: Core) -> None:
        self.core = core

    async def handle(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        args: Json = {}
        status, answer, fault = 200, {}, None
        try:
            args = await _arguments(request)
            method = METHODS.get(name)
            if method is None:
                raise ApiError("unknown_method", req_method=name)
            self._authenticate(request, args, method)
            fault = self.core.faults.take_api(name, "ratelimited", "server_error", "error", "slow", "lost_answer")
            if fault is not None:
                await self._before(fault)
            answer = {"ok": True, **self._run(name, method, args)}
        except ApiError as refusal:
            answer = {"ok": False, "error": refusal.error, **refusal.extra}
        except RateLimited as limit:
            status, answer = 429, {"ok": False, "error": "ratelimited"}
            return self._answer(name, args, status, answer, {"Retry-After": str(limit.seconds)})
        except _ServerError as broken:
            self._log(name, args, broken.status, None)
            return web.Response(status=broken.status, text="upstream error", headers=self._headers(name))
        if fault is not None and fault.kind == "lost_answer":
            self._log(name, args, status, answer.get("error"), lost=True)
            return _cut(request)
        return self._answer(name, args, status, answer)

    def _run(self, name: str, method: Method, args: Json) -> Json:
        call = Call(name, args, self.core.granted())
        if wait := self.core.limits.wait(name, method.tier):
            raise RateLimited(wait)
        call.need(*method.scopes)
        return method.run(self.core, call)

    def _authenticate(self, request: web.Request, args: Json, method: Method) -> None:
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        token = bearer.strip() if scheme.lower() == "bearer" else str(args.get("token") or "")
        args.pop("token", None)
        if not token:
            raise ApiError("not_authed")
        if token not in (seed.BOT_TOKEN, seed.APP_TOKEN):
            raise ApiError("invalid_auth")
        if (token == seed.APP_TOKEN) != method.app_token:
            raise ApiError("not_allowed_token_type")

    async def _before(self, fault: Fault) -> None:
        if fault.kind == "ratelimited":
            raise RateLimited(fault.retry_after)
        if fault.kind == "server_error":
            raise _ServerError(fault.status)
        if fault.kind == "error":
            raise ApiError(fault.error)
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)

    def _answer(
        self, name: str, args: Json, status: int, answer: Json, headers: dict[str, str] | None = None
    ) -> web.Response:
        self._log(name, args, status, answer.get("error"))
        return web.json_response(answer, status=status, headers=self._headers(name) | (headers or {}))

    def _headers(self, name: str) -> dict[str, str]:
        method = METHODS.get(name)
        skew = self.core.faults.skew("clock_skew")
        return {
            "Date": formatdate(time.time() + skew, usegmt=True),
            "X-OAuth-Scopes": ",".join(self.core.granted()),
            "X-Accepted-OAuth-Scopes": ",".join(method.scopes if method is not None else ()),
        }

    def _log(self, name: str, args: Json, status: int, error: str | None, lost: bool = False) -> None:
        seq = self.core.changes.note("calls")
        at = self.core.clock.now()
        entry: Json = {"seq": seq, "method": name, "args": args, "status": status, "error": error, "at": at}
        self.core.calls.append(entry | ({"lost": True} if lost else {}))


class _ServerError(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def _arguments(request: web.Request) -> Json:
    """Query, form or JSON; a form's lists and objects are JSON in strings and stay so until a method reads them."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        args |= _json_object(await request.read())
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        args |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    elif request.can_read_body and await request.read():
        raise ApiError("invalid_post_type")
    return args


def _json_object(raw: bytes) -> Json:
    if not raw:
        return {}
    try:
        parsed = json.loads(raw)
    except ValueError:
        raise ApiError("invalid_json") from None
    if not isinstance(parsed, dict):
        raise ApiError("json_not_object")
    return parsed


def _cut(request: web.Request) -> web.Response:
    """The work is done and the answer never leaves: the connection is aborted."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
