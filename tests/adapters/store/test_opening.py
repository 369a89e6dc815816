"""Addresses, migrations, and a database that is not there."""

import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from bot.adapters.store.address import read_address
from bot.adapters.store.errors import NewerDatabase, StoreUnavailable, UnknownDatabase
from bot.adapters.store.migrate import upgrade
from bot.adapters.store.schema import metadata
from bot.adapters.store.store import SqlStore, open_store
from tests.stores import opened

WITHIN = 20.0


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("sqlite:///var/interlock.db", "sqlite:///var/interlock.db"),
        ("sqlite:////srv/interlock.db", "sqlite:////srv/interlock.db"),
        ("postgres://u:p@db.example:5433/interlock", "postgresql+psycopg://u:p@db.example:5433/interlock"),
        ("postgresql://db.example/interlock?sslmode=require", None),
        ("postgresql:///interlock?host=/run/pg", "postgresql+psycopg:///interlock?host=%2Frun%2Fpg"),
        ("postgresql+psycopg://db.example/interlock", "postgresql+psycopg://db.example/interlock"),
    ],
)
def test_addresses_are_read(written: str, read: str | None) -> None:
    """Every PostgreSQL spelling comes down to one driver."""
    expected = read or written.replace("postgresql:", "postgresql+psycopg:")
    assert read_address(written).render_as_string(hide_password=False) == expected


@pytest.mark.parametrize(
    "written",
    ["", "interlock.db", "sqlite://", "sqlite:///:memory:", "sqlite://host/x", "mysql://u:hunter2@db/x", "postgres:/x"],
)
def test_other_addresses_are_refused_without_repeating_them(written: str) -> None:
    """The message says what to write, and never shows a password."""
    with pytest.raises(UnknownDatabase, match="sqlite:///path") as refusal:
        read_address(written)
    assert "hunter2" not in str(refusal.value)


def test_migrations_make_what_the_schema_says(empty_database_url: str) -> None:
    """From nothing to the tables of schema.py, column by column, index by index; a second run has nothing to do."""
    store = open_store(empty_database_url)
    assert store.pending_migrations() == ("0001", "0002", "0003")
    assert upgrade(empty_database_url) == ("0001", "0002", "0003")
    assert upgrade(empty_database_url) == ()
    assert store.pending_migrations() == ()
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    store.close()


def test_constraints_and_partial_indices_are_migrated(empty_database_url: str) -> None:
    """What Alembic does not compare: the database words them as if schema.py had made them."""
    store = open_store(empty_database_url)
    with store.writing() as connection:
        metadata.create_all(connection)
    by_schema = definitions(store)
    with store.writing() as connection:
        metadata.drop_all(connection)
    upgrade(empty_database_url)
    assert definitions(store) == by_schema
    store.close()


def definitions(store: SqlStore) -> set[tuple[str, ...]]:
    """Tables, constraints and indices as the database itself words them, their parts in any order."""
    queries = {
        "sqlite": ["SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"],
        "postgresql": [
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace",
        ],
    }
    with store.reading() as connection:
        rows = [row[0] for query in queries[connection.dialect.name] for row in connection.execute(text(query))]
    words = {" ".join(row.replace('"', "").split()) for row in rows}
    return {tuple(sorted(word.removesuffix(" )").split(", "))) for word in words if "alembic_version" not in word}


def test_two_processes_may_migrate_at_once(empty_database_url: str) -> None:
    """One does it, the other waits and finds it done."""
    done: list[tuple[str, ...]] = []
    threads = [threading.Thread(target=lambda: done.append(upgrade(empty_database_url))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WITHIN)
    assert sorted(done) == [(), ("0001", "0002", "0003")]


def test_a_newer_database_is_named(store: SqlStore, database_url: str) -> None:
    """An older program does not guess what a later revision means."""
    with store.writing() as connection:
        stands_at = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="9999"):
        store.pending_migrations()
    with pytest.raises(NewerDatabase):
        upgrade(database_url)
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": stands_at})


def test_a_sqlite_file_is_private_and_durable(tmp_path: Path) -> None:
    """Its folder is made; only its owner reads it; commits reach the disk, readers look past the writer."""
    url = f"sqlite:///{tmp_path / 'var' / 'deep' / 'interlock.db'}"
    upgrade(url)
    store = open_store(url)
    assert stat.S_IMODE((tmp_path / "var/deep/interlock.db").stat().st_mode) == 0o600
    with store.writing() as connection:
        asked = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")}
        assert asked == {"journal_mode": "wal", "synchronous": 2}
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    store.close()


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[tuple[SqlStore, Path]]:
    """A store on SQLite that does not wait long for others, and its file."""
    path = tmp_path / "interlock.db"
    upgrade(f"sqlite:///{path}")
    store = open_store(f"sqlite:///{path}", patience=timedelta(milliseconds=50))
    yield store, path
    store.close()


def test_a_file_that_another_process_keeps_locked_is_unavailable(hasty: tuple[SqlStore, Path]) -> None:
    """Writing fails with a name after the patience is over, reading goes on, and so does writing afterwards."""
    store, path = hasty
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable):
            opened(store)
        store.ping()
        other.execute("ROLLBACK")
    assert opened(store).id == "R-1"


def test_lost_connections_are_replaced(store: SqlStore, database_url: str) -> None:
    """PostgreSQL restarts: one named failure at most, then the store goes on."""
    if not database_url.startswith("postgresql"):
        pytest.skip("SQLite has no connections that can be lost")
    store.ping()
    with psycopg.connect(database_url, autocommit=True) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with pytest.raises(StoreUnavailable):
        store.ping()
    store.ping()
    assert opened(store).id == "R-1"


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    """Named, without the address or the password in it."""
    store = open_store(f"postgresql://someone:hunter2@/interlock?host={tmp_path}")
    with pytest.raises(StoreUnavailable) as failure:
        store.ping()
    assert "hunter2" not in repr(failure.value)
    assert "hunter2" not in str(failure.value.__cause__)
    store.close()
