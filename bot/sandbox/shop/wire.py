"""What travels between the shop's processes and its commands, as checked bodies."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Version = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,79}$")]
DeploymentId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]
Percent = Annotated[int, Field(ge=0, le=100, strict=True)]


class Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Upstream(Body):
    """One shop process as the proxy sees it. `url`: its origin, without a path."""

    version: Version
    url: str


class Route(Body):
    """Where traffic goes. `percent` is the canary's share; without a canary it is 0."""

    stable: Upstream
    canary: Upstream | None = None
    percent: Percent = 0


class DeployOrder(Body):
    """Body of `PUT /deployments/{id}`."""

    version: Version
    percent: Percent


class RollbackOrder(Body):
    """Body of `POST /rollback`."""

    id: DeploymentId
    version: Version


class Address(Body):
    """`shop.json`: how a command finds the shop. `token_file` is a name beside it; `url` is where customers go."""

    admin: str
    token_file: str
    url: str
    pid: int
    stable_log: str
    canary_log: str
