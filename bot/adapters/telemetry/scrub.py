"""Takes secrets out of log events: by the shape of a value, by the name of its key, and known ones anywhere."""

import re
from collections.abc import Iterable, MutableMapping
from typing import Any

from bot.adapters.redaction import HIDDEN, redact

_NAMED = re.compile(
    r"token|secret|passw|passphrase|(?:^|_)(?:pwd|sig|hmac|cookies?|credentials?)(?:$|_)|signature|trigger_id|response_url"
    r"|authorization|bearer|dsn|database_url|(?:api|private|signing|audit|stage|judge|hmac)_?keys?$",
    re.IGNORECASE,
)
"""Keys whose value is never shown, whatever it looks like."""

_BODY = re.compile(r"(Invalid request signature detected).*", re.DOTALL)
"""Bolt logs a forged request with its whole body (slack-facts 5, 11); the fact is enough."""

_DEPTH = 8


class Scrub:
    """A structlog processor, the last one before rendering. `secrets` are hidden in every common encoding."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)

    def __call__(self, logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """The event with plain values only: text, numbers, lists and mappings of them, all redacted."""
        return {self._text(str(key)): self._value(str(key), value, 0) for key, value in event.items()}

    def _value(self, key: str, value: object, depth: int) -> object:
        if value is None or isinstance(value, bool):
            return value
        if _NAMED.search(key):
            return HIDDEN
        match value:
            case int() | float():
                return value
            case _ if depth > _DEPTH:
                return "…"
            case dict():
                return {
                    self._text(str(name)): self._value(str(name), inner, depth + 1) for name, inner in value.items()
                }
            case list() | tuple() | set() | frozenset():
                return [self._value("", inner, depth + 1) for inner in value]
            case bytes():
                return self._text(value.decode(errors="replace"))
            case _:
                return self._text(str(value))

    def _text(self, text: str) -> str:
        whole = text.encode(errors="replace").decode()  # lone surrogates could not be written
        return redact(_BODY.sub(r"\1", whole), self._secrets)
