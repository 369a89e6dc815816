"""The gate that sends load and looks at what comes back (contracts 2.2)."""

import re
from datetime import timedelta
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from bot.domain.duration import Span
from bot.domain.request_mix import parse_request
from bot.domain.service.gates import PolledGate

DEFAULT_MIX = ("30 GET /health", "50 POST /api/v1/dna/create", "20 GET /api/v1/models/status")
"""What the source system sends (contracts 2.2)."""

MOST_REQUESTS = 100_000
"""Requests of one run, so that nobody starts a flood by a slip of the keyboard."""

_PATH = re.compile(r"/[^\s?#]*")


def _written(line: str) -> str:
    parse_request(line)
    return line


def _base(url: str) -> str:
    """An http or https address without credentials, query and fragment; no `/` at its end."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("must be an http:// or https:// address")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no user and no password")
    if parts.query or parts.fragment or re.search(r"[\s\x00-\x1f]", url):
        raise ValueError("must end with its path: no query, no fragment, no space")
    return url.rstrip("/")


def _path(path: str) -> str:
    if not _PATH.fullmatch(path) or path.startswith("//"):
        raise ValueError("must be a path that begins with one /")
    return path


class LoadGate(PolledGate):
    """Requests at a steady rate; failures, timeouts and a rate that was not reached all count."""

    kind: Literal["load"]
    url: Annotated[str, AfterValidator(_base)] = Field(description="Where the service answers; paths are added to it.")
    rps: float = Field(default=10, gt=0, le=1000, description="Requests a second.")
    duration: Span = Field(
        default=timedelta(seconds=30), le=timedelta(minutes=10), description="How long they are sent."
    )
    p95_threshold: float = Field(default=2500, gt=0, description="Limit of the p95 latency in milliseconds.")
    requests: tuple[Annotated[str, AfterValidator(_written)], ...] = Field(
        default=DEFAULT_MIX,
        min_length=1,
        max_length=100,
        description="`30 GET /health`: weight, method, path, JSON body.",
    )
    health: Annotated[str, AfterValidator(_path)] = Field(default="/health", description="Must answer 200 beforehand.")
    max_error_rate: float = Field(default=0, ge=0, le=1, description="Share of failed requests that is tolerated.")
    min_rate: float = Field(default=0.95, gt=0, le=1, description="Share of the asked rate that must be reached.")
    timeout: Span = Field(
        default=timedelta(seconds=10), le=timedelta(minutes=2), description="Longest wait for an answer."
    )
    in_flight: int = Field(default=200, ge=1, le=2000, description="Most requests that wait for an answer at once.")
    every: Span = Field(default=timedelta(minutes=30), description="How often load is sent while it matters.")
    fresh: Span = Field(default=timedelta(hours=2), description="How old a measurement may be and still count.")

    @property
    def count(self) -> int:
        """How many requests one run sends."""
        return max(1, round(self.rps * self.duration.total_seconds()))

    @property
    def longest(self) -> timedelta:
        """How long one run may take: the look at health, the sending, the last answer."""
        return self.duration + 2 * self.timeout

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if self.count > MOST_REQUESTS:
            raise ValueError(f"rps times duration makes {self.count} requests; at most {MOST_REQUESTS} are sent")
        if self.fresh <= self.every + self.longest:
            raise ValueError("fresh must be longer than every and one run together, or a pass would lapse between runs")
        return self
