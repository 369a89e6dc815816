"""What a gate's measurement is about: which version, and which tracks of the log."""

from bot.domain.evidence import Track
from bot.domain.release import Release
from bot.domain.service import CanaryGate, SloGate, When


def tracks_of(spec: SloGate | CanaryGate) -> tuple[Track, ...]:
    """The tracks that have to be read for a gate."""
    return ("stable", "canary") if isinstance(spec, CanaryGate) else (spec.track,)


def subject_of(spec: SloGate | CanaryGate, release: Release) -> str | None:
    """The version that a gate's measurement must name; None when nothing is known to be live.

    The canary track is the release's own version. The stable track is the version before it, until the release has all
    traffic: a gate that speaks at `verify` measures the new version there.
    """
    if "canary" in tracks_of(spec) or spec.when is When.VERIFY:
        return release.version
    return release.previous or release.plan.baseline
