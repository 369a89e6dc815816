"""Whether a process carries effects out beside this one: each holds a lock below the var folder while it does."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.settings import Settings

MARK = "working.lock"


@contextmanager
def marked(var: Path) -> Iterator[None]:
    """Be known as a process that carries effects out; the kernel forgets it with the process."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / MARK).open("a") as mark:
        fcntl.flock(mark, fcntl.LOCK_SH)
        yield


def somebody_works(var: Path) -> bool:
    """Whether a process on this machine, with this var folder, carries effects out now."""
    try:
        with (var / MARK).open("r") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except (BlockingIOError, PermissionError):  # held, or another user's, of whom nothing can be said
        return True
    return False


def advice(settings: Settings) -> str:
    """What becomes of the effects of a command. With a database server, workers may run anywhere."""
    if nobody_works(settings):
        return "No Interlock runs here, so nothing follows yet: start `interlock serve`, or give --carry-out next time."
    if is_embedded(settings):
        return "The running Interlock carries out what follows from it."
    return "A running `interlock worker` or `serve` carries out what follows from it."


def nobody_works(settings: Settings) -> bool:
    """Whether it is certain that no process carries effects out: with an embedded database they all run here."""
    return is_embedded(settings) and not somebody_works(settings.var)


def is_embedded(settings: Settings) -> bool:
    """Whether the database is a file of this machine."""
    return settings.database_url.get_secret_value().startswith("sqlite")
