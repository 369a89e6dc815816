"""The doctor's look at this machine: configuration, database, keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.clock import SystemClock
from bot.adapters.config.catalogue import FileCatalogue
from bot.adapters.keys.audit import KEY_FILE, AuditKeyExposed, AuditKeyMalformed, open_audit_key
from bot.adapters.keys.configured import sources_of
from bot.adapters.keys.errors import KeysUnusable
from bot.adapters.keys.ring import Ring
from bot.adapters.keys.stage import StageKeys
from bot.adapters.store.errors import NewerDatabase, StoreUnavailable, UnknownDatabase
from bot.adapters.store.store import open_store
from bot.settings import ConfigurationError, Settings
from handlers.cli.finding import Finding, bad, good, skipped, unreachable
from handlers.cli.opening import read_settings

_UPGRADE = "Run `interlock db upgrade`; `serve` does it too when it starts."


@dataclass(frozen=True, slots=True)
class House:
    """What was found here; settings and catalogue are None when they cannot be read."""

    findings: tuple[Finding, ...]
    settings: Settings | None
    catalogue: FileCatalogue | None


def check_house() -> House:
    """Look at everything that needs no Slack."""
    try:
        settings = read_settings()
    except ConfigurationError as error:
        rest = [skipped(name, "the settings cannot be read") for name in ("configuration", "database", "keys")]
        return House((*_problems("environment", error), *rest), None, None)
    findings = [good("environment", "every variable can be read")]
    catalogue = None
    try:
        catalogue = FileCatalogue(settings.config)
        many = len(catalogue.services())
        findings.append(good("configuration", f"{settings.config}: {many} services"))
    except ConfigurationError as error:
        findings += _problems("configuration", error)
    findings += [_database(settings), _audit_key(settings), *_stage_keys(settings, catalogue)]
    findings.append(_judge_keys(settings))
    return House(tuple(findings), settings, catalogue)


def by_stage_file(catalogue: FileCatalogue) -> list[str]:
    """Every SERVICE@ENVIRONMENT whose deployer is the stage file."""
    return [
        f"{service.service}@{name}"
        for service in catalogue.services()
        for name, environment in service.environments.items()
        if environment.deployer.kind == "stage"
    ]


def _problems(check: str, error: ConfigurationError) -> Iterator[Finding]:
    for problem in error.problems:
        yield bad(check, str(problem), "Correct it; `interlock config check` lists all mistakes.")


def _database(settings: Settings) -> Finding:
    url = settings.database_url.get_secret_value()
    kind, _, rest = url.partition(":///")
    if kind == "sqlite" and not Path(rest).exists():
        return bad("database", f"{rest} does not exist yet", _UPGRADE)
    try:
        store = open_store(url, threads=1, connections=1)
        try:
            missing = store.pending_migrations()
        finally:
            store.close()
    except (StoreUnavailable, OSError):
        return unreachable("database", "does not answer", "Start it, and check DATABASE_URL and its rights.")
    except UnknownDatabase as error:
        return bad("database", "DATABASE_URL is not understood", str(error))
    except NewerDatabase as error:
        return bad("database", str(error), "Install the Interlock that migrated it, or a newer one.")
    if missing:
        return bad("database", f"lacks the migrations {', '.join(missing)}", _UPGRADE)
    return good("database", f"{'SQLite' if kind == 'sqlite' else 'PostgreSQL'} answers and is up to date")


def _audit_key(settings: Settings) -> Finding:
    file = settings.var / KEY_FILE
    if settings.audit_key is None and not file.exists():
        return good("audit key", f"will be made in {file} when it is first needed")
    try:
        key = open_audit_key(settings.audit_key, settings.var)
    except (AuditKeyMalformed, AuditKeyExposed, OSError) as error:
        return bad("audit key", str(error), "Restore the key, or give the file the rights that are asked for.")
    return good("audit key", key.public.key_id)


def _stage_keys(settings: Settings, catalogue: FileCatalogue | None) -> Iterator[Finding]:
    """Only services whose deployer is the stage file need them."""
    need = by_stage_file(catalogue) if catalogue is not None else []
    if keys := StageKeys.of(settings.stage_ring):
        yield good("stage keys", f"{len(keys.keys)}, signing with {keys.signer.key_id}")
    elif need:
        yield bad("stage keys", f"none, and {', '.join(need)} need one", "Set INTERLOCK_STAGE_KEYS.")
    else:
        yield skipped("stage keys", "no service needs one")


def _judge_keys(settings: Settings) -> Finding:
    """Where they come from, and that they can be read from there now."""
    sources = sources_of(settings)
    if not sources:
        return skipped("judge keys", "no source is named; evidence is signed with the audit key alone")
    first, *others = sources
    beside = f"; not read beside it: {', '.join(one.name for one in others)}" if others else ""
    try:
        ring = Ring(first.load(), SystemClock().now)
    except KeysUnusable as problem:
        finding = unreachable if problem.reason == "unreachable" else bad
        return finding("judge keys", f"{problem} ({problem.code})", "Put it right; `interlock keys status` tells more.")
    return good("judge keys", f"{len(ring.keys)} from {first.name}, signing with {ring.signer.key_id}{beside}")
