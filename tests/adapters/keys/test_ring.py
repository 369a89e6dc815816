"""The ring: who signs, and what a signature is worth in each state of its key (contracts 1.13)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from bot.adapters.keys.ring import NoActiveKey, Ring
from bot.settings.credentials import JudgeKey

ROTATED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATER = ROTATED + timedelta(days=1)
BODY = b"what is signed"


def key(key_id: str, state: str = "active", **more: Any) -> JudgeKey:
    return JudgeKey.model_validate({"key_id": key_id, "secret": f"not-a-secret-{key_id}", "state": state, **more})


def ring(*keys: JudgeKey, now: datetime = LATER) -> Ring:
    return Ring(keys, lambda: now)


def test_the_first_active_key_signs() -> None:
    """Keys before it in grace do not, nor do active ones after it."""
    signer, _ = ring(key("old", "grace", rotated_at=ROTATED), key("k2"), key("k3")).sign(BODY)
    assert signer == "k2"


def test_nothing_signs_without_an_active_key() -> None:
    with pytest.raises(NoActiveKey, match=r"key\.missing"):
        ring(key("old", "retired")).sign(BODY)


@pytest.mark.parametrize(
    ("state", "signed_at", "now", "worth"),
    [
        ("active", LATER, LATER, "ok"),
        ("grace", ROTATED, LATER, "grace"),
        ("grace", ROTATED + timedelta(seconds=1), LATER, "retired"),
        ("grace", ROTATED, ROTATED + timedelta(days=8), "retired"),
        ("retired", ROTATED, LATER, "retired"),
    ],
)
def test_what_a_signature_is_worth(state: str, signed_at: datetime, now: datetime, worth: str) -> None:
    """Grace counts for what was signed before the rotation, and ends."""
    mine = key("k1", state, rotated_at=ROTATED, expires_at=ROTATED + timedelta(days=7))
    _, signature = ring(key("k1")).sign(BODY)
    assert ring(mine, key("k2"), now=now).verify(BODY, "k1", signature, signed_at) == worth


def test_a_changed_body_and_an_unknown_key() -> None:
    mine = ring(key("k1"))
    _, signature = mine.sign(BODY)
    assert mine.verify(BODY + b".", "k1", signature, LATER) == "mismatch"
    assert mine.verify(BODY, "k9", signature, LATER) == "missing"
    assert mine.verify(BODY, "k1", "é" + signature, LATER) == "mismatch"


def test_grace_without_its_beginning_is_an_error() -> None:
    """The source system's grace had no end, since nobody wrote down when it began."""
    with pytest.raises(ValidationError, match="rotated_at"):
        key("old", "grace")


def test_an_unknown_state_is_an_error() -> None:
    """The source system took it for retired."""
    with pytest.raises(ValidationError):
        key("k1", "actve")
