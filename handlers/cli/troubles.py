"""Failures that have a name: which exit code each ends with, and what to do about it."""

from dataclasses import dataclass

from bot.adapters.deployers.stage_files import StageBusy
from bot.adapters.deployers.stage_publish import StageUnfinished
from bot.adapters.deployers.stage_words import NotAStage
from bot.adapters.evidence.files import EvidenceMissing
from bot.adapters.evidence.merge import EvidenceLocked, EvidenceMoved
from bot.adapters.keys.audit import AuditKeyExposed, AuditKeyMalformed
from bot.adapters.keys.errors import KeysMoved, KeysNotWritable, KeysUnusable
from bot.adapters.keys.ring import NoActiveKey
from bot.adapters.keys.stage import StageKeyMissing
from bot.adapters.lock import LockHeld
from bot.adapters.sources.log import LogProblem
from bot.adapters.store.errors import NewerDatabase, StoreUnavailable, UnknownDatabase
from bot.evidence.document import DocumentFlawed
from bot.evidence.seal import NotBound
from bot.ports import ArchiveAway, ArchiveRefused
from bot.settings import Problem
from handlers.cli.exits import Exit
from handlers.cli.failures import NoQuorum, NotUsable, PartFailed, StoryBroke
from handlers.cli.flaw_words import document_trouble
from handlers.cli.harvest_words import log_trouble
from handlers.cli.say import Say


@dataclass(frozen=True, slots=True)
class Trouble:
    """One named failure."""

    exit: Exit
    code: str
    message: str
    hint: str = ""


_BY_TYPE: tuple[tuple[type[Exception], Exit, str, str], ...] = (
    (StoreUnavailable, Exit.INFRASTRUCTURE, "database", "Run `interlock doctor` to see what Interlock reaches."),
    (NewerDatabase, Exit.INFRASTRUCTURE, "database", ""),
    (UnknownDatabase, Exit.INVALID, "configuration", ""),
    (StageKeyMissing, Exit.INVALID, "configuration", "Set INTERLOCK_STAGE_KEYS or DECISIONOS_STAGE_KEYS."),
    (AuditKeyMalformed, Exit.INVALID, "configuration", ""),
    (AuditKeyExposed, Exit.INFRASTRUCTURE, "keys", ""),
    (NotAStage, Exit.INVALID, "invalid_input", ""),
    (NotUsable, Exit.INVALID, "invalid_input", ""),
    (NoQuorum, Exit.INVALID, "no_quorum", ""),
    (NoActiveKey, Exit.INVALID, "configuration", "Give one key of INTERLOCK_JUDGE_KEYS the state active."),
    (StageBusy, Exit.INFRASTRUCTURE, "stage", "Find out which process holds the lock."),
    (StageUnfinished, Exit.INFRASTRUCTURE, "stage", "Read the stage again: that finishes the write."),
    (EvidenceMissing, Exit.INVALID, "evidence_missing", ""),
    (EvidenceLocked, Exit.FAILED, "evidence_locked", ""),
    (EvidenceMoved, Exit.INFRASTRUCTURE, "evidence_moved", "Nothing was changed; try again."),
    (NotBound, Exit.INVALID, "evidence_unbound", "Say --service and --version."),
    (ArchiveRefused, Exit.INVALID, "archive_refused", ""),
    (ArchiveAway, Exit.INFRASTRUCTURE, "archive_away", "Run it again: it goes on where it stopped."),
    (KeysNotWritable, Exit.INFRASTRUCTURE, "keys.not_writable", ""),
    (KeysMoved, Exit.INFRASTRUCTURE, "keys.moved", ""),
    (LockHeld, Exit.INFRASTRUCTURE, "lock", "Find out which process holds it."),
    (PartFailed, Exit.INFRASTRUCTURE, "infrastructure", ""),
    (StoryBroke, Exit.FAILED, "story", ""),
)


def named(error: Exception) -> Trouble | None:
    """The failure by its name; None for one that nobody foresaw."""
    for kind, code, name, hint in _BY_TYPE:
        if isinstance(error, kind):
            message = str(error)
            return Trouble(code, name, message if message.endswith(".") else f"{message}.", hint)
    if isinstance(error, KeysUnusable):
        return Trouble(Exit.INFRASTRUCTURE, error.code, str(error), "Look at `interlock keys status`.")
    if isinstance(error, LogProblem):
        return Trouble(*log_trouble(error))
    if isinstance(error, DocumentFlawed):
        return Trouble(*document_trouble(error))
    if isinstance(error, OSError):
        where = f": {error.filename}" if error.filename else ""
        return Trouble(Exit.INFRASTRUCTURE, "system", f"{error.strerror or error}{where}.")
    return None


def tell_problems(problems: tuple[Problem, ...], say: Say) -> None:
    """Every mistake of the configuration at once."""
    many = "one mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
    lines = "\n".join(f"  {problem}" for problem in problems)
    say.trouble(
        "configuration",
        f"The configuration has {many}:\n{lines}",
        problems=[{"file": one.file, "key": one.key, "reason": one.reason} for one in problems],
    )
