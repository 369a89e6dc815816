"""The scopes that the shipped app manifest asks Slack for."""

from pathlib import Path

from bot.adapters.config.plain_data import Unreadable, parse_yaml


def scopes_asked_for(manifest: Path) -> frozenset[str] | None:
    """The bot's scopes in a manifest; None when it cannot be read as one."""
    try:
        document = parse_yaml(manifest.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, Unreadable):
        return None
    for key in ("oauth_config", "scopes", "bot"):
        if not isinstance(document, dict):
            return None
        document = document.get(key)
    return frozenset(map(str, document)) if isinstance(document, list) else None
