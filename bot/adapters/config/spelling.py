"""Environments by any of their names: `production` is read as `prod`, never written (design 1)."""

from bot.domain.service import ALIASES


def canonical(name: object) -> object:
    """The environment's own name; anything else unchanged."""
    return ALIASES.get(name, name) if isinstance(name, str) else name


def canonical_keys(mapping: dict[str, object]) -> tuple[dict[str, object], dict[str, str], tuple[str, ...]]:
    """A mapping by environment under canonical keys, the written key of each, and the keys that name one twice."""
    renamed: dict[str, object] = {}
    written: dict[str, str] = {}
    doubled = []
    for key, value in mapping.items():
        name = ALIASES.get(key, key)
        if name in renamed:
            doubled.append(key)
            continue
        renamed[name], written[name] = value, key
    return renamed, written, tuple(doubled)
