"""The `canary` block: two tracks compared, and windows that are added and never taken away (contracts 1.8, 1.17)."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.evidence import LogFile
from bot.domain.slo import CanaryBlock
from bot.evidence.counted import Counted
from bot.evidence.harvest import SHARE_DIGITS, milliseconds, share, source_file, written
from bot.evidence.measured import Canary, CanaryWindow, Deltas, TrackPerf

LEAST_P95_MS = 1.0
"""What the control's p95 counts at least, so that a service that answers in no time does not divide by nothing."""


def track_of(counted: Counted, file: LogFile | None) -> TrackPerf:
    """One track's figures; without requests it holds `count` 0 and the file alone."""
    found = counted.sample
    source = None if file is None else source_file(file)
    if not found.count:
        return TrackPerf.of(count=0, source=source)
    return TrackPerf.of(
        count=found.count,
        p50=milliseconds(found.p50_ms),
        p95=milliseconds(found.p95_ms),
        p99=milliseconds(found.p99_ms),
        error_rate=share(found.error_rate),
        errors=found.errors,
        signature_error_rate=share(counted.flag_rate),
        signature_errors=counted.flags,
        source=source,
    )


def deltas_of(control: Counted, canary: Counted, judged: tuple[Counted, Counted] | None = None) -> Deltas:
    """Canary against control, from the figures before they are rounded. What one of them lacks is absent. `judged`: the
    same two by their judge logs, where signatures stand in files of their own."""
    old, new = control.sample, canary.sample
    found: dict[str, float] = {}
    if old.p95_ms is not None and new.p95_ms is not None:
        found["p95_rel"] = (new.p95_ms - old.p95_ms) / max(old.p95_ms, LEAST_P95_MS)
    if old.error_rate is not None and new.error_rate is not None:
        found["error_delta"] = new.error_rate - old.error_rate
    before, after = (one.flag_rate for one in judged or (control, canary))
    if before is not None and after is not None:
        found["sig_error_delta"] = after - before
    return Deltas(**{name: round(value, SHARE_DIGITS) for name, value in found.items()})


def window_between(
    control: Counted,
    canary: Counted,
    start: datetime,
    end: datetime,
    limits: CanaryBlock,
    judged: tuple[Counted, Counted] | None = None,
) -> CanaryWindow:
    """One window, judged: it passes with enough requests of both tracks and every limit kept. `burst` is how many
    limits it broke; a window with too few requests, or without a figure that a limit needs, breaks none and fails."""
    deltas = deltas_of(control, canary, judged)
    enough = min(control.sample.count, canary.sample.count) >= limits.min_sample_count
    compared = _compared(deltas, limits)
    broken = sum(value is not None and value > limit for value, limit in compared) if enough else 0
    return CanaryWindow.of(
        passed=enough and not broken and all(value is not None for value, _ in compared),
        burst=broken,
        timestamp_unix=end.timestamp(),
        start=written(start),
        end=written(end),
        control_count=control.sample.count,
        canary_count=canary.sample.count,
        deltas=deltas,
    )


def with_windows(canary: Canary, windows: Iterable[CanaryWindow]) -> Canary:
    """The block with these windows added. None is taken away or changed; a window that stands there already, or there
    with a worse finding for the same span, is not added again."""
    kept = list(canary.windows)
    for window in windows:
        same = [one for one in kept if one.start is not None and (one.start, one.end) == (window.start, window.end)]
        if not any(one == window or _badness(one) >= _badness(window) for one in same):
            kept.append(window)
    return canary.model_copy(update={"windows": tuple(kept)})


def merged(old: Canary | None, new: Canary) -> Canary:
    """The newest comparison with all windows, the old ones first."""
    kept = old.windows if old is not None else ()
    return with_windows(new.model_copy(update={"windows": kept}), new.windows)


def _compared(deltas: Deltas, limits: CanaryBlock) -> list[tuple[float | int | None, float]]:
    asked = [
        (deltas.p95_rel, limits.thresholds.max_p95_rel_increase),
        (deltas.error_delta, limits.thresholds.max_error_abs_delta),
    ]
    if limits.thresholds.max_sig_error_delta is not None:
        asked.append((deltas.sig_error_delta, limits.thresholds.max_sig_error_delta))
    return asked


def _badness(window: CanaryWindow) -> float:
    return 0 if window.passed else 1 + window.burst
