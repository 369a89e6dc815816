"""The table of deployers: which kind of configuration is carried out by what."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from bot.adapters.deployers.command import CommandLineDeployer
from bot.adapters.deployers.stage import StageFileDeployer
from bot.adapters.deployers.stage_hook import Hooks
from bot.adapters.keys.stage import StageKeys
from bot.domain.service import CommandDeployer, DeployerSpec, StageDeployer
from bot.ports import Deployer
from bot.settings import Settings


class UnknownDeployer(ValueError):
    """No deployer carries out this kind of configuration."""


Environ = Mapping[str, str]


def _stage(spec: DeployerSpec, settings: Settings, environ: Environ) -> Deployer:
    if not isinstance(spec, StageDeployer):
        raise UnknownDeployer(spec.kind)
    path = place_under_var(spec.path, settings.var)
    hooks = Hooks(settings.controller_hook or spec.hook or (), settings.on_promote_cmd or (), spec.environment)
    return StageFileDeployer(path, StageKeys.of(settings.stage_ring), hooks, spec.timeout, environ)


def _command(spec: DeployerSpec, settings: Settings, environ: Environ) -> Deployer:
    if not isinstance(spec, CommandDeployer):
        raise UnknownDeployer(spec.kind)
    return CommandLineDeployer(spec, environ)


DEPLOYERS: dict[str, Callable[[DeployerSpec, Settings, Environ], Deployer]] = {"stage": _stage, "command": _command}


def build_deployer(spec: DeployerSpec, settings: Settings, environ: Environ) -> Deployer:
    """The deployer for a configuration. A hook in the settings goes before the configured one (design 6); children see
    of `environ` what their configuration allows. Raises UnknownDeployer and BadTemplate."""
    factory = DEPLOYERS.get(spec.kind)
    if factory is None:
        raise UnknownDeployer(f"deployer kind {spec.kind}; known are {', '.join(sorted(DEPLOYERS))}")
    return factory(spec, settings, environ)


def place_under_var(path: str, var: Path) -> Path:
    """A path that begins with `var/` follows the var folder to wherever it is; any other stays as written."""
    written = Path(path)
    return var.joinpath(*written.parts[1:]) if written.parts[:1] == ("var",) else written


def deployers(settings: Settings, environ: Mapping[str, str]) -> Callable[[DeployerSpec], Deployer]:
    """One deployer for each configuration, made when it is first needed; it remembers what it has told."""

    @cache
    def deployer(spec: DeployerSpec) -> Deployer:
        return build_deployer(spec, settings, environ)

    return deployer
