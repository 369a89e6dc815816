"""Which of the words behind an action names the release, and which are its fields."""

import re
from collections.abc import Sequence

from bot.domain.actions import Action, Field

_NAMES_A_RELEASE = re.compile(r"[Rr]-\d{1,12}|[^@\s]+@[^@\s]+")


def placed(action: Action) -> list[Field]:
    """The fields that go by their place among the words."""
    own = [field for field in action.fields if field.position is not None]
    return sorted(own, key=lambda field: field.position or 0)


def split_target(action: Action, words: Sequence[str], given: Sequence[str] = ()) -> tuple[str, list[str]]:
    """The release that is named, empty for the one here, and the words that are left. `settle started` and
    `tick rollback-plan` name none: their words are no more than what the action cannot go without. `given` are fields
    that came as flags."""
    left = list(words)
    if not action.on_release or not left:
        return "", left
    needed = [field for field in placed(action) if field.required and field.name not in given]
    if needed and left[0] in needed[0].choices:
        return "", left
    if _NAMES_A_RELEASE.fullmatch(left[0]) or len(left) > len(needed):
        return left[0], left[1:]
    return "", left
