"""Running a judge server until it is told to end."""

import asyncio
import os
import re
from contextlib import closing
from pathlib import Path

from bot.adapters.clock import SystemClock
from bot.adapters.config.rbac_watch import RbacFile
from bot.adapters.evidence.keys import checkers
from bot.adapters.judges.opinion import Judging
from bot.adapters.keys.ring import Ring
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
from handlers.cli.seal_keys import keys_here
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
    if not settings.judge_keys:
        raise ConfigurationError((Problem("environment", "INTERLOCK_JUDGE_KEYS", "is required: votes are signed"),))
    where = settings.port if port is None else port
    check_port(host, where)
    clock = SystemClock()
    ring = Ring(settings.judge_keys, clock.now)
    rules = RbacFile(settings.config)
    url = settings.database_url.get_secret_value()
    settings.var.mkdir(parents=True, exist_ok=True)
    upgrade(url)
    with closing(open_store(url)) as store:
        bench = Bench(
            judge_id=judge_id,
            judging=Judging(opinion, ring, (*keys_here(public), *checkers(ring, None)), clock),
            ring=ring,
            rights=rules.rules,
            store=store,
            nonces=Nonces(store),
            clock=clock,
        )
        asyncio.run(_until_told(say, bench, host, where))
    return Exit.DONE


async def _until_told(say: Say, bench: Bench, host: str, port: int) -> None:
    told = told_to_end()
    async with listening(make_judge(bench), host, port) as where:
        url = f"http://{host}:{where}"
        said = {"ready": True, "role": "judge", "id": bench.judge_id, "url": url, "pid": os.getpid()}
        say.result(said, f"Judge {bench.judge_id} is ready, listening on {url} (process {os.getpid()}).")
        await told.wait()
