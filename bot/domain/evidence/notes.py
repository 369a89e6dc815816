"""Facts that hold no measurement: a result that somebody handed in, and a source that failed."""

from typing import Literal

from bot.domain.evidence.base import FactBody


class CheckResult(FactBody):
    """A named result that CI posted (design 7, evidence body). `version` is the subject that was checked."""

    kind: Literal["check"] = "check"
    status: Literal["pass", "fail", "pending"]
    url: str = ""
    summary: str = ""
    digest: str = ""


class SourceFailure(FactBody):
    """A source that could not be read: `code` is stable (`missing`, `unreadable`, `bad_header`, `bad_row`,
    `unreachable_url` …), `detail` says where."""

    kind: Literal["failure"] = "failure"
    code: str
    detail: str
