"""`POST /slack/events`: only Slack is heard, all that Slack says is heard, and nothing that it did not sign."""

import json
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import requests

from tests.handlers.http_server import Served, error_of, served
from tests.handlers.http_slack import (
    FORM,
    deliver,
    event,
    learn,
    of_slack,
    signature,
    signed,
    slack,
    slash,
    with_slack_route,
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The HTTP side with Slack's route, beside a workspace."""
    folder = tmp_path_factory.mktemp("slack")
    with (
        slack() as sandbox,
        served(folder, f"sqlite:///{folder / 'interlock.db'}", mount=with_slack_route, **of_slack(sandbox)) as running,
    ):
        learn(running)
        yield running


def lines(world: Served) -> int:
    """How many lines the ledger has that no release owns."""
    return len(world.road.kinds("workspace"))


def said(answer: requests.Response) -> str:
    """The words of an acknowledgement."""
    assert answer.status_code == 200, answer.text
    return str(answer.json()["text"])


def test_a_signed_command_is_answered_on_its_acknowledgement(world: Served) -> None:
    """The refusal of an unknown service comes back at once, for the asker alone."""
    answer = deliver(world, slash("open checkuot v2.1.0 prod"))
    assert "checkuot" in said(answer)
    assert answer.json()["response_type"] == "ephemeral"


@pytest.mark.parametrize(
    "more",
    [
        {"text": "open payload-service v2.1.0 prod"},
        {"text": "open nosuch v2.1.0 prod", "channel_name": "payload-team"},
        {"text": "open nosuch v2.1.0 prod", "team_domain": "payload"},
    ],
)
def test_the_word_payload_in_a_form_loses_nothing(world: Served, more: dict[str, str]) -> None:
    """Bolt's own reading would lose the whole body and answer 404."""
    text = more.pop("text")
    assert text.split()[1] in said(deliver(world, slash(text, **more)))


def test_an_interaction_comes_in_its_payload_field(world: Served) -> None:
    """A form whose `payload` field holds JSON is that JSON: a modal of ours that names nothing known is closed."""
    payload = {
        "type": "view_submission",
        "team": {"id": "T01ACME"},
        "user": {"id": "U01LEE", "team_id": "T01ACME"},
        "view": {"type": "modal", "callback_id": "of-nobody", "state": {"values": {}}, "private_metadata": "payload"},
    }
    assert deliver(world, urlencode({"payload": json.dumps(payload)}).encode()).status_code == 200


def test_slack_can_verify_the_address(world: Served) -> None:
    """The challenge comes back."""
    answer = deliver(world, *event({"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}))
    assert answer.status_code == 200
    assert "3eZbrw1a" in answer.text


def test_ssl_checks_are_answered(world: Served) -> None:
    """With nothing, and without a line in the ledger."""
    before = lines(world)
    answer = deliver(world, b"ssl_check=1&token=x")
    assert (answer.status_code, answer.text) == (200, "")
    assert lines(world) == before


def _now() -> str:
    return str(int(time.time()))


BODY = slash("open nosuch v2.1.0 prod")


@pytest.mark.parametrize(
    "headers",
    [
        lambda: {"Content-Type": FORM},
        lambda: signed(BODY, secret="another secret"),
        lambda: signed(BODY + b"&text=more"),
        lambda: signed(BODY, timestamp=str(int(time.time()) - 301)),
        lambda: signed(BODY, timestamp=str(int(time.time()) + 400)),
        lambda: signed(BODY) | {"X-Slack-Signature": ""},
        lambda: signed(BODY) | {"X-Slack-Signature": "v0=" + "0" * 64},
        lambda: signed(BODY) | {"X-Slack-Signature": "v0=é".encode("latin-1")},
        lambda: {key: value for key, value in signed(BODY).items() if key != "X-Slack-Request-Timestamp"},
        lambda: signed(BODY) | {"X-Slack-Request-Timestamp": str(int(time.time()) + 1)},
        *(
            lambda garbage=garbage: {
                "Content-Type": FORM,
                "X-Slack-Request-Timestamp": garbage.encode("utf-8"),
                "X-Slack-Signature": signature(BODY, garbage),
            }
            for garbage in (
                "",
                "soon",
                "-1",
                "1e9",
                "nan",
                "0x6",
                "9" * 30,
                "9" * 5000,
                "١٧٠٠",
                "17 00",
                "1700000000.5",
            )
        ),
    ],
)
def test_what_slack_did_not_sign_just_now_is_not_heard(world: Served, headers: object) -> None:
    """Forged, altered, old, of tomorrow, or with a timestamp that is none: 401, and nothing happened."""
    before = lines(world)
    made = headers()  # type: ignore[operator]  # parametrised with functions, so that the time is the test's own
    answer = deliver(world, BODY, made)
    assert answer.status_code == 401
    assert "Traceback" not in answer.text
    assert lines(world) == before


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe", FORM),
        (b"\xff\xfe", "application/json"),
        (b"", "application/json"),
        (b"not json", "application/json"),
        (b"[1, 2]", "application/json"),
        (b'"text"', "application/json"),
        (b"[" * 50_000, "application/json"),
        (b'{"a":' * 50_000, "application/json"),
        (b"9" * 10_000, "application/json"),
        (b"payload=not+json", FORM),
        (b"payload=[]", FORM),
        (b"payload=", FORM),
        (b"payload=" + b"[" * 50_000, FORM),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_signed_body_that_cannot_be_read_is_refused(world: Served, body: bytes, kind: str) -> None:
    """400, never a failure inside."""
    answer = deliver(world, body, signed(body, kind))
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("body", [b"", b"\x00", b"text=%ff%fe", b"a=1&a=2", b"command=%2Frelease", b"=&=&;;"])
def test_a_signed_form_of_nothing_known_fails_nowhere(world: Served, body: bytes) -> None:
    """Slack sends no such thing; it is answered all the same, and no listener stumbles over it."""
    assert deliver(world, body).status_code in (200, 404)


@pytest.mark.parametrize("signs", [True, False])
def test_a_huge_body_is_cut_off(world: Served, signs: bool) -> None:
    """5 MB: 413 before anybody looks at the signature."""
    body = b"text=" + b"x" * 5_000_000
    answer = deliver(world, body, signed(body) if signs else {"Content-Type": FORM})
    assert (answer.status_code, error_of(answer)["code"]) == (413, "too_large")


def test_bolts_own_headers_are_not_believed(world: Served) -> None:
    """`x-slack-bolt-*` would choose a listener's function, and no signature covers it."""
    body = slash("open nosuch v2.1.0 prod")
    more = {"X-Slack-Bolt-Lazy-Only": "1", "X-Slack-Bolt-Lazy-Function-Name": "on_slash"}
    assert "nosuch" in said(deliver(world, body, signed(body) | more))


def test_another_workspaces_payload_is_dropped(world: Served) -> None:
    """Signed by our secret or not, another team's command decides nothing."""
    before = lines(world)
    answer = deliver(world, slash("open nosuch v2.1.0 prod", team_id="T0OTHER"))
    assert (answer.status_code, answer.text) == (200, "")
    assert lines(world) == before


def test_a_redelivery_decides_once(world: Served) -> None:
    """The same delivery, marked as a retry, opens no second release and gets the same answer."""
    body = slash("open checkout v2.1.0 prod")
    first = said(deliver(world, body))
    retry = signed(body) | {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    assert said(deliver(world, body, retry)) == first
    assert "is open" in first
    assert world.road.kinds() == ["release_opened"]


def test_only_posts_are_taken(world: Served) -> None:
    """405, in the one shape of errors."""
    answer = requests.get(f"{world.url}/slack/events", timeout=10)
    assert (answer.status_code, error_of(answer)["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"
