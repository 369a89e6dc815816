"""What moves the traffic, by kind."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.duration import Span
from bot.domain.service.words import Setting


class StageDeployer(Setting):
    """Writes the signed stage file that a controller watches (contracts 1.1, 1.2, 1.7)."""

    kind: Literal["stage"]
    path: str = Field(
        default="var/rollout/desired_stage.txt", description="The stage file; its manifest lies beside it."
    )
    hook: tuple[str, ...] | None = Field(default=None, description="Controller hook, as an argument list.")
    timeout: Span = Field(default=timedelta(minutes=1), description="How long the hook may run.")
    # Left out where it is not set: the digests of releases that were opened before it existed stay what they were.
    environment: tuple[str, ...] = Field(
        default=(), exclude_if=lambda value: not value, description="Names of environment variables that hooks may see."
    )


class CommandDeployer(Setting):
    """Runs argument lists, never a shell; `{version} {previous} {percent} {id} {service} {environment}` are filled."""

    kind: Literal["command"]
    start: tuple[str, ...] = Field(min_length=1, description="Moves traffic to the version at the step's share.")
    rollback: tuple[str, ...] = Field(min_length=1, description="Brings all traffic back to `{version}`.")
    status: tuple[str, ...] | None = Field(
        default=None,
        description="Asks for deployment `{id}`; answers JSON with `state`: done, running, failed or unknown.",
    )
    timeout: Span = Field(default=timedelta(minutes=10), description="How long one command may run.")
    environment: tuple[str, ...] = Field(default=(), description="Names of environment variables that it may see.")
    cwd: str = Field(default=".", description="Working folder.")


DeployerSpec = Annotated[StageDeployer | CommandDeployer, Field(discriminator="kind")]
