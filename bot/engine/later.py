"""Putting an effect off."""

from datetime import datetime


class Later(Exception):  # it says when, not what went wrong
    """The effect cannot be carried out now; try again at that moment."""

    def __init__(self, until: datetime, why: str) -> None:
        super().__init__(why)
        self.until = until
        self.why = why
