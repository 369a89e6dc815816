"""The gates that configuration may name: what every kind shares, and the kinds that judge checks and request logs."""

from datetime import timedelta
from enum import StrEnum
from typing import Literal

from pydantic import Field

from bot.domain.duration import Span
from bot.domain.evidence import Track
from bot.domain.service.words import Name, Setting, When
from bot.domain.slo import SloDocument
from bot.domain.statistics import Statistics


class Mode(StrEnum):
    """What a gate's verdict does."""

    SHADOW = "shadow"
    ADVISE = "advise"
    HOLD = "hold"
    ENFORCE = "enforce"


class Gate(Setting):
    """What every kind of gate has."""

    name: Name
    when: When = Field(default=When.PROMOTE, description="When it speaks: open, promote, bake or verify.")
    required: bool = Field(default=True, description="Whether it blocks; a gate that is not required is only shown.")
    # Left out where it is not set: the digests of releases that were opened before it existed stay what they were.
    mode: Mode = Field(
        default=Mode.ENFORCE,
        exclude_if=lambda value: value is Mode.ENFORCE,
        description="`enforce`: a fail while traffic moves brings it back. `hold`: it is held for a person instead. "
        "`advise`: a fail is told in the thread, and blocks nothing. `shadow`: only shown.",
    )

    @property
    def binds(self) -> bool:
        """Whether what it says counts for anybody; in shadow, and as advice, it does not."""
        return self.mode in (Mode.HOLD, Mode.ENFORCE)

    @property
    def decides(self) -> bool:
        """Whether its verdict opens or shuts anything."""
        return self.required and self.binds


class PolledGate(Gate):
    """A gate that asks its source again and again while it matters."""

    every: Span = Field(default=timedelta(seconds=30), description="How often it is measured while it matters.")
    fresh: Span = Field(default=timedelta(minutes=2), description="How old a measurement may be and still count.")

    @property
    def looks_back(self) -> timedelta:
        """How much of the past one measurement covers; zero for what only knows the present."""
        return timedelta(0)


class CheckGate(Gate):
    """A named result that CI posts for this very version."""

    kind: Literal["check"]
    fresh: Span = Field(default=timedelta(hours=24), description="How old a result may be and still count.")


class SloGate(PolledGate):
    """Absolute limits on measured request logs."""

    kind: Literal["slo"]
    file: str = Field(description="SLO file, relative to the configuration folder.")
    source: str = Field(description="Name of the source that it reads.")
    track: Track = Field(default="stable", description="Which track the limits apply to.")
    window: Span = Field(default=timedelta(minutes=5), description="How much of the log is judged, up to now.")
    slo: SloDocument | None = Field(default=None, exclude=False, description="Filled from `file` when read.")

    @property
    def looks_back(self) -> timedelta:
        """The window that is judged."""
        return self.window


class CanaryGate(Gate):
    """The canary track against the stable one, window by window."""

    kind: Literal["canary"]
    when: When = Field(default=When.BAKE, description="When it speaks: open, promote, bake or verify.")
    file: str = Field(description="SLO file with a `canary` block, relative to the configuration folder.")
    source: str = Field(description="Name of the source that it reads.")
    window: Span = Field(default=timedelta(minutes=1), description="Length of one judged window.")
    passes: int = Field(default=3, ge=1, le=50, description="Consecutive clean windows that make a pass.")
    burst: int = Field(default=0, ge=0, le=50, description="Bad windows in one step that are tolerated.")
    fresh: Span = Field(default=timedelta(minutes=2), description="How old the newest window may be.")
    # Left out where it is not set: the digests of releases that were opened before it existed stay what they were.
    statistics: Statistics | None = Field(
        default=None, exclude_if=lambda value: value is None, description="Evidence in place of fixed thresholds."
    )
    slo: SloDocument | None = Field(default=None, exclude=False, description="Filled from `file` when read.")


LogGate = SloGate | CanaryGate
"""The gates that read request logs, by the limits of an SLO file."""
