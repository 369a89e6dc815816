"""The hash of a ledger entry: what stands in every ledger that was ever written, to the byte."""

import hashlib
from datetime import datetime, timedelta, timezone

import pytest

from bot.domain.journal import GENESIS, entry_hash

AT = datetime(2026, 3, 3, 10, 0, 0, 5, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize("actor", ["slack:T01/U01DANA", "Dána", "多", "", "a:b12:", "💥" * 40])
def test_each_part_is_preceded_by_its_length_in_bytes(actor: str) -> None:
    """Whatever its letters are: no two entries share their bytes."""
    body = f'{{"kind": "x", "reason": "{actor}"}}'
    parts = ("R-1", "12", "2026-03-03T09:00:00.000005+00:00", actor, "slash", GENESIS, body)
    raw = b"".join(str(len(part.encode())).encode() + b":" + part.encode() for part in parts)
    assert entry_hash("R-1", 12, AT, actor, "slash", body, GENESIS) == hashlib.sha256(raw).hexdigest()
