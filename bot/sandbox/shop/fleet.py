"""The shop processes that run, one a version."""

import asyncio
from collections.abc import Set

from bot.sandbox.shop.child import Child, spawn
from bot.sandbox.shop.wire import Upstream


class Fleet:
    """Starts a version's process when it is needed and ends those that are not."""

    def __init__(self) -> None:
        self._children: dict[str, Child] = {}

    async def ensure(self, version: str) -> Upstream:
        """The running process of this version, started when there is none. Raises ChildFailed."""
        child = self._children.get(version)
        if child is None or not child.alive:
            child = await spawn("bot.sandbox.shop.service", "--version", version)
            self._children[version] = child
        return Upstream(version=version, url=child.ready.url)

    async def keep_only(self, versions: Set[str]) -> None:
        """End every process of another version."""
        leaving = [self._children.pop(version) for version in set(self._children) - set(versions)]
        await asyncio.gather(*(child.end() for child in leaving))

    def running(self) -> dict[str, Child]:
        """Version -> process, dead ones included until they are replaced."""
        return dict(self._children)
