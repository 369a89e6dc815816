"""Why a judge gave no vote."""


class NoVote(RuntimeError):
    """A judge was asked and no vote came of it; `code` is stable and says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".rstrip())
        self.code = code
        self.detail = detail


class Unanswered(NoVote):
    """No answer, or one that says the judge is in trouble itself: worth another try."""
