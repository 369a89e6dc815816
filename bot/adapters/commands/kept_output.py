"""Keeps the two ends of a stream that may be endless, readable and without secrets."""

import re
from collections.abc import Iterable

from bot.adapters.redaction import redact

KEPT = 64 * 1024
"""Bytes of one command's output that are kept as evidence."""

MARGIN = 1024
"""Bytes dropped on each side of a cut at least, so that no part of a secret stays behind at the edge."""

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class KeptOutput:
    """Takes bytes as they come and holds the first and the last `limit / 2` of them."""

    def __init__(self, limit: int = KEPT) -> None:
        self._half = limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self._seen = 0

    def take(self, chunk: bytes) -> None:
        """Add bytes."""
        self._seen += len(chunk)
        room = self._half - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[room:]
        del self._tail[: -self._half]

    def text(self, secrets: Iterable[str] = ()) -> str:
        """What was kept: printable, redacted, with a line that says how much is missing in the middle."""
        hidden = tuple(secrets)
        if self._seen <= 2 * self._half:
            return clean(bytes(self._head + self._tail), hidden)
        margin = min(max(MARGIN, *(4 * len(secret.encode()) for secret in hidden)) if hidden else MARGIN, self._half)
        head = clean(bytes(self._head[: self._half - margin]), hidden)
        tail = clean(bytes(self._tail[margin:]), hidden)
        return f"{head}\n[… {self._seen - 2 * (self._half - margin)} bytes left out …]\n{tail}"


def clean(raw: bytes, secrets: Iterable[str]) -> str:
    """Text without terminal escapes, control and direction characters, and secrets."""
    text = raw.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return redact(_UNPRINTABLE.sub("", _ESCAPES.sub("", text)), secrets)


def join(out: str, err: str, limit: int = KEPT) -> str:
    """Both streams as one text of about `limit` characters; the error stream has its own heading when it spoke."""
    if not err.strip():
        return out
    spare = max(limit - len(err), limit // 2)
    return f"{shorten(out, spare)}\n[stderr]\n{shorten(err, limit - min(len(out), spare))}"


def shorten(text: str, limit: int) -> str:
    """The two ends of a text. For redacted text only: a cut may split what is still secret."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n[… {len(text) - 2 * half} characters left out …]\n{text[-half:]}"
