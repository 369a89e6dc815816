"""The gate that runs a program: its exit code and the report that it wrote both count (contracts 2.1)."""

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.domain.duration import Span
from bot.domain.service.gates import PolledGate
from bot.domain.service.reports import ReportRules

COMMAND_PLACEHOLDERS = ("version", "previous", "service", "environment", "id")
"""What a gate's command may hold; `id` is another one in every run."""


class CommandGate(PolledGate):
    """A program that is run, never through a shell; passes with a good exit code and a report within its limits."""

    kind: Literal["command"]
    run: tuple[str, ...] = Field(
        min_length=1,
        description="Argument list; `{version} {previous} {service} {environment} {id}` are filled, `{id}` is new in "
        "every run. It must only look: after a crash it is run again.",
    )
    report: ReportRules | None = Field(
        default=None, description="The report that it writes; without one the exit code alone counts."
    )
    exit_codes: tuple[Annotated[int, Field(ge=0, le=255)], ...] = Field(
        default=(0,), min_length=1, description="Exit codes with which the report decides; pip-audit finds with 1."
    )
    timeout: Span = Field(default=timedelta(minutes=10), le=timedelta(hours=6), description="How long it may run.")
    environment: tuple[str, ...] = Field(default=(), description="Names of environment variables that it may see.")
    cwd: str = Field(default=".", description="Working folder.")
    every: Span = Field(default=timedelta(minutes=30), description="How often it is run while it matters.")
    fresh: Span = Field(default=timedelta(hours=2), description="How old a result may be and still count.")

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.fresh <= self.every + self.timeout:
            raise ValueError("fresh must be longer than every and timeout together, or a pass would lapse between runs")
        if self.report is None and self.exit_codes != (0,):
            raise ValueError("exit_codes other than 0 need a report, which then decides")
        return self
