"""Redaction: what looks like a secret, or is known to be one, does not get through; plain words do."""

import base64
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.redaction import HIDDEN, redact, secrets_of

BODY = "Abcdef0123456789" * 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"token xoxb-{'1' * 12}-{BODY} end", f"token {HIDDEN} end"),
        (f"xapp-1-A0-{BODY}", HIDDEN),
        (f"xoxe.xoxp-1-{BODY}", HIDDEN),
        (f"curl -H 'Authorization: Bearer {BODY}' x", "curl -H 'Authorization: [redacted]' x"),
        ("Authorization: Basic dXNlcjpwYXNz", f"Authorization: {HIDDEN}"),
        (f"sent Bearer {BODY}", f"sent Bearer {HIDDEN}"),
        ("postgresql://app:hunter2@db.local/x", f"postgresql://{HIDDEN}@db.local/x"),
        (f"https://{BODY}@git.local/x", f"https://{HIDDEN}@git.local/x"),
        (f"sig v0={'a1' * 32}.", f"sig {HIDDEN}."),
        ("trigger 13345224609.738474920.8088930838d88f008e0", f"trigger {HIDDEN}"),
        ("https://hooks.slack.com/actions/T0/1/abcDEF", f"https://hooks.slack.com/actions/{HIDDEN}"),
        (f"ghp_{BODY}", HIDDEN),
        ("AKIA" + "A1B2" * 4, HIDDEN),
        (f"eyJ{BODY}.{BODY}.{BODY}", HIDDEN),
        ("DB_PASSWORD=hunter2 next", f"DB_PASSWORD={HIDDEN} next"),
        ("password: 'hun ter2' next", f"password: '{HIDDEN}' next"),
        ('{"api_key": "hunter2", "state": "done"}', f'{{"api_key": "{HIDDEN}", "state": "done"}}'),
        ('{"token": 12345, "state": "done"}', f'{{"token": "{HIDDEN}", "state": "done"}}'),
        (f'"sig_bound": "{"0" * 64}"', f'"sig_bound": "{HIDDEN}"'),
        ("--client-secret=hunter2", f"--client-secret={HIDDEN}"),
        ("-----BEGIN RSA PRIVATE KEY-----\nAAAA\nBBBB\n-----END RSA PRIVATE KEY-----\nok", f"{HIDDEN}\nok"),
        ("x -----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\nBBBB", f"x {HIDDEN}"),
        ("AAAABBBBCCCCDDDD\nBBBB\n-----END PRIVATE KEY-----\nok", f"{HIDDEN}\nok"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(text, shown):
    """Each shape, with its surroundings left standing."""
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "deployed v2.1.0 to prod at 10 %",
        "https://example.com/a@b?x=1",
        "sha256:" + "ab" * 32,
        "commit " + "0123456789abcdef" * 2,
        "the token expired",
        "key: value",
        "monkey=banana keys=3",
        "2025-01-02T03:04:05Z host=web-1 took 12.345678 s",
        "basic checks pass",
    ],
)
def test_plain_words_stay(text):
    """A log that is all asterisks helps nobody."""
    assert redact(text) == text


SECRET = 'pa"ss w/örd+1'


@pytest.mark.parametrize(
    "shown",
    [
        SECRET,
        json.dumps(SECRET),
        json.dumps({"x": SECRET}, ensure_ascii=False),
        "pa%22ss%20w%2F%C3%B6rd%2B1",
        base64.b64encode(SECRET.encode()).decode(),
    ],
)
def test_a_known_secret_is_found_in_other_spellings(shown):
    """As written, in JSON, in an address, in base64."""
    hidden = redact(f"<{shown}>", [SECRET])
    assert HIDDEN in hidden
    assert shown.strip('"') not in hidden


def test_an_empty_secret_changes_nothing():
    """Else a blank would be put between all letters."""
    assert redact("plain", [""]) == "plain"


@given(st.text(max_size=200))
def test_redacting_twice_changes_nothing_more(text):
    """Text passes several fences on its way."""
    once = redact(text, ["sesame"])
    assert redact(once, ["sesame"]) == once


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_known_secret_never_gets_through(before, after):
    """Whatever stands around it."""
    assert "open-sesame-42" not in redact(f"{before}open-sesame-42{after}", ["open-sesame-42"])


@pytest.mark.parametrize(
    "unit", ["a", "a.", "token", "eyJ", "-----BEGIN ", "x://", "1.", '"', "AAAA\n", "a_", "Bearer "]
)
def test_long_hostile_text_is_redacted_in_time(unit):
    """The rules stay about linear: 64 KiB of anything takes well under a second or two on a busy machine."""
    text = unit * (64 * 1024 // len(unit))
    begin = time.process_time()
    redact(text, ["sesame"])
    assert time.process_time() - begin < 2


def test_secrets_are_told_by_their_names_and_by_what_a_child_may_see():
    """Sensitive names always; other values when a child sees them and they are long enough to mean something."""
    environ = {
        "SLACK_BOT_TOKEN": "bot-value",
        "DB_PASSWORD": "pass",
        "SHORT_SECRET": "abc",
        "TOKENIZERS_PARALLELISM": "false",
        "GIT_AUTHOR_NAME": "Dana Example",
        "PWD": "/somewhere",
        "REGION": "eu-west-1",
        "STAGE": "prod",
        "OTHER": "not-seen-by-the-child",
        "INTERLOCK_STAGE_KEYS": '[{"key_id": "k1", "secret": "hex:00112233445566"}]',
        "SIGNING_KEY": "first-line\nsecond-line",
    }
    found = secrets_of(environ, seen=("REGION", "STAGE", "UNSET"))
    assert {"bot-value", "pass", "eu-west-1", "00112233445566", "second-line"} <= found
    assert not found & {"abc", "false", "Dana Example", "/somewhere", "prod", "not-seen-by-the-child"}
