"""From start to ready, against importing the same libraries."""

import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.prepared import configure, core_on, environ
from tests.bench.processes import bot, sandbox

LIBRARIES = (
    "aiohttp, alembic.runtime.migration, apscheduler.schedulers.asyncio,"
    " cryptography.hazmat.primitives.asymmetric.ed25519,"
    " fastapi, prometheus_client, psycopg, pydantic, rfc8785, ruamel.yaml, slack_bolt.async_app,"
    " slack_bolt.adapter.socket_mode.aiohttp, slack_sdk.web.async_client,"
    " sqlalchemy.dialects.sqlite, structlog, uvicorn"
)
ROUNDS = 5


def measure() -> list[dict[str, Any]]:
    """Median seconds of both, and their ratio."""
    with TemporaryDirectory() as place, sandbox() as slack:
        folder = Path(place)
        configure(folder, 3)
        core_on(folder).close()
        ready = statistics.median(_ready(folder, slack) for _ in range(ROUNDS))
        imports = statistics.median(_imports() for _ in range(ROUNDS))
    return [{"what": "start to ready", "seconds": ready, "imports": imports, "ratio": ready / imports}]


def _ready(folder: Path, slack: str) -> float:
    began = time.perf_counter()
    with bot(folder, "all", environ(folder, slack)):
        return time.perf_counter() - began


def _imports() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {LIBRARIES}"], check=True)
    return time.perf_counter() - began
