"""How setbacks are weighed on the ops cards, and what is suggested about them: `ops` in interlock.yaml."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Group = Literal["infra", "security", "canary", "perf", "anomaly", "quota", "budget", "other"]


class OpsRules(BaseModel):
    """How setbacks are weighed, and what is suggested about them (contracts 1.16)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: dict[Group, Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]] = Field(
        default_factory=dict, description="Weight of one setback of a group; groups left out keep the built-in weight."
    )
    playbook: dict[str, Annotated[str, Field(min_length=1, max_length=300)]] = Field(
        default_factory=dict,
        description="What to do next, by reason code or by what it begins with; the longest match counts.",
    )
