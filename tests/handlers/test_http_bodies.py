"""Bad bodies: each gets a clear answer in the one shape, nothing is written, and nothing is echoed that could harm."""

import json
import socket

import pytest
import structlog

from tests.handlers.http_server import Served, bearer, error_of
from tests.handlers.http_server import each_world as each_world
from tests.handlers.http_server import quiet as quiet
from tests.handlers.http_server import world as world
from tests.stores import database_url as database_url

OPEN = {"service": "checkout", "version": "v2.1.0", "environment": "prod"}
HOSTILE = [
    "<!channel> & <@U01DANA> *bold* `code`",
    "zero\u200bwidth",
    "emoji 👩‍🚀 ünï ﷽",
    "'; DROP TABLE releases; --",
    "${jndi:ldap://x} {0} {reason} %s %(x)s",
    "line\nbreak\nand\ttab",
    "x" * 3000,
]
HOSTILE_ADDRESSES = [
    "/v1/releases/%00",
    "/v1/releases/%ff",
    "/v1/releases/R-99999999999999999999",
    "/v1/releases/R-1%27--",
    "/v1/releases/..%2f..%2fetc",
    "/v1/releases/R-%D9%A1",
    "/v1/releases/" + "R" * 5000,
    "/v1/releases/R-1/events?after=99999999999999999999",
    "/v1/releases?service=%00",
    "/v1/releases?service=%ff",
    "/v1/releases?service=a&service=b",
    "/v2/anything",
    "/",
]


def _unchanged(quiet: Served) -> None:
    assert quiet.road.kinds() == []
    assert quiet.road.kinds("workspace") == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"\xff\xfe{}", "byte 0 is not UTF-8"),
        (json.dumps(OPEN).encode("utf-16"), "not UTF-8"),
        (b"service=checkout", "character 0"),
        (b'{"service": "checkout"', "at character"),
        (b'{"service": NaN}', "NaN"),
        (b'{"service": -Infinity}', "Infinity"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 50_000, "nested too deeply"),
        (b"9" * 10_000, "too long"),
        (b'{"service": "a", "service": "b"}', "twice"),
        (b"{}{}", "at character 2"),
        (b"\x00", "character 0"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_not_json_is_refused(quiet: Served, body: bytes, said: str) -> None:
    """400, with what is wrong and where."""
    answer = quiet.raw("/v1/releases", body)
    assert (answer.status_code, error_of(answer)["code"]) == (400, "not_json")
    assert said in error_of(answer)["message"]
    _unchanged(quiet)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "the body"),
        ("text", "the body"),
        (None, "the body"),
        (OPEN | {"colour": "red"}, "colour"),
        (OPEN | {"seen": "ab"}, "seen"),
        ({"service": "checkout"}, "version"),
        (OPEN | {"service": 7}, "service"),
        (OPEN | {"service": None}, "service"),
        (OPEN | {"service": ["checkout"]}, "service"),
        (OPEN | {"service": "a\x00b"}, "service"),
        (OPEN | {"version": "v1\n"}, "version"),
        (OPEN | {"version": "v" * 101}, "version"),
        (OPEN | {"reason": "x" * 3001}, "reason"),
        (OPEN | {"reason": "nul\x00"}, "reason"),
        (OPEN | {"reason": "\x1b[31mred"}, "reason"),
        (OPEN | {"reason": "\u202eevil\u202c"}, "reason"),
        (OPEN | {"service": "\u2066bidi\u2069"}, "service"),
        (OPEN | {"reason": "\ud800"}, "reason"),
        (OPEN | {"noop": "yes"}, "noop"),
        (OPEN | {"noop": 1}, "noop"),
        (OPEN | {"key": "a b"}, "key"),
        (OPEN | {"key": "x" * 201}, "key"),
        (OPEN | {"key": "ключ"}, "key"),
        (OPEN | {"\ud800<b>": "x"}, "Unicode"),
        (OPEN | {"<b>\u202e": "x"}, "<b>"),
        (OPEN | {"{0.__class__}": "x"}, "__class__"),
    ],
    ids=lambda value: str(value)[:40].encode("ascii", "replace").decode(),
)
def test_a_field_that_cannot_be_read_is_named(quiet: Served, body: object, field: str) -> None:
    """422 with the name of the field, and never its value."""
    answer = quiet.raw("/v1/releases", json.dumps(body).encode())
    assert (answer.status_code, error_of(answer)["code"]) == (422, "invalid_input")
    assert field in error_of(answer)["message"]
    _unchanged(quiet)


def test_all_mistakes_are_said_at_once(quiet: Served) -> None:
    """Not one for each attempt; but not a thousand either."""
    said = error_of(quiet.post("/v1/releases", {"service": 1, "colour": "red"}))["message"]
    assert [name for name in ("service", "version", "environment", "colour") if name not in said] == []
    many = error_of(quiet.post("/v1/releases", OPEN | {f"f{number}": 1 for number in range(1000)}))["message"]
    assert len(many) < 1000
    assert "990 more" in many


def test_a_body_that_is_not_marked_as_json_is_refused(world: Served) -> None:
    """415: a form from a web page elsewhere is never read as JSON."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        answer = world.raw("/v1/releases", json.dumps(OPEN).encode(), kind)
        assert (answer.status_code, error_of(answer)["code"]) == (415, "not_json_type")
    assert world.raw("/v1/releases", json.dumps(OPEN).encode(), "Application/JSON; charset=utf-8").status_code == 201


@pytest.mark.parametrize("size", [1_000_001, 5_000_000])
def test_a_large_body_is_refused_while_it_is_read(world: Served, size: int) -> None:
    """413, announced by its length or sent in pieces; one that just fits is read."""
    body = b'{"reason": "' + b"x" * size
    told = world.raw("/v1/releases", body)
    assert (told.status_code, error_of(told)["code"]) == (413, "too_large")
    pieces = world.client.post(
        world.url + "/v1/releases",
        data=iter([body[start : start + 65536] for start in range(0, len(body), 65536)]),
        headers={**bearer("robot"), "Content-Type": "application/json"},
        timeout=10,
    )
    assert (pieces.status_code, error_of(pieces)["code"]) == (413, "too_large")
    fits = json.dumps(OPEN).encode()
    assert world.raw("/v1/releases", fits + b" " * (1_000_000 - len(fits))).status_code == 201


def test_a_body_that_never_ends_is_cut_off(quiet: Served) -> None:
    """A sender that goes on past all patience gets its answer and is hung up on."""
    host, _, port = quiet.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        head = (
            "POST /v1/releases HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
        )
        client.sendall(f"{head}Authorization: {bearer('robot')['Authorization']}\r\n\r\n".encode())
        piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        sent = 0
        try:
            while sent < 64_000_000:
                client.sendall(piece)
                sent += len(piece)
        except OSError:
            pass
    assert sent < 64_000_000


def test_hostile_words_are_kept_as_words(each_world: Served) -> None:
    """As a reason they come back as they were; as a name they are refused without being believed."""
    for text in HOSTILE:
        opened = each_world.post("/v1/releases", OPEN | {"reason": text})
        assert opened.status_code == 201, text
        release = opened.json()["id"]
        assert each_world.get(f"/v1/releases/{release}").json()["reason"] == text
        for name in ("service", "environment", "version"):
            refused = each_world.post("/v1/releases", OPEN | {name: text})
            assert refused.status_code in (404, 422), (name, text)
            error_of(refused)
        assert each_world.act(release, "abort", reason=text).json()["state"] == "aborted"


def test_hostile_addresses_get_a_plain_no(each_world: Served) -> None:
    """404 or 422, never 500."""
    for path in HOSTILE_ADDRESSES:
        answer = each_world.get(path)
        assert answer.status_code in (404, 422), path
        error_of(answer)


def test_a_method_that_is_not_taken_names_those_that_are(quiet: Served) -> None:
    """405 with every method of the address."""
    answer = quiet.client.put(quiet.url + "/v1/releases", timeout=10)
    assert (answer.status_code, error_of(answer)["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, POST"


def test_a_failure_inside_shows_a_reference_and_no_more(world: Served) -> None:
    """500 with a reference for the log; what failed stays inside, and the next request is served."""
    world.post("/v1/releases", OPEN)
    store = world.road.core.store
    with store.writing() as connection:
        connection.exec_driver_sql('UPDATE releases SET body = \'{"secret": "hidden"}\'')
    with structlog.testing.capture_logs() as log:
        answer = world.get("/v1/releases/R-1")
    assert (answer.status_code, error_of(answer)["code"]) == (500, "internal")
    assert "hidden" not in answer.text
    assert "validation" not in answer.text
    (line,) = [one for one in log if one["event"] == "http_failed"]
    assert line["reference"] in error_of(answer)["message"]
    assert world.get("/healthz").status_code == 200
