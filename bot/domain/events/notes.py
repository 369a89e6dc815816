"""What is written down beside the course of a release."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from bot.domain.events.base import Body
from bot.domain.evidence import Fact
from bot.domain.preflight import Checked


class EvidenceRecorded(Body):
    """A measured fact entered the ledger."""

    kind: Literal["evidence_recorded"] = "evidence_recorded"
    fact: Fact


class EvidenceSealed(Body):
    """The evidence of a release that ended was sealed and locked. `path` is below the folder of evidence;
    `content_sha256` is the newest document's, number `number` of the release's chain; `key_ids` signed it."""

    kind: Literal["evidence_sealed"] = "evidence_sealed"
    path: str
    content_sha256: str
    number: int
    key_ids: tuple[str, ...]


class EvidenceFlawed(Body):
    """Sealed evidence of the release is not what was sealed any more; nothing was sealed after it. `code` is the first
    flaw's."""

    kind: Literal["evidence_flawed"] = "evidence_flawed"
    path: str
    code: str


class EvidenceArchived(Body):
    """Locked evidence lies in the archive, `files` of it, and cannot be deleted there before `keep_until`."""

    kind: Literal["evidence_archived"] = "evidence_archived"
    place: str
    files: int
    keep_until: datetime


class PreflightRun(Body):
    """Somebody looked whether everything is fit for the release (contracts 1.20); it decides nothing."""

    kind: Literal["preflight_run"] = "preflight_run"
    go: bool
    checks: tuple[Checked, ...]


class StageFellBack(Body):
    """The stage file was not what we signed; it was set back to `stable`."""

    kind: Literal["stage_fell_back"] = "stage_fell_back"
    path: str
    found: str


class RequestRefused(Body):
    """Somebody asked for something and was told no. `subject` and `reasons` are a gate's name and its codes, where one
    stood in the way."""

    kind: Literal["request_refused"] = "request_refused"
    action: str
    code: str
    subject: str = Field(default="", exclude_if=lambda value: not value)
    reasons: tuple[str, ...] = Field(default=(), exclude_if=lambda value: not value)
