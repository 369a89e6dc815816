"""The questions that DuckDB answers about a log, in SQL: the quick one for plain rows, the thorough one for any."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.adapters.sources.kinds import Column, Kind
from bot.adapters.sources.rows import EARLIEST, PATTERNS, RAISED
from bot.evidence.measure import QUANTILES, SERVER_ERROR, THROTTLED

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_LAST = 2**62
_FINITE = 1.7976931348623157e308

_OPTIONS = (
    "auto_detect = false, header = false, delim = ',', quote = '', escape = '', new_line = '\\n', "
    "null_padding = false, strict_mode = true, nullstr = '', buffer_size = 8388608"
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: requests in [start, end), all of them where that is None; which ts lies in the future; how many
    took longer than each limit in milliseconds; how long the slices are that are counted apart."""

    kind: Kind
    start: datetime | None
    end: datetime | None
    latest: datetime
    limits: tuple[float, ...] = ()
    slices: timedelta | None = None

    def quick(self, files: Sequence[int], offset: timedelta) -> str:
        """For rows of which `shape` vouches. Midnights are counted, since DuckDB takes 24:00 for one: any makes the
        answer void."""
        midnight = f"(us + {offset // MICROSECOND}) % 86400000000 = 0" if self._timed else "false"
        good = f"status BETWEEN 100 AND 599 AND ms BETWEEN 0 AND {_FINITE!r}"
        if self._timed:
            good += f" AND us BETWEEN {_micros(EARLIEST)} AND {_micros(self.latest)}"
        if self._flagged:
            good += f" AND regexp_full_match(flag, '{PATTERNS[Column.FLAG]}')"
        us = "epoch_us(ts)" if self._timed else "NULL::BIGINT"
        flag = "signature_error" if self._flagged else "NULL::VARCHAR"
        lines = f"SELECT {us} AS us, status, latency_ms AS ms, {flag} AS flag FROM {self._csv(files, _TYPED)}"
        return self._count(f"SELECT *, NOT coalesce({good}, false) AS bad, {midnight} AS doubted FROM ({lines})")

    def thorough(self, files: Sequence[int]) -> str:
        """For any lines: every column is held against its pattern. Rows without ts are none."""
        shaped = " AND ".join(f"regexp_full_match({one}, '{PATTERNS[one]}')" for one in self.kind.columns)
        good = "shaped AND isfinite(ms) AND ms >= 0"
        if self._timed:
            good += f" AND us BETWEEN {_micros(EARLIEST)} AND {_micros(self.latest)}"
        us = "epoch_us(try_cast(ts AS TIMESTAMPTZ))" if self._timed else "NULL::BIGINT"
        flag = "signature_error" if self._flagged else "NULL::VARCHAR"
        lines = (
            f"SELECT {us} AS us, try_cast(status AS SMALLINT) AS status, try_cast(latency_ms AS DOUBLE) AS ms, "
            f"{flag} AS flag, {shaped} AS shaped FROM {self._csv(files, {})}"
        )
        lines += " WHERE ts IS NOT NULL" if self._timed else ""
        return self._count(f"SELECT *, NOT coalesce({good}, false) AS bad, false AS doubted FROM ({lines})")

    def _count(self, judged: str) -> str:
        length = self.slices // MICROSECOND if self.slices else 0
        slot = f"CASE WHEN {self._inside} THEN us // {length} * {length} END" if length else "NULL::BIGINT"
        groups = " GROUP BY GROUPING SETS ((), (slot)) HAVING grouping(slot) = 1 OR slot IS NOT NULL" if length else ""
        first = "slot, grouping(slot) = 1" if length else "NULL, true"
        slower = ", ".join(f"count(*) FILTER (inside AND ms > {float(limit)!r})" for limit in self.limits)
        raised = ", ".join(f"'{one}'" for one in RAISED)
        return f"""
            WITH counted AS (SELECT *, {self._inside} AS inside, {slot} AS slot FROM ({judged}))
            SELECT {first},
                   count(*), count(*) FILTER (bad), count(*) FILTER (doubted), max(us),
                   count(*) FILTER (inside),
                   count(*) FILTER (inside AND (status >= {SERVER_ERROR} OR status = {THROTTLED})),
                   count(*) FILTER (inside AND status >= {SERVER_ERROR}),
                   count(*) FILTER (inside AND flag IN ({raised})),
                   quantile_cont(ms, {list(QUANTILES)}) FILTER (inside),
                   [{slower}]::BIGINT[],
                   min(us) FILTER (inside), max(us) FILTER (inside)
            FROM counted{groups}"""

    @property
    def _timed(self) -> bool:
        return self.kind.has(Column.TS)

    @property
    def _flagged(self) -> bool:
        return self.kind.has(Column.FLAG)

    @property
    def _inside(self) -> str:
        if not self._timed or (self.start is None and self.end is None):
            return "true"
        start = -_LAST if self.start is None else _micros(self.start)
        end = _LAST if self.end is None else _micros(self.end)
        return f"(us >= {start} AND us < {end})"

    def _csv(self, files: Sequence[int], types: dict[Column, str]) -> str:
        columns = ", ".join(f"'{one}': '{types.get(one, 'VARCHAR')}'" for one in self.kind.columns)
        paths = ", ".join(f"'/dev/fd/{one}'" for one in files)
        return f"read_csv([{paths}], {_OPTIONS}, columns = {{{columns}}})"


_TYPED = {Column.TS: "TIMESTAMPTZ", Column.STATUS: "SMALLINT", Column.LATENCY: "DOUBLE"}


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND
