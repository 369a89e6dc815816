"""Reading, writing and checking one stage file for the command line."""

from pathlib import Path
from typing import Any

from bot.adapters.deployers.stage_file import StageReading, read_stage, verify_stage, write_stage
from bot.adapters.deployers.stage_manifest import StageBinding
from bot.adapters.deployers.stage_words import Stage, stage_word
from bot.adapters.deployers.table import place_under_var
from bot.adapters.keys.stage import StageKeys
from bot.domain.rbac import covers
from bot.domain.refusal import Code, Refusal
from bot.domain.service import StageDeployer
from bot.settings import Settings
from handlers.cli.ask import refuse
from handlers.cli.exits import Exit
from handlers.cli.failures import NotUsable
from handlers.cli.opening import person_here, read_settings
from handlers.cli.say import Say

DEFAULT = Path("rollout/desired_stage.txt")
"""Below the var folder: where the source system keeps it (contracts 1.1)."""

_SCOPES = {
    Stage.PROMOTE: "deploy:promote",
    Stage.CANARY: "deploy:canary",
    Stage.STABLE: "deploy:abort",
    Stage.ABORT: "deploy:abort",
}


def read(say: Say, where: str, path: Path | None) -> int:
    """`stage read`."""
    settings = read_settings()
    file = _file(settings, where, path)
    keys = StageKeys.of(settings.stage_ring)
    reading = read_stage(file, keys)
    if keys is None:
        say.aside("No stage key is configured, so every stage counts as stable.")
    if reading.fell_back:
        say.aside(f"The file was not what Interlock signed ({reading.fell_back}); it stands on stable now.")
    say.result(_shape(reading, file), _line(reading))
    return Exit.DONE


def write(say: Say, word: str, where: str, path: Path | None) -> int:
    """`stage write`."""
    settings = read_settings()
    stage = stage_word(word)
    if not covers(settings.allow_scopes, _SCOPES[stage]):
        return refuse(say, Refusal(code=Code.MISSING_SCOPE, subject=_SCOPES[stage]))
    file = _file(settings, where, path)
    service, _, environment = where.partition("@")
    share = {Stage.PROMOTE: 100}.get(stage, 0)
    binding = StageBinding(actor=person_here().name, service=service, environment=environment, percentage=share)
    reading = write_stage(file, stage, binding, StageKeys.of(settings.stage_ring))
    say.result(_shape(reading, file), _line(reading))
    return Exit.DONE


def verify(say: Say, where: str, path: Path | None) -> int:
    """`stage verify`."""
    settings = read_settings()
    file = _file(settings, where, path)
    check = verify_stage(file, StageKeys.of(settings.stage_ring))
    found = _found(check.fault.value if check.fault else "", check.unfinished, check.fresh)
    data = {"path": str(file), "sound": check.sound, "fault": check.fault.value if check.fault else None}
    data |= {"unfinished": check.unfinished, "fresh": check.fresh}
    say.result(data | {"stage": check.manifest.stage.value if check.manifest else None}, f"{file}: {found}")
    return Exit.DONE if check.sound else Exit.FAILED


def _found(fault: str, unfinished: bool, fresh: bool) -> str:
    if fault:
        return f"not what Interlock signed ({fault}). `stage read` sets it back to stable."
    if unfinished:
        return "a write was cut off. `stage read` finishes it."
    return "no stage was written here yet." if fresh else "sound."


def _file(settings: Settings, where: str, path: Path | None) -> Path:
    """The stage file that is meant. Raises NotUsable, ConfigurationError."""
    if where and path:
        raise NotUsable("Name a service or a --path, not both.")
    if not where:
        return path or settings.var / DEFAULT
    from bot.adapters.config.catalogue import FileCatalogue

    service, _, environment = where.partition("@")
    plan = FileCatalogue(settings.config).plan(service, environment)
    if plan is None or not isinstance(plan.deployer, StageDeployer):
        raise NotUsable(f"{where} has no stage file: write SERVICE@ENVIRONMENT of a service whose deployer is `stage`.")
    return place_under_var(plan.deployer.path, settings.var)


def _shape(reading: StageReading, file: Path) -> dict[str, Any]:
    manifest = reading.manifest
    return {
        "path": str(file),
        "stage": reading.stage.value,
        "sha256": reading.sha256,
        "mtime": reading.mtime.isoformat() if reading.mtime else None,
        "epoch": manifest.epoch if manifest else None,
        "key_id": manifest.key_id if manifest else None,
        "binding": manifest.binding.model_dump(mode="json") if manifest else None,
        "fell_back": reading.fell_back,
        "repaired": reading.repaired,
    }


def _line(reading: StageReading) -> str:
    bound = reading.binding
    by = f"  by {bound.actor}" + (f" for {bound.release}" if bound.release else "") if bound else ""
    return f"{reading.stage.value}  sha256 {reading.sha256}{by}"
