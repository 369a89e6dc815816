"""The log: one JSON object a line, ours and every library's through the same processors, without secrets."""

import json
import logging
from collections.abc import Iterable
from contextlib import suppress
from typing import TextIO

import structlog
from structlog.typing import Processor

from bot.adapters.telemetry.scrub import Scrub

OWN = ("bot", "handlers")
"""Our own loggers stand below these names: every module says `structlog.get_logger(__name__)`."""

CHATTY = ("uvicorn.access", "aiohttp.access")
"""A line for each request; metrics count them already."""

LIBRARIES = ("slack_bolt", "slack_sdk", "uvicorn", "uvicorn.error", "aiohttp", *CHATTY)


class _Lines(logging.StreamHandler[TextIO]):
    """Writes lines. A record that cannot be written is named, not dumped: logging itself would print its arguments."""

    def handleError(self, record: logging.LogRecord) -> None:
        with suppress(OSError, ValueError):  # a log that is gone must not take a decision with it
            self.stream.write(json.dumps({"event": "a log record could not be written", "logger": record.name}) + "\n")


def set_up(stream: TextIO, level: str = "INFO", secrets: Iterable[str] = ()) -> None:
    """Send every log of this process to `stream`. `level` is that of our own loggers; libraries stay at INFO or above,
    since below it Bolt logs whole requests (slack-facts 5, 11). `secrets` are never written. Can be called again."""
    before: tuple[Processor, ...] = (
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    )
    handler = _Lines(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.StackInfoRenderer(),
                structlog.processors.format_exc_info,
                Scrub(secrets),
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    own = logging.getLevelNamesMapping()[level.upper()]
    root.setLevel(max(own, logging.INFO))
    for name in OWN:
        logging.getLogger(name).setLevel(own)
    for name in LIBRARIES:
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(logging.WARNING if name in CHATTY else logging.NOTSET)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before[:3],
            before[4],
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
