"""The csv source: request logs and judge logs, one file a track (contracts 1.10)."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.adapters.sources.count import Reading, Span, read_log
from bot.adapters.sources.kinds import JUDGEMENTS, REQUESTS, Kind
from bot.adapters.sources.log import LogProblem
from bot.domain.evidence import LogMeasurement, SourceFailure, Track, TrackSample
from bot.domain.service import CsvSource

PRODUCER = "csv"


class CsvLog:
    """A Source over the files of one CsvSource; reads only the tracks that its gate needs."""

    def __init__(
        self,
        paths: dict[Track, str | None],
        folder: Path,
        limits: Sequence[float] = (),
        judged: dict[Track, str] | None = None,
    ) -> None:
        self._paths = paths
        self._judged = judged or {}
        self._folder = folder
        self._limits = tuple(limits)

    def measure(
        self, gate: str, version: str, start: datetime, end: datetime, now: datetime
    ) -> LogMeasurement | SourceFailure:
        """What the logs show over [start, end), or the first thing that keeps them from being read.

        `now` bounds how far in the future a row may claim to be (a minute), and is the time of observation.
        """
        span = Span(start, end, now, self._limits)
        try:
            readings = {track: self._read(track, path, span, REQUESTS) for track, path in self._paths.items()}
            judged = {track: self._read(track, path, span, JUDGEMENTS) for track, path in self._judged.items()}
        except LogProblem as problem:
            return SourceFailure(
                gate=gate,
                version=version,
                observed_at=now,
                producer=PRODUCER,
                code=problem.code,
                detail=problem.detail,
            )
        read = [*readings.values(), *judged.values()]
        newest = [one.newest_at for one in read if one.newest_at is not None]
        return LogMeasurement(
            gate=gate,
            version=version,
            observed_at=now,
            producer=PRODUCER,
            start=start,
            end=end,
            stable=readings["stable"].sample if "stable" in readings else None,
            canary=readings["canary"].sample if "canary" in readings else None,
            newest_at=max(newest, default=None),
            files=tuple(one.file for one in read),
            stable_judged=_with_flags(judged["stable"]) if "stable" in judged else None,
            canary_judged=_with_flags(judged["canary"]) if "canary" in judged else None,
        )

    def _read(self, track: Track, path: str | None, span: Span, kind: Kind) -> Reading:
        if path is None:
            raise LogProblem("missing", track)
        return read_log(self._folder / path, path, span, (kind,))


def _with_flags(reading: Reading) -> TrackSample:
    return reading.sample.model_copy(update={"signature_errors": reading.inside.flags})


def build_source(
    spec: CsvSource, tracks: Sequence[Track], folder: Path, limits: Sequence[float] = (), judges: bool = False
) -> CsvLog:
    """The source for a gate that reads these tracks, and counts the requests that took longer than each of the limits,
    in milliseconds; with `judges` it reads their judge logs too, where such are named. Relative paths are taken from
    `folder`, the working folder."""
    paths: dict[Track, str | None] = {"stable": spec.stable, "canary": spec.canary}
    logs: dict[Track, str | None] = {"stable": spec.judgelog, "canary": spec.canary_judgelog}
    judged = {track: path for track in tracks if judges and (path := logs[track]) is not None}
    return CsvLog({track: paths[track] for track in tracks}, folder, limits, judged)
