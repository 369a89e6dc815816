"""Carrying effects out in this very process, so that a rollback works with nothing else alive."""

import asyncio
from datetime import timedelta

from bot.app import Core, assemble
from bot.domain.release import Release
from bot.domain.states import State

_EXTRA = timedelta(seconds=30)
"""On top of the deployer's own time: for asking again what became of it."""

_LOOK_AGAIN_SECONDS = 0.2


def carry_out(core: Core, release: str) -> Release:
    """Carry out everything that is due, until this release's traffic stands; the release as it is then.

    It does not wait for a bake. What Slack does not take stays in the queue, for the next process that works.
    """
    return asyncio.run(_carry_out(core, release))


async def _carry_out(core: Core, release: str) -> Release:
    interlock = await assemble(core, works=True)
    worker = interlock.worker
    assert worker is not None  # it was assembled to work
    learning = asyncio.create_task(core.identity.learn(interlock.web)) if core.settings.slack_bot_token else None
    try:
        found = await _release(core, release)
        until = core.clock.now() + found.plan.deployer.timeout + _EXTRA
        while True:
            await worker.drain()
            found = await _release(core, release)
            if not _is_moving(found) or core.clock.now() >= until:
                return found
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    finally:
        if learning is not None:
            learning.cancel()
        await interlock.stop()


def _is_moving(release: Release) -> bool:
    """Whether a deployment is under way whose end can be waited for."""
    return release.state in (State.ROLLING, State.ROLLING_BACK) and not release.in_doubt


async def _release(core: Core, release: str) -> Release:
    found = await core.store.call(lambda: core.questions.release(release))
    assert found is not None  # it was asked about a moment ago, and releases never go
    return found
