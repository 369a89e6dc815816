"""The fence around every command: whatever goes wrong becomes an exit code and a sentence, never a traceback."""

import os
import sys
import traceback
import uuid
from collections.abc import Callable
from pathlib import Path

from handlers.cli.say import Say

LOG = "trouble.log"
"""Below the var folder: what unexpected errors leave for whoever looks into them, without secrets."""


def fenced(work: Callable[[], int], say: Say) -> int:
    """Run a command; its exit code."""
    from handlers.cli.exits import Exit

    try:
        return int(work())
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except SystemExit as ended:  # uvicorn ends the process when it cannot start; it has logged why
        say.trouble("infrastructure", f"The process ended itself ({ended.code}).", "Its log says why.")
        return Exit.INFRASTRUCTURE
    except Exception as error:  # the fence: named failures keep their words, the rest gets a reference
        return _explain(error, say)


def _explain(error: Exception, say: Say) -> int:
    from bot.settings import ConfigurationError
    from handlers.cli.exits import Exit
    from handlers.cli.troubles import named, tell_problems

    if isinstance(error, ConfigurationError):
        tell_problems(error.problems, say)
        return Exit.INVALID
    if found := named(error):
        say.trouble(found.code, found.message, found.hint)
        return found.exit
    return _unexpected(error, say)


def _unexpected(error: Exception, say: Say) -> int:
    from handlers.cli.exits import Exit

    reference = uuid.uuid4().hex[:8]
    if say.debug:
        traceback.print_exception(error)
        hint = "The traceback stands above."
    else:
        hint = _keep(error, reference)
    say.trouble("internal", f"Interlock hit an internal problem ({type(error).__name__}, {reference}).", hint)
    return Exit.INFRASTRUCTURE


def _keep(error: Exception, reference: str) -> str:
    """Write the traceback where whoever cares for Interlock finds it; where that is."""
    import structlog

    from bot.adapters.telemetry.logs import set_up

    path = Path(os.environ.get("INTERLOCK_VAR") or "var") / LOG
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            set_up(log, secrets=_secrets())
            structlog.stdlib.get_logger("handlers.cli").error("command_failed", reference=reference, exc_info=error)
            set_up(sys.stderr, "WARNING")
    except OSError:
        return "Run it again with --debug to see the traceback."
    return f"What happened stands in {path}; or run it again with --debug."


def _secrets() -> frozenset[str]:
    """What must not stand in the log; nothing is known when the environment itself cannot be read."""
    from bot.settings import ConfigurationError, Settings

    try:
        return Settings.read(os.environ).secrets()
    except ConfigurationError:
        return frozenset()
