"""Every log line of the process is one JSON object without a secret in it, whoever wrote it."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_bolt.middleware.request_verification import RequestVerification
from slack_bolt.request import BoltRequest
from slack_bolt.response import BoltResponse

from bot.adapters.redaction import HIDDEN
from bot.adapters.telemetry import logs
from bot.adapters.telemetry.scrub import Scrub

TOKEN = "xoxb-1111-2222-abcdef"
KNOWN = "a signing secret, handed over"


class Log:
    """The log of a test, with what was written so far."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        """Everything that was written."""
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every line, parsed."""
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    """The process's log, set up as the program does it; put back afterwards."""
    root = logging.getLogger()
    names = (*logs.LIBRARIES, *logs.OWN)
    before = root.level, root.handlers[:], {name: logging.getLogger(name).level for name in names}
    made = Log()
    logs.set_up(made.stream, "DEBUG", secrets=[KNOWN])
    yield made
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    for name, level in before[2].items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_a_line_is_one_object_with_time_level_and_source(log: Log) -> None:
    """Machines read it: what happened, when in UTC, how bad, from where."""
    structlog.get_logger("bot.engine").info("step_started", release="R-1", step=2)
    (line,) = log.lines
    assert line["at"].endswith("Z")
    assert line | {"at": ""} == {
        "at": "",
        "level": "info",
        "logger": "bot.engine",
        "event": "step_started",
        "release": "R-1",
        "step": 2,
    }


def test_context_is_on_every_line_of_its_block(log: Log) -> None:
    """A release that is bound once stands on our lines and on a library's."""
    with structlog.contextvars.bound_contextvars(release="R-7"):
        structlog.get_logger("bot.engine").info("inside")
        logging.getLogger("uvicorn.error").info("inside too")
    structlog.get_logger("bot.engine").info("outside")
    assert [line.get("release") for line in log.lines] == ["R-7", "R-7", None]


def test_libraries_write_through_the_same_door(log: Log) -> None:
    """A line of the standard library's logging is redacted like ours, arguments and extras included."""
    logging.getLogger("slack_sdk.web").warning("retrying with %s", TOKEN, extra={"trigger_id": "1.2.x"})
    (line,) = log.lines
    assert line["logger"] == "slack_sdk.web"
    assert line["event"] == f"retrying with {HIDDEN}"
    assert line["trigger_id"] == HIDDEN


@pytest.mark.parametrize(
    "name", ["slack_bolt.AsyncApp", "slack_sdk.socket_mode", "aiohttp.client", "bolt_app.py:AsyncApp"]
)
def test_libraries_stay_quiet_below_info(log: Log, name: str) -> None:
    """Below INFO Bolt writes whole requests; our own DEBUG does not open that door."""
    logging.getLogger(name).debug("a whole request")
    structlog.get_logger("bot.engine").debug("ours")
    assert [line["event"] for line in log.lines] == ["ours"]


def test_a_line_for_each_request_is_not_written(log: Log) -> None:
    """Metrics count requests."""
    logging.getLogger("uvicorn.access").info('127.0.0.1 - "GET /healthz HTTP/1.1" 200')
    assert log.lines == []


def test_a_forged_request_leaves_a_line_without_its_body(log: Log) -> None:
    """Bolt itself refuses a request with a wrong signature; the line says so and shows neither body nor signature."""
    headers = {"x-slack-signature": ["v0=" + "ab" * 32], "x-slack-request-timestamp": ["1700000000"]}
    request = BoltRequest(body="text=our+plans\nfor+friday&token=x", headers=headers)
    answer = RequestVerification("secret").process(req=request, resp=BoltResponse(status=200), next=BoltResponse)
    assert answer.status == 401
    (line,) = log.lines
    assert line["event"] == "Invalid request signature detected"
    assert "friday" not in log.text
    assert "abab" not in log.text


@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        "xapp-1-A111-222-abcdef",
        "xoxe.xoxb-1-abcdef",
        "v0=" + "0f" * 32,
        "1234567890.9876543210.0123456789abcdef0123456789abcdef",
        "https://hooks.slack.com/actions/T01/22/abcdef",
        "Bearer ci-checkout.abcdef123456",
        KNOWN,
    ],
)
def test_secrets_are_hidden_wherever_they_stand(log: Log, secret: str) -> None:
    """In the event, in a value, deep inside, as bytes, in an object, as a key, and in an exception's text."""
    ours = structlog.get_logger("bot.engine")
    ours.info(f"said {secret} aloud")
    ours.info("nested", a=[{"b": (secret, {"c": secret.encode()})}], d=ValueError(secret), **{secret: 1})
    try:
        raise RuntimeError(f"failed with {secret}")
    except RuntimeError:
        ours.exception("failed")
        logging.getLogger("asyncio").exception("failed")
    bare = secret.rsplit("/", 1)[-1].removeprefix("Bearer ")
    assert len(log.lines) == 4
    assert bare not in log.text
    assert log.text.count(HIDDEN) >= 7
    assert "RuntimeError" in log.lines[2]["exception"]


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "api_token",
        "SLACK_SIGNING_SECRET",
        "password",
        "Authorization",
        "response_url",
        "signature",
        "stage_key",
    ],
)
def test_values_of_telling_names_are_hidden_whatever_they_look_like(log: Log, name: str) -> None:
    """The name alone is enough, at any depth; nothing that was there is a shape we know."""
    structlog.get_logger("bot.engine").info("event", **{name: "plain"}, inner={name: ["plain", {"x": "plain"}]})
    assert "plain" not in log.text


@pytest.mark.parametrize("name", ["key", "monkey", "keys_rotated", "signed_by", "reason"])
def test_harmless_names_are_shown(log: Log, name: str) -> None:
    """An effect's key is no secret; a log that hides everything helps nobody."""
    structlog.get_logger("bot.engine").info("event", **{name: "R-1"})
    assert log.lines[0][name] == "R-1"


def test_a_record_that_cannot_be_written_is_named_and_not_dumped(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong format string would make the standard library print the arguments, secrets included."""
    logs.set_up(log.stream)  # pytest's own handlers, which would raise, are away now
    logging.getLogger("careless").warning("%d", KNOWN)
    assert log.lines == [{"event": "a log record could not be written", "logger": "careless"}]
    assert KNOWN not in capsys.readouterr().err


def test_setting_up_again_replaces_the_log(log: Log) -> None:
    """Tests and the command line may do it twice; no line is written twice."""
    second = io.StringIO()
    logs.set_up(second)
    logging.getLogger("bot.engine").info("once")
    assert log.text == ""
    assert len(second.getvalue().splitlines()) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.text(), JSON), st.text(min_size=6))
def test_any_event_becomes_json_without_the_secret(event: dict[str, Any], secret: str) -> None:
    """Whatever is logged, the line can be read again, and a known secret is not in it."""
    scrubbed = Scrub([secret])(None, "info", {**event, "said": f"<{secret}>"})
    assert secret not in json.loads(json.dumps(scrubbed, default=str))["said"].replace(HIDDEN, "")
