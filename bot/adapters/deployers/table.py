"""The table of deployers: which kind of configuration is carried out by what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.deployers.command import CommandLineDeployer
from bot.adapters.deployers.stage import StageFileDeployer
from bot.adapters.keys.stage import StageKeys
from bot.domain.service import CommandDeployer, DeployerSpec, StageDeployer
from bot.ports import Deployer


class UnknownDeployer(ValueError):
    """No deployer carries out this kind of configuration."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What deployers are built with, beside their own configuration."""

    stage_keys: StageKeys | None
    environ: Mapping[str, str]
    var: Path


def _stage(spec: DeployerSpec, around: Surroundings) -> Deployer:
    if not isinstance(spec, StageDeployer):
        raise UnknownDeployer(spec.kind)
    path = place_under_var(spec.path, around.var)
    return StageFileDeployer(path, around.stage_keys, spec.hook, spec.timeout, around.environ)


def _command(spec: DeployerSpec, around: Surroundings) -> Deployer:
    if not isinstance(spec, CommandDeployer):
        raise UnknownDeployer(spec.kind)
    return CommandLineDeployer(spec, around.environ)


DEPLOYERS: dict[str, Callable[[DeployerSpec, Surroundings], Deployer]] = {"stage": _stage, "command": _command}


def build_deployer(spec: DeployerSpec, stage_keys: StageKeys | None, environ: Mapping[str, str], var: Path) -> Deployer:
    """The deployer for a configuration. Raises UnknownDeployer, BadTemplate and HookMalformed."""
    factory = DEPLOYERS.get(spec.kind)
    if factory is None:
        raise UnknownDeployer(f"deployer kind {spec.kind}; known are {', '.join(sorted(DEPLOYERS))}")
    return factory(spec, Surroundings(stage_keys, environ, var))


def place_under_var(path: str, var: Path) -> Path:
    """A path that begins with `var/` follows the var folder to wherever it is; any other stays as written."""
    written = Path(path)
    return var.joinpath(*written.parts[1:]) if written.parts[:1] == ("var",) else written
