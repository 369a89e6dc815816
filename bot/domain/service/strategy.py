"""Who has to agree to a release, and how its traffic moves."""

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from bot.domain.duration import Duration
from bot.domain.service.words import Setting


class ApprovalRule(Setting):
    """Who has to agree. `roles: {deploy-owner: 1}` means that at least one of the `count` comes from that role."""

    count: int = Field(default=1, ge=0, le=20, description="Distinct people who must approve.")
    roles: dict[str, int] = Field(default_factory=dict, description="Least approvals from each role, within the count.")
    exclude_requester: bool = Field(default=True, description="The person who opened the release does not count.")
    expires: Duration = Field(
        default=timedelta(hours=4), description="How long an unfinished release waits before it expires."
    )


class Strategy(Setting):
    """How traffic moves: shares of traffic in percent, and how long each is watched before the next."""

    kind: Literal["canary"] = Field(default="canary", description="The way traffic moves.")
    steps: tuple[int, ...] = Field(default=(1, 5, 25, 100), description="Shares of traffic, rising, the last one 100.")
    bake: tuple[Duration, ...] = Field(
        default=(timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=30), timedelta(0)),
        description="Watching time after each step, one for each.",
    )
    advance: Literal["auto", "manual"] = Field(
        default="auto", description="Whether the next step starts by itself after a clean bake."
    )
    patience: Duration = Field(
        default=timedelta(minutes=10),
        description="How long past its bake a step waits for evidence before the release is held for a person.",
    )

    @model_validator(mode="after")
    def _steps_rise_to_full(self) -> Self:
        rising = all(low < high for low, high in zip(self.steps, self.steps[1:], strict=False))
        if not self.steps or not rising or self.steps[0] < 1 or self.steps[-1] != 100:
            raise ValueError("steps must rise and end at 100, such as [1, 5, 25, 100]")
        if len(self.bake) != len(self.steps):
            raise ValueError(f"bake needs one duration for each of the {len(self.steps)} steps, got {len(self.bake)}")
        return self
