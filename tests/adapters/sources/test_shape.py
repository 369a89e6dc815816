"""The quick reading of a log against the thorough one: what passes quickly means the same and hides no flaw."""

import itertools
import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.sources.answer import quick_answer, thorough_answer
from bot.adapters.sources.kinds import JUDGEMENTS, REQUESTS, SHADOWS, Kind
from bot.adapters.sources.log import LogProblem, head_of, open_log
from bot.adapters.sources.query import Question
from bot.adapters.sources.rows import TS, flaw_of
from tests.adapters.sources.logs import NOON

LATEST = NOON + timedelta(minutes=1)
FIRST = b"2026-03-02T10:00:00.5Z"


def answers(folder: Path, kind: Kind, rows: bytes) -> tuple[object, object]:
    """What the quick reading says (None: it does not judge this log), and what the thorough one does."""
    path = folder / "log.csv"
    path.write_bytes(kind.headers[0] + b"\n" + rows)
    asked = Question(kind, NOON - timedelta(days=2000), NOON, LATEST, (10.0,), timedelta(days=1))
    with open_log(path, "log") as log:
        quick = quick_answer(log, head_of(log, (kind,)), asked, None)
    with open_log(path, "log") as log:
        try:
            thorough = thorough_answer(log, head_of(log, (kind,)), asked, None)
        except LogProblem as problem:
            return quick, problem.detail
    return (quick and (sorted(quick[0], key=str), quick[1])), (sorted(thorough[0], key=str), thorough[1])


PLAIN = {
    "utc": b"2026-03-02T10:00:00.000Z,200,12.5\n2026-03-02T23:59:59.999Z,503,0.1\n",
    "seconds": b"2026-03-02T10:00:00Z,200,12.5\n",
    "naive": b"2026-03-02T10:00:00,200,12\n2026-03-02T10:00:01,200,7.5\n",
    "space": b"2026-03-02 10:00:00.123456,429,1e-05\n2026-03-02 10:00:00,200,3\n",
    "offset": b"2026-03-02T10:00:00.123456+00:00,200,12.5\n2026-03-02T10:00:00+00:00,200,12.5\n",
    "zone": b"2026-03-02T12:00:00.5+0200,200,.5\n",
    "crlf": b"2026-03-02T10:00:00Z,200,12.5\r\n2026-03-02T10:00:01Z,200,12.5\r\n",
}


@pytest.mark.parametrize("spelling", PLAIN)
def test_logs_as_programs_write_them_are_read_quickly(tmp_path: Path, spelling: str) -> None:
    """The usual spellings pass the quick look, and mean what the thorough reading says."""
    quick, thorough = answers(tmp_path, REQUESTS, PLAIN[spelling])
    assert quick is not None
    assert quick == thorough


@pytest.mark.parametrize("flags", [(b"0", b"1"), (b"false", b"true"), (b"False", b"True"), (b"0", b"true")])
def test_judge_and_shadow_logs_are_read_quickly(tmp_path: Path, flags: tuple[bytes, bytes]) -> None:
    """Flags as digits or words; a shadow log has no times, so every row counts."""
    rows = b"".join(b"200,%d.5,%s\n" % (number, flags[number % 3 == 0]) for number in range(60))
    judged = b"".join(b"%s,%s\n" % (FIRST, row) for row in rows.splitlines())
    for kind, text in ((SHADOWS, rows), (JUDGEMENTS, judged)):
        quick, thorough = answers(tmp_path, kind, text)
        assert quick is not None
        assert quick == thorough
        total = next(row for row in quick[0] if row[1])  # type: ignore[index]  # an answer and a prefix
        assert (total[2], total[3], total[9]) == (60, 0, 20)


UNSEEN = {
    "hour 24": b"2026-03-02T24:00:00.0Z,200,1.5\n",
    "other zone": b"2026-03-02T10:00:00.5+99:99,200,1.5\n",
    "no minute": b"2026-03-02T10:,200,1.5\n",
    "five fields in four commas": b"2026-03-02T10:00:00.5Z,200,1.5,\n",
    "blank flag": b"2026-03-02T10:00:00.5Z,200,\n",
    "status 600": b"2026-03-02T10:00:00.5Z,600,1.5\n",
    "status 99999": b"2026-03-02T10:00:00.5Z,99999,1.5\n",
    "minus": b"2026-03-02T10:00:00.5Z,200,-1.5\n",
    "too large": b"2026-03-02T10:00:00.5Z,200,1" + b"0" * 400 + b".5\n",
    "30 February": b"2026-02-30T10:00:00.5Z,200,1.5\n",
    "year 999": b"999-03-02T10:00:00.5Z,200,1.5\n",
    "future": b"2999-03-02T10:00:00.5Z,200,1.5\n",
}


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("case", UNSEEN)
def test_the_quick_look_vouches_for_no_flaw(tmp_path: Path, case: str, place: int) -> None:
    """Rows whose signs stand where a good row has them, and which are none."""
    rows = [FIRST + b",200,1.5\n"] * 3
    rows[place] = UNSEEN[case]
    quick, thorough = answers(tmp_path, REQUESTS, b"".join(rows))
    assert quick is None
    assert str(thorough).startswith(f"log:{place + 2} ")


def test_every_grouping_of_digits_is_judged_as_the_pattern_does(tmp_path: Path) -> None:
    """With the signs of a ts in place and any number of digits between them, DuckDB takes exactly what TS takes."""
    spans = ((3, 4, 5), (0, 1, 2, 3), (0, 1, 2, 3), (0, 1, 2, 3, 5), (0, 1, 2, 3), (0, 1, 2, 3), (0, 1, 9, 12))
    for lengths in itertools.islice(itertools.product(*spans), 0, None, 101):
        year, month, day, hour, minute, second, fraction = (
            value.zfill(size)[-size:] if size else ""
            for value, size in zip(("2026", "3", "4", "11", "7", "9", "5"), lengths, strict=True)
        )
        ts = f"{year}-{month}-{day}T{hour}:{minute}:{second}.{fraction}Z"
        quick, _ = answers(tmp_path, REQUESTS, FIRST + b",200,1.5\n" + ts.encode() + b",200,1.5\n")
        assert (quick is not None) == (re.fullmatch(TS, ts, re.ASCII) is not None), ts


_TS = st.builds(
    lambda parts, sep, end: f"{parts[0]}-{parts[1]}-{parts[2]}{sep}{parts[3]}:{parts[4]}:{parts[5]}{end}",
    st.tuples(st.sampled_from(["2026", "026", "02026", "20260"]), *[st.text("0123456789", max_size=3)] * 5),
    st.sampled_from("T "),
    st.sampled_from(["", "Z", ".5Z", ".", "+00:00", ".5+02:00", "-99:99", "+2:00"]),
)
_LATENCY = st.sampled_from(["1.5", "1", ".5", "5.", ".", "", "1e5", "1E-5", "1e", "-1.5", "1e999", "1_0", "1 ", "+1"])
_LINES = st.lists(
    st.tuples(_TS, st.text("0123456789", max_size=4) | st.just("200"), _LATENCY).map(",".join), min_size=1, max_size=4
)


@settings(max_examples=150, deadline=None)
@given(first=st.sampled_from([FIRST.decode(), "2026-03-02T10:00:00", "2026-03-02 10:00:00+02:00"]), lines=_LINES)
def test_quick_and_thorough_agree(tmp_path_factory: pytest.TempPathFactory, first: str, lines: list[str]) -> None:
    """Whatever the quick reading answers, the thorough one answers the same; and no row that it took has a flaw."""
    text = "\n".join([f"{first},200,1.5", *lines, ""]).encode()
    quick, thorough = answers(tmp_path_factory.mktemp("log"), REQUESTS, text)
    flaws = [flaw_of(line.encode(), LATEST) for line in lines]
    if quick is not None:
        assert quick == thorough
        assert not any(flaws)
    assert isinstance(thorough, tuple) == (not any(flaws))
