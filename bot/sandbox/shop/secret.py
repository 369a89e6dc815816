"""Random tokens that guard the shop's control ports, kept in files that only their owner reads."""

import os
import secrets
from pathlib import Path


def write_token(path: Path) -> str:
    """Make a new token and put it in `path` (mode 0600), replacing what was there in one step."""
    token = secrets.token_urlsafe(32)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(token + "\n")
    fresh.replace(path)
    return token


def read_token(path: Path) -> str:
    """The token in `path`. Raises OSError when it cannot be read."""
    return path.read_text().strip()
