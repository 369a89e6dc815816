"""Where gates read, by kind."""

from typing import Literal

from pydantic import Field

from bot.domain.service.words import Setting


class CsvSource(Setting):
    """Request logs as CSV files with the columns `ts,status,latency_ms` (contracts 1.10)."""

    kind: Literal["csv"]
    stable: str = Field(description="Log of the live version.")
    canary: str | None = Field(default=None, description="Log of the version that is being released.")
