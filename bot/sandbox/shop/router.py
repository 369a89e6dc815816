"""Tells the proxy, over its control port, where traffic goes."""

import aiohttp

from bot.sandbox.shop.wire import Route

ANSWER_WITHIN = aiohttp.ClientTimeout(total=5.0)


class ProxyRouter:
    """The proxy at `admin`, guarded by `token`."""

    def __init__(self, session: aiohttp.ClientSession, admin: str, token: str) -> None:
        self._session = session
        self._url = f"{admin}/route"
        self._headers = {"Authorization": f"Bearer {token}"}

    async def become(self, route: Route) -> None:
        """Every request from now on follows `route`. Raises aiohttp.ClientError or TimeoutError."""
        async with self._session.put(
            self._url, data=route.model_dump_json(), headers=self._headers, timeout=ANSWER_WITHIN
        ) as answer:
            answer.raise_for_status()
