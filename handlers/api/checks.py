"""The checks behind `/readyz`, one by one: each looks at one thing and says what it found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bot.adapters.keys.audit import KEY_FILE, AuditKeyExposed, AuditKeyMalformed, open_audit_key
from bot.adapters.skew import skew
from bot.adapters.store.errors import NewerDatabase, StoreUnavailable
from bot.adapters.store.wall_clock import database_clock
from bot.app import Core, Interlock

SocketAge = Callable[[], float | None]
"""Seconds since the Socket Mode connection last proved to be alive; None without one."""

MOST_SKEW = timedelta(seconds=30)
MOST_SILENCE = 60.0
"""Seconds."""


class Result(StrEnum):
    """What a check came to. Only FAILED makes a process unready."""

    OK = "ok"
    FAILED = "failed"
    WARNING = "warning"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, what it came to, the code that says why, and the numbers that go with it."""

    name: str
    result: Result
    code: str = ""
    about: Mapping[str, object] = field(default_factory=dict)


def database(core: Core) -> Check:
    """It answers, and has every migration that this program knows. Blocking."""
    try:
        core.store.ping()
        pending = core.store.pending_migrations()
    except NewerDatabase:
        return _failed("database", "database.newer")
    except StoreUnavailable:
        return _failed("database", "database.unavailable")
    return _failed("database", "database.pending_migrations") if pending else Check("database", Result.OK)


def keys(core: Core) -> Check:
    """The audit key is the one that was there at the start, and a stage deployer has keys to sign with. Blocking."""
    if not _audit_key_stands(core):
        return _failed("keys", "keys.audit_unreadable")
    environments = [one for service in core.catalogue.services() for one in service.environments.values()]
    if not core.settings.stage_ring and any(one.deployer.kind == "stage" for one in environments):
        return _failed("keys", "keys.missing")
    return _ring(core)


def _ring(core: Core) -> Check:
    """The judges' keys, as they were read last: none that could ever be read, or none that signs, is a failure; the
    last good ones while their source is broken are a warning (contracts 1.15)."""
    if core.ring is None:
        return Check("keys", Result.OK)
    state = core.ring.state
    if state.ring is None:
        code = state.problem.code if state.problem is not None else "keys.not_read_yet"
        return Check("keys", Result.FAILED, code, {"source": core.ring.source.name})
    if not state.ring.signs:
        return Check("keys", Result.FAILED, "keys.none_active", {"source": core.ring.source.name})
    if state.problem is not None:
        age = state.age(core.clock.now()) or timedelta()
        about = {"source": core.ring.source.name, "seconds": round(age.total_seconds())}
        return Check("keys", Result.WARNING, "keys.stale", about | {"code": state.problem.code})
    return Check("keys", Result.OK)


def clock(core: Core, slack_skew: timedelta | None) -> Check:
    """The larger of the differences to Slack's clock, as its last answer showed it, and to the database's, where that
    is another machine's. Blocking."""
    found = [] if slack_skew is None else [(slack_skew, "Slack")]
    try:
        before = core.clock.now()
        theirs = database_clock(core.store)
        if theirs is not None:
            found.append((skew(before, core.clock.now(), theirs), "the database"))
    except StoreUnavailable:
        pass  # the check of the database says so
    if not found:
        return Check("clock", Result.NOT_CHECKED)
    worst, other = max(found, key=lambda pair: abs(pair[0]))
    if abs(worst) <= MOST_SKEW:
        return Check("clock", Result.OK)
    about = {"seconds": round(abs(worst).total_seconds()), "side": "behind" if worst > timedelta() else "ahead of"}
    return Check("clock", Result.FAILED, "clock.skew", about | {"other": other})


def slack(interlock: Interlock, socket_age: SocketAge | None) -> Check:
    """Slack has said who we are, and where it comes over a socket, the socket lives."""
    if interlock.core.settings.slack_bot_token is None:
        return Check("slack", Result.NOT_CHECKED)
    who = interlock.core.identity
    if who.elsewhere:
        return Check("slack", Result.FAILED, "slack.other_team", {"found": who.elsewhere, "wanted": who.wanted()})
    if not who.known:
        return _failed("slack", "slack.unknown")
    if socket_age is None:
        return Check("slack", Result.OK)
    age = socket_age()
    if age is None:
        return _failed("slack", "slack.not_connected")
    if age > MOST_SILENCE:
        return Check("slack", Result.FAILED, "slack.silent", {"seconds": round(age)})
    return Check("slack", Result.OK)


def configuration(core: Core) -> Check:
    """The files as they stand are in force; when they broke, the last good ones are. Blocking."""
    core.reread()
    if core.catalogue.problem:
        return Check("configuration", Result.WARNING, "config.broken")
    return Check("configuration", Result.OK)


def _failed(name: str, code: str) -> Check:
    return Check(name, Result.FAILED, code)


def _audit_key_stands(core: Core) -> bool:
    """A missing file is never made anew here: what the key signed could not be checked any more."""
    if core.settings.audit_key is None and not (core.settings.var / KEY_FILE).exists():
        return False
    try:
        found = open_audit_key(core.settings.audit_key, core.settings.var)
    except (AuditKeyMalformed, AuditKeyExposed, OSError):
        return False
    return found.public.key_id == core.audit_key.public.key_id
