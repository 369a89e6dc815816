"""Pre-flight checks of what lies here: scopes, keys, evidence, the stage file."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.adapters.deployers.stage_file import read_stage, write_stage
from bot.adapters.deployers.stage_manifest import StageBinding
from bot.adapters.deployers.stage_words import Stage
from bot.adapters.evidence.scan import scan
from bot.adapters.keys.errors import KeysUnusable
from bot.adapters.keys.stage import StageKeys
from bot.app import Core
from bot.domain.rbac import Rbac, covers
from bot.settings.evidence import S3Archive
from handlers.cli.finding import Finding, bad, good
from handlers.cli.house_checks import by_stage_file
from handlers.cli.seal_keys import keys_here

_MOVES = ("deploy:promote", "deploy:approve", "deploy:abort")


def check_house(core: Core) -> Iterator[Finding]:
    """Every check that needs nothing from outside."""
    yield _scopes(core)
    yield _keys(core)
    yield _evidence(core)
    yield _stage(core)


def _scopes(core: Core) -> Finding:
    """Minimal scopes: nobody holds everything, and nothing that moves traffic is everybody's."""
    rbac = core.catalogue.rbac()
    wide = [*_wide(rbac), *(f"the command line here holds {one}" for one in core.settings.allow_scopes if one == "*")]
    if wide:
        return bad("scopes", "; ".join(wide), "Grant the scopes one by one, to the groups that need them.")
    missing = [scope for scope in _MOVES if not _held(rbac, scope)]
    if missing:
        return bad("scopes", f"nobody holds {', '.join(missing)}", "Bind a role with it in rbac.yaml.")
    return good("scopes", f"{len(rbac.roles)} roles, {len(rbac.bindings)} bindings, no scope for everything")


def _wide(rbac: Rbac) -> Iterator[str]:
    for binding in rbac.bindings:
        scopes = rbac.roles[binding.role].scopes if binding.role in rbac.roles else ()
        if "*" in scopes:
            yield f"role {binding.role} holds *"
        elif "*" in binding.users and (moving := [one for one in scopes if one.startswith("deploy:")]):
            yield f"role {binding.role} gives everybody {', '.join(moving)}"


def _held(rbac: Rbac, scope: str) -> bool:
    roles = {binding.role for binding in rbac.bindings} & rbac.roles.keys()
    return any(covers(rbac.roles[role].scopes, scope) for role in roles)


def _keys(core: Core) -> Finding:
    """One active key signs; what is in grace has an end in sight."""
    if core.ring is None:
        return good("keys", f"evidence is signed by {core.audit_key.public.key_id} alone; no ring of judge keys is set")
    try:
        keys, now = core.ring.ring().keys, core.clock.now()
    except KeysUnusable as problem:
        return bad("keys", f"{problem} ({problem.code})", "Put it right; `interlock keys status` tells more.")
    states = [f"{key.key_id} {key.standing(now)}" for key in keys]
    if endless := [key.key_id for key in keys if key.state == "grace" and key.expires_at is None]:
        advice = "Give it expires_at, or retire it."
        return bad("keys", f"the grace of {', '.join(endless)} never ends", advice)
    return good("keys", ", ".join(states))


def _evidence(core: Core) -> Finding:
    """Nothing that was sealed is changed, and what is locked goes where nobody can delete it."""
    root = core.settings.evidence
    files = list(scan(root, keys_here())) if root.is_dir() else []
    if tampered := [one.path for one in files if one.tampered]:
        advice = "Run `interlock evidence verify` on it, and find out who was there."
        return bad("evidence", f"tampered: {', '.join(tampered[:3])}", advice)
    archive = core.catalogue.installation().archive
    where = "no archive is configured" if archive is None else _where(archive)
    return good("evidence", f"{len(files)} documents, none tampered; {where}")


def _where(archive: object) -> str:
    return "Object Lock is configured" if isinstance(archive, S3Archive) else "a directory archive is configured"


def _stage(core: Core) -> Finding:
    """The signed stage file can be written, read and repaired, tried on a copy; the live one is never touched."""
    keys = StageKeys.of(core.settings.stage_ring)
    needs = by_stage_file(core.catalogue)
    if keys is None:
        if needs:
            return bad("stage", f"no stage key, and {', '.join(needs)} need one", "Set INTERLOCK_STAGE_KEYS.")
        return good("stage", "no service is released by a stage file")
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "desired_stage.txt"
        binding = StageBinding(actor="preflight", service="", environment="", percentage=0)
        write_stage(path, Stage.CANARY, binding, keys)
        read_back = read_stage(path, keys).stage
        path.write_text("promote\n", "utf-8")
        repaired = read_stage(path, keys)
    if read_back is not Stage.CANARY or repaired.stage is not Stage.STABLE or not repaired.fell_back:
        return bad("stage", "a signed stage did not hold, or a forged one was believed", "Do not release.")
    return good("stage", f"signed by {keys.signer.key_id}, a forged stage falls back to stable")
