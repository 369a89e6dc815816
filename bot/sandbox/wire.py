"""The wire to the control API: requests, refusals, and waiting for a change without polling."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp

Json = dict[str, Any]
Found = TypeVar("Found")
PATIENCE = 10.0


class SandboxRefused(Exception):
    """The sandbox did not do what was asked; the text is its code and detail."""


class NothingHappened(AssertionError):
    """What was waited for did not come in time."""


class Control:
    """One sandbox, reached over HTTP. Use as an async context manager, or call `close`."""

    def __init__(self, base_url: str) -> None:
        self.url = base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def wait_for(self, look: Callable[[], Awaitable[Found]], timeout: float = PATIENCE) -> Found:  # noqa: ASYNC109 - the deadline of a wait is the caller's
        """The first truthy result of `look`, asked again after every change in the workspace; no polling.

        Raises NothingHappened, with the last result, after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while True:
            seq = (await self.get("changes", since=-1, timeout=0))["seq"]
            found = await look()
            if found:
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise NothingHappened(f"nothing in {timeout} s; last seen: {found!r}")
            await self.get("changes", since=seq, timeout=left)

    async def get(self, what: str, **query: Any) -> Json:
        async with self._client().get(f"{self.url}/control/{what}", params=query) as response:
            return _checked(await response.json())

    async def post(self, what: str, body: Json) -> Json:
        return _checked(await self.ask(what, body))

    async def ask(self, what: str, body: Json) -> Json:
        """The answer as it is, refusals included."""
        async with self._client().post(f"{self.url}/control/{what}", json=body) as response:
            answer: Json = await response.json()
            return answer

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=90))
        return self._session


def _checked(answer: Json) -> Json:
    if not answer["ok"]:
        detail = {name: value for name, value in answer.items() if name not in ("ok", "error")}
        raise SandboxRefused(f"{answer['error']} {detail or ''}".strip())
    return answer
