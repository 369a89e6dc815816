"""Running a judge server until it is told to end."""

import asyncio
import os
import re
from collections.abc import Coroutine
from contextlib import closing
from pathlib import Path

from bot.adapters.clock import SystemClock
from bot.adapters.config.rbac_watch import RbacFile
from bot.adapters.evidence.keys import checkers
from bot.adapters.judges.opinion import Judging
from bot.adapters.keys.configured import open_ring
from bot.adapters.keys.live import keep_fresh
from bot.adapters.store.migrate import upgrade
from bot.adapters.store.nonces import Nonces
from bot.adapters.store.store import open_store
from bot.gates.opinion import opinion
from bot.settings import ConfigurationError, Problem
from handlers.cli.exits import Exit
from handlers.cli.failures import NotUsable
from handlers.cli.free_port import check_port
from handlers.cli.opening import read_settings
from handlers.cli.say import Say
from handlers.cli.seal_keys import public_half
from handlers.cli.told import told_to_end
from handlers.judge.bench import Bench
from handlers.judge.server import make_judge
from handlers.listening import listening

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}", re.ASCII)


def serve_judge(say: Say, judge_id: str, host: str, port: int | None, public: Path | None) -> int:
    """`judge serve`. Raises NotUsable, ConfigurationError, PartFailed and the store's errors."""
    if not _ID.fullmatch(judge_id):
        raise NotUsable("Give the judge its own name with --id, such as judge-a: lower case letters, digits, . _ -")
    settings = read_settings(level="INFO")
    clock = SystemClock()
    ring = open_ring(settings, clock.now)
    if ring is None:
        raise ConfigurationError((Problem("environment", "INTERLOCK_JUDGE_KEYS", "is required: votes are signed"),))
    where = settings.port if port is None else port
    check_port(host, where)
    rules = RbacFile(settings.config)
    url = settings.database_url.get_secret_value()
    settings.var.mkdir(parents=True, exist_ok=True)
    upgrade(url)
    with closing(open_store(url)) as store:
        bench = Bench(
            judge_id=judge_id,
            judging=Judging(opinion, ring, checkers(ring, public_half(public)), clock),
            ring=ring,
            rights=rules.rules,
            store=store,
            nonces=Nonces(store),
            clock=clock,
        )
        asyncio.run(_until_told(say, bench, (host, where), keep_fresh(ring, settings.judge_keys_refresh)))
    return Exit.DONE


async def _until_told(say: Say, bench: Bench, address: tuple[str, int], keys: Coroutine[None, None, None]) -> None:
    told, fresh = told_to_end(), asyncio.create_task(keys)
    async with listening(make_judge(bench), *address) as where:
        url = f"http://{address[0]}:{where}"
        said = {"ready": True, "role": "judge", "id": bench.judge_id, "url": url, "pid": os.getpid()}
        say.result(said, f"Judge {bench.judge_id} is ready, listening on {url} (process {os.getpid()}).")
        await told.wait()
    fresh.cancel()
