"""Carries one request to an upstream and its answer back."""

import time
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from bot.sandbox.shop.wire import Upstream

UPSTREAM_WITHIN = aiohttp.ClientTimeout(total=5.0)

HOP_BY_HOP = frozenset(
    {
        "connection",
        "content-length",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that concern one connection (RFC 9110, 7.6.1), and the two that aiohttp writes itself."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The answer for the customer, and how long it took in milliseconds."""

    answer: web.Response
    latency_ms: float


async def forward(session: aiohttp.ClientSession, request: web.Request, upstream: Upstream) -> Forwarded:
    """Ask the upstream. One that is gone is answered with 502, one that is too slow with 504."""
    began = time.perf_counter()
    try:
        answer = await _ask(session, request, upstream)
    except TimeoutError:
        answer = web.Response(status=504, text="The shop did not answer in time.\n")
    except aiohttp.ClientError:
        answer = web.Response(status=502, text="The shop is not there.\n")
    return Forwarded(answer, (time.perf_counter() - began) * 1000)


async def _ask(session: aiohttp.ClientSession, request: web.Request, upstream: Upstream) -> web.Response:
    async with session.request(
        request.method,
        URL(upstream.url + request.rel_url.raw_path_qs, encoded=True),
        headers=_end_to_end(request.headers),
        data=await request.read() or None,
        allow_redirects=False,
        timeout=UPSTREAM_WITHIN,
    ) as answer:
        return web.Response(status=answer.status, headers=_end_to_end(answer.headers), body=await answer.read())


def _end_to_end(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in HOP_BY_HOP)
