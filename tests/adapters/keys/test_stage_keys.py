"""The stage key ring: every legal spelling is read, every mistake is named, no secret is ever shown."""

import base64
import hashlib
import hmac
import json
import pickle

import pytest

from bot.adapters.keys.stage import StageKeys
from bot.settings import ConfigurationError, Settings

SECRET = "a-plain-test-secret"


def ring(*rows: object) -> dict[str, str]:
    return {"INTERLOCK_STAGE_KEYS": json.dumps(list(rows))}


def row(key_id: str = "k1", secret: str = SECRET) -> dict[str, str]:
    return {"key_id": key_id, "secret": secret}


def keys_of(environ: dict[str, str]) -> StageKeys:
    """The keys that a process with this environment has."""
    keys = StageKeys.of(Settings.read(environ).stage_ring)
    assert keys is not None
    return keys


def expected(body: bytes, secret: bytes) -> str:
    return hmac.new(secret, body, hashlib.sha256).hexdigest()


def test_the_first_key_of_the_ring_signs():
    """Without an id setting the ring's order decides."""
    keys = keys_of(ring(row("a", "one"), row("b", "two")))
    assert keys.sign(b"canary") == ("a", expected(b"canary", b"one"))


def test_the_id_setting_picks_the_signer():
    """The id picks the signer when the ring holds it."""
    environ = ring(row("a", "one"), row("b", "two")) | {"DECISIONOS_STAGE_KEY_ID": "b"}
    assert keys_of(environ).sign(b"x")[0] == "b"


def test_an_id_that_the_ring_does_not_hold_leaves_the_first_key():
    """Contract 1.1: otherwise the first key."""
    environ = ring(row("a", "one")) | {"DECISIONOS_STAGE_KEY_ID": "zzz"}
    assert keys_of(environ).sign(b"x")[0] == "a"


@pytest.mark.parametrize(
    ("written", "raw"),
    [
        (SECRET, SECRET.encode()),
        ("hex:" + b"\x00\x01\xff".hex(), b"\x00\x01\xff"),
        ("b64:" + base64.b64encode(b"\x00\x01\xff").decode(), b"\x00\x01\xff"),
    ],
)
def test_a_secret_may_be_plain_hex_or_base64(written, raw):
    """The prefix says how to decode."""
    assert keys_of(ring(row(secret=written))).sign(b"x")[1] == expected(b"x", raw)


def test_a_single_key_gets_the_id_k1():
    """The legacy pair of settings."""
    assert keys_of({"DECISIONOS_STAGE_KEY": "s"}).sign(b"x") == (
        "k1",
        expected(b"x", b"s"),
    )


def test_a_single_key_takes_its_id_from_the_setting():
    """The legacy pair of settings, both given."""
    keys = keys_of({"DECISIONOS_STAGE_KEY": "s", "DECISIONOS_STAGE_KEY_ID": "old-7"})
    assert keys.sign(b"x")[0] == "old-7"


def test_our_prefix_goes_before_the_old_one():
    """Design 6: ours over both."""
    environ = ring(row("new", "n")) | {"DECISIONOS_STAGE_KEYS": json.dumps([row("old", "o")])}
    assert keys_of(environ).sign(b"x")[0] == "new"


@pytest.mark.parametrize("environ", [{}, {"DECISIONOS_STAGE_KEYS": "  "}, {"DECISIONOS_STAGE_KEY": ""}])
def test_without_a_key_there_is_no_ring(environ):
    """Never an empty one, with which nothing could be signed."""
    assert StageKeys.of(Settings.read(environ).stage_ring) is None


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        "null",
        "[",
        f'[{{"key_id": "a", "secret": "{SECRET}"',
        f'[{{"key_id": "a", "key_id": "b", "secret": "{SECRET}"}}]',
        f'["{SECRET}"]',
        f'[{{"secret": "{SECRET}"}}]',
        f'[{{"key_id": "a", "secret": "{SECRET}", "stat": 1}}]',
        f'[{{"key_id": 1, "secret": "{SECRET}"}}]',
        '[{"key_id": "a", "secret": 12345678}]',
        '[{"key_id": "a", "secret": ""}]',
        '[{"key_id": "a", "secret": "hex:"}]',
        '[{"key_id": "a", "secret": "hex:a-plain-test-secret"}]',
        '[{"key_id": "a", "secret": "b64:a-plain-test-secret!"}]',
        f'[{{"key_id": "a b", "secret": "{SECRET}"}}]',
        f'[{{"key_id": "", "secret": "{SECRET}"}}]',
        f'[{{"key_id": "a", "secret": "{SECRET}"}}, {{"key_id": "a", "secret": "other"}}]',
        "[" * 100_000,
    ],
)
def test_a_malformed_ring_is_a_named_error_that_keeps_the_secret(text):
    """The message names the setting; neither it nor the traceback's causes quote a secret."""
    with pytest.raises(ConfigurationError, match="DECISIONOS_STAGE_KEYS") as caught:
        keys_of({"DECISIONOS_STAGE_KEYS": text})
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_signature_is_checked_with_the_key_that_it_names():
    """After a rotation the old key still verifies, and only its own signatures."""
    old = keys_of(ring(row("old", "one")))
    both = keys_of(ring(row("new", "two"), row("old", "one")))
    key_id, signature = old.sign(b"canary")
    assert both.verify(b"canary", key_id, signature)
    assert not both.verify(b"promote", key_id, signature)
    assert not both.verify(b"canary", "new", signature)
    assert not both.verify(b"canary", "unknown", signature)


@pytest.mark.parametrize("signature", ["", "0" * 64, "é" * 64, "\ud800"])
def test_a_strange_signature_is_false_not_an_error(signature):
    """Whatever a file holds may be asked about."""
    assert not keys_of(ring(row())).verify(b"canary", "k1", signature)


def test_secrets_do_not_show():
    """Neither repr nor str nor formatting shows a secret."""
    keys = keys_of(ring(row()))
    shown = f"{keys!r} {keys!s} {keys.keys} {keys.signer} {[keys]}"
    assert SECRET not in shown
    assert "k1" in shown


def test_a_ring_survives_pickling_without_change():
    """Guards against a wrapper that loses its secret on the way to another thread or process."""
    keys = keys_of(ring(row()))
    assert pickle.loads(pickle.dumps(keys)).sign(b"x") == keys.sign(b"x")
