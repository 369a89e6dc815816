"""Why a report counts for nothing."""


class ReportProblem(ValueError):
    """`code` is one of CommandResult's problems; `detail` says where, and holds nothing of the report's own text."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
