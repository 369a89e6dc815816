"""One request of a load run: what failed about it, if anything."""

import asyncio
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from bot.domain.request_mix import MixedRequest

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
TIMED_OUT = "no answer in time"


async def call(session: aiohttp.ClientSession, base: str, request: MixedRequest, within: float) -> tuple[int, str]:
    """The final status (0 without one), and why it counts as failed; empty when it was answered with 2xx in time.

    Redirects are followed on the same origin alone: whoever asks for load on one host has not asked for it elsewhere.
    """
    try:
        async with asyncio.timeout(within):
            return await _follow(session, base, request)
    except TimeoutError:
        return 0, TIMED_OUT
    except aiohttp.ClientConnectorError as error:
        reason = getattr(error.os_error, "strerror", None) or type(error.os_error).__name__
        return 0, f"cannot connect: {reason}"
    except (aiohttp.ClientError, ValueError) as error:
        return 0, f"broken answer: {type(error).__name__}"


async def _follow(session: aiohttp.ClientSession, base: str, request: MixedRequest) -> tuple[int, str]:
    url, method, body = URL(base + request.path, encoded=True), request.method, request.body
    for _ in range(_MOST_REDIRECTS + 1):
        data = body.encode() if body else None
        headers = {"Content-Type": "application/json"} if body else None
        async with session.request(method, url, data=data, headers=headers, allow_redirects=False) as answer:
            async for _chunk in answer.content.iter_chunked(1 << 16):
                pass  # an answer has come when its last byte has
            if answer.status not in _REDIRECTS or "Location" not in answer.headers:
                good = 200 <= answer.status < 300
                return answer.status, "" if good else f"{request.method} {request.path}: status {answer.status}"
            there = url.join(URL(answer.headers["Location"]))
            if _origin(there) != _origin(url):
                return answer.status, f"{request.method} {request.path}: redirects to another host"
            if answer.status == 303 or (answer.status in (301, 302) and method == "POST"):
                method, body = "GET", ""
            url = there
    return 0, f"{request.method} {request.path}: redirects without end"


def _origin(url: URL) -> tuple[str, str | None, int | None]:
    parts = urlsplit(str(url))
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
