"""What a gate's measurement is about: which version, and which tracks of the log."""

from bot.domain.evidence import Track
from bot.domain.release import Release
from bot.domain.service import CanaryGate, Gate, QuorumGate, SloGate, When


def tracks_of(spec: Gate) -> tuple[Track, ...]:
    """The tracks of request logs that have to be read for a gate; none for a gate that reads no logs."""
    if isinstance(spec, CanaryGate):
        return ("stable", "canary")
    if isinstance(spec, QuorumGate):
        return (spec.track,) if spec.source is not None else ()
    return (spec.track,) if isinstance(spec, SloGate) else ()


def subject_of(spec: Gate, release: Release) -> str | None:
    """The version that a gate's measurement must name; None when nothing is known to be live.

    The canary track is the release's own version. The stable track is the version before it, until the release has all
    traffic: a gate that speaks at `verify` measures the new version there. What reads no logs speaks for the release.
    """
    if tracks_of(spec) == ("stable",) and spec.when is not When.VERIFY:
        return release.previous or release.plan.baseline
    return release.version
