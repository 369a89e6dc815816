"""Comparing two tracks for the command line: the figures, and the windows they are judged in."""

from datetime import datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.adapters.evidence.files import load
from bot.adapters.sources.count import Reading, Span
from bot.adapters.sources.kinds import JUDGEMENTS, REQUESTS, SHADOWS
from bot.domain.evidence import TrackSample
from bot.domain.slo import CanaryBlock, SloDocument
from bot.evidence.canary import deltas_of, track_of, window_between, with_windows
from bot.evidence.counted import Counted
from bot.evidence.document import strict_json
from bot.evidence.harvest import window_of
from bot.evidence.measured import Canary, CanaryWindow
from handlers.cli.failures import NotUsable
from handlers.cli.log_reading import length_of, read
from handlers.cli.say import Say

MOST_WINDOWS = 1440
"""A day of minutes."""

_KINDS = (REQUESTS, JUDGEMENTS, SHADOWS)
_NONE = Counted(TrackSample(count=0, errors=0, unavailable=0))


def compare(
    say: Say, control: Path, canary: Path, span: Span, cut: str, slo: Path | None
) -> tuple[Canary, list[Reading]]:
    """The comparison of two logs, and the two as they were read. Raises NotUsable, LogProblem, DocumentFlawed."""
    length = length_of(cut, "--slice") if cut else None
    limits = _limits(slo)
    old, new = (read(say, path, span, _KINDS, length) for path in (control, canary))
    block = Canary.of(
        control_perf=track_of(old.inside, old.file),
        canary_perf=track_of(new.inside, new.file),
        deltas=deltas_of(old.inside, new.inside),
        window=window_of(_both(old, new), _asked(span)),
    )
    return with_windows(block, _windows(old, new, span, length, limits)), [old, new]


def read_comparison(path: Path) -> Canary:
    """A `canary` block from a file. Raises EvidenceMissing, DocumentFlawed, NotUsable."""
    raw = load(path)
    strict_json(raw)
    try:
        return Canary.model_validate_json(raw)
    except ValidationError as error:
        raise NotUsable(f"{path} is no canary comparison: {_first(error)}.") from None


def read_windows(path: Path) -> tuple[CanaryWindow, ...]:
    """Canary windows from a file that holds a list of them. Raises EvidenceMissing, DocumentFlawed, NotUsable."""
    raw = load(path)
    strict_json(raw)
    try:
        return TypeAdapter(tuple[CanaryWindow, ...]).validate_json(raw)
    except ValidationError as error:
        raise NotUsable(f"{path} is no list of canary windows: {_first(error)}.") from None


def _limits(slo: Path | None) -> CanaryBlock:
    if slo is None:
        return CanaryBlock()
    try:
        document = SloDocument.model_validate(strict_json(load(slo)))
    except ValidationError as error:
        raise NotUsable(f"{slo} is no SLO file: {_first(error)}.") from None
    if document.canary is None:
        raise NotUsable(f"{slo} has no canary block, so no window can be held against it.")
    return document.canary


def _windows(
    old: Reading, new: Reading, span: Span, length: timedelta | None, limits: CanaryBlock
) -> list[CanaryWindow]:
    """One window over everything, or one for each whole slice that lies inside what was measured."""
    whole = _asked(span) or _covered(old, new)
    if length is None:
        start, end = whole or (span.now, span.now)
        return [window_between(old.inside, new.inside, start, end, limits)]
    if whole is None:
        return []
    starts = [one for one in sorted({*old.slices, *new.slices}) if whole[0] <= one and one + length <= whole[1]]
    if len(starts) > MOST_WINDOWS:
        raise NotUsable(f"That would be {len(starts)} windows; choose a longer --slice or a shorter --window.")
    found = ((one, old.slices.get(one, _NONE), new.slices.get(one, _NONE)) for one in starts)
    return [window_between(control, canary, one, one + length, limits) for one, control, canary in found]


def _asked(span: Span) -> tuple[datetime, datetime] | None:
    return None if span.start is None or span.end is None else (span.start, span.end)


def _covered(old: Reading, new: Reading) -> tuple[datetime, datetime] | None:
    """From the first request of either log to the last."""
    both = _both(old, new)
    return None if both.oldest_at is None or both.newest_at is None else (both.oldest_at, both.newest_at)


def _both(old: Reading, new: Reading) -> Counted:
    """When the requests of the two together were made."""
    firsts = [one.inside.oldest_at for one in (old, new) if one.inside.oldest_at is not None]
    lasts = [one.inside.newest_at for one in (old, new) if one.inside.newest_at is not None]
    return Counted(_NONE.sample, None, min(firsts, default=None), max(lasts, default=None))


def _first(error: ValidationError) -> str:
    one = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}"
