"""Releases and refusals as JSON, in the very shapes of the HTTP API."""

from typing import TYPE_CHECKING, Any

from bot.domain.refusal import Refusal
from bot.domain.release import Release
from handlers.api.answers import ahead_of, blocker
from handlers.api.detail import detail
from handlers.cli.opening import person_here

if TYPE_CHECKING:
    from bot.app import Core


def release_shape(core: "Core", release: Release, found: tuple[Refusal, ...] | None = None) -> dict[str, Any]:
    """A release as it stands, with what is in the way of its next step, or what was `found` to be."""
    ahead = ahead_of(core, release.id, person_here()) if found is None else tuple(blocker(one) for one in found)
    return detail(core, release, ahead or ()).model_dump(mode="json")
