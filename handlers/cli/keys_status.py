"""What `keys status` finds: the source that counts, its keys, and the sources beside it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.adapters.clock import SystemClock
from bot.adapters.keys.configured import sources_of
from bot.adapters.keys.errors import KeysUnusable
from bot.adapters.keys.ring import Ring
from bot.adapters.keys.sources import KeySource
from bot.domain.rbac import covers
from bot.domain.refusal import Code, Refusal
from bot.settings.credentials import JudgeKey
from handlers.cli.ask import refuse
from handlers.cli.exits import Exit
from handlers.cli.opening import read_settings
from handlers.cli.say import Say

SCOPE = "keys:read"
_NO_SOURCE = (
    "No source of judges' keys is named: evidence is signed with the audit key alone, and judges cannot vote. "
    "Set INTERLOCK_JUDGE_KEYS_FILE, or one of the others that README.md lists."
)


def show(say: Say) -> int:
    """`keys status`. Raises ConfigurationError, and KeysUnusable for a source that is named and cannot be read."""
    settings = read_settings()
    if not covers(settings.allow_scopes, SCOPE):
        return refuse(say, Refusal(code=Code.MISSING_SCOPE, subject=SCOPE))
    sources = sources_of(settings)
    if not sources:
        say.result({"source": None, "keys": []}, _NO_SOURCE)
        return Exit.DONE
    first, *others = sources
    now = SystemClock().now()
    ring = Ring(first.load(), lambda: now)
    beside = [_beside(one, {key.key_id for key in ring.keys}) for one in others]
    counts = Counter(key.standing(now) for key in ring.keys)
    data = {
        "source": {"name": first.name, "place": first.place, "writable": first.writable},
        "signer": ring.signer.key_id,
        "read_at": now,
        "counts": {state: counts[state] for state in ("active", "grace", "retired")},
        "keys": [_key(key, now) for key in ring.keys],
        "beside": beside,
    }
    say.result(data, "\n".join(_lines(first, ring, now, beside)))
    return Exit.DONE


def _key(key: JudgeKey, now: datetime) -> dict[str, Any]:
    return {
        "key_id": key.key_id,
        "state": key.standing(now),
        "created_at": key.created_at,
        "rotated_at": key.rotated_at,
        "expires_at": key.expires_at,
        "notes": key.notes,
    }


def _beside(source: KeySource, ids: set[str]) -> dict[str, Any]:
    """A source that is named too: what it holds does not count, and that is said."""
    try:
        theirs = [key.key_id for key in source.load()]
    except KeysUnusable as problem:
        return {"name": source.name, "place": source.place, "keys": [], "shared": [], "problem": problem.code}
    shared = [one for one in theirs if one in ids]
    return {"name": source.name, "place": source.place, "keys": theirs, "shared": shared, "problem": None}


def _lines(source: KeySource, ring: Ring, now: datetime, beside: Sequence[dict[str, Any]]) -> Iterable[str]:
    yield f"{len(ring.keys)} keys from {source.name} ({source.place}). {ring.signer.key_id} signs."
    for key in ring.keys:
        yield f"  {key.key_id}\t{_said(key, now)}"
    for one in beside:
        yield _said_beside(one)


def _said(key: JudgeKey, now: datetime) -> str:
    state = key.standing(now)
    if state == "grace" and key.rotated_at is not None:
        ends = f"until {_moment(key.expires_at)}" if key.expires_at else "without an end; give it expires_at"
        return f"grace: verifies what it signed before {_moment(key.rotated_at)}, {ends}"
    if state == "retired" and key.state == "grace":
        return f"retired: its grace ended {_moment(key.expires_at)}"
    return state


def _said_beside(one: dict[str, Any]) -> str:
    said = f"{one['name']} ({one['place']}) is set too and does not count"
    if one["problem"]:
        return f"{said}; it cannot be read ({one['problem']})."
    shared = f"; it holds {', '.join(one['shared'])} as well, and that key is not used" if one["shared"] else ""
    return f"{said}{shared}."


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M %Z}" if at is not None else ""
