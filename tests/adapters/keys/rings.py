"""Keys and rings for tests; no secret here looks like one."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SECRET = "a-plain-test-secret"


class Hands:
    """A clock that stands until it is turned."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        """The current moment."""
        return self.at

    def turn(self, **span: float) -> None:
        """Let time pass."""
        self.at += timedelta(**span)


def row(key_id: str, **more: str) -> dict[str, str]:
    """A key as a list holds it."""
    return {"key_id": key_id, "secret": f"{SECRET}-{key_id}", **more}


def listed(*rows: dict[str, str]) -> str:
    """The list."""
    return json.dumps(list(rows))


def key_file(path: Path, *rows: dict[str, str]) -> Path:
    """A file with the list, closed to others."""
    path.write_text(listed(*rows))
    path.chmod(0o600)
    return path
