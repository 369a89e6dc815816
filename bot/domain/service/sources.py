"""Where gates read, by kind."""

from typing import Literal

from pydantic import Field

from bot.domain.service.words import Setting


class CsvSource(Setting):
    """Request logs as CSV files with the columns `ts,status,latency_ms`, and judge logs, which also hold
    `signature_error` (contracts 1.10). What SLO files say under `judge_infra` is held against the judge log where one
    is named, and against the request log otherwise, which knows no signatures."""

    kind: Literal["csv"]
    stable: str = Field(description="Log of the live version.")
    canary: str | None = Field(default=None, description="Log of the version that is being released.")
    # Left out where they are not set: the digests of releases that were opened before they existed stay what they were.
    judgelog: str | None = Field(
        default=None, exclude_if=lambda value: value is None, description="Judge log of the live version."
    )
    canary_judgelog: str | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="Judge log of the version that is being released.",
    )
