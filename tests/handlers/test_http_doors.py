"""Who gets in: tokens, and nothing else."""

from hmac import compare_digest

import pytest
import requests

from bot.settings.credentials import ApiToken
from handlers.api import tokens
from handlers.api.errors import ApiError
from tests.handlers.http_server import Served, error_of, secret_of
from tests.handlers.http_server import quiet as quiet

GOOD = f"Bearer robot.{secret_of('robot')}"
ENDPOINTS = [
    ("GET", "/v1/releases"),
    ("GET", "/v1/releases/R-1"),
    ("GET", "/v1/releases/R-1/events"),
    ("POST", "/v1/releases"),
    ("POST", "/v1/releases/R-1/actions/promote"),
    ("POST", "/v1/releases/R-1/actions/fly"),
    ("POST", "/v1/releases/R-1/evidence"),
]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer robot",
        "Bearer robot.",
        "Bearer .secret",
        "Bearer robot.wrong",
        f"Bearer nosuch.{secret_of('robot')}",
        f"Bearer danas.{secret_of('robot')}",
        f"Basic robot.{secret_of('robot')}",
        f"robot.{secret_of('robot')}",
        f"{GOOD}x",
        f"{GOOD}, {GOOD}",
        "Bearer röbot.sécret",
        "Bearer " + "a" * 8000 + ".b",
    ],
)
def test_a_token_that_is_not_known_is_refused(quiet: Served, header: str | None) -> None:
    """Missing, wrong, of another scheme, somebody else's secret: 401, and how to do it right."""
    raw = {} if header is None else {"Authorization": header.encode("latin-1")}
    answer = requests.get(quiet.url + "/v1/releases", headers=raw, timeout=10)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert error_of(answer)["code"] == "not_authenticated"
    assert "robot" not in answer.text


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_no_endpoint_is_left_open(quiet: Served, method: str, path: str) -> None:
    """Every endpoint of the API asks for a token before it looks at anything else, the body included."""
    answer = requests.request(method, quiet.url + path, data=b"\xff not json", timeout=10)
    assert (answer.status_code, error_of(answer)["code"]) == (401, "not_authenticated")
    assert quiet.road.kinds("workspace") == []


def test_the_scheme_is_read_in_any_case(quiet: Served) -> None:
    """`bearer` is Bearer."""
    header = {"Authorization": GOOD.replace("Bearer", "bearer")}
    assert requests.get(quiet.url + "/v1/releases", headers=header, timeout=10).status_code == 200


def test_two_authorization_headers_are_none(quiet: Served) -> None:
    """A proxy and a server may read different ones of two, so neither counts."""
    import http.client

    client = http.client.HTTPConnection(quiet.url.removeprefix("http://"), timeout=10)
    client.putrequest("GET", "/v1/releases")
    client.putheader("Authorization", GOOD)
    client.putheader("Authorization", GOOD)
    client.endheaders()
    assert client.getresponse().status == 401
    client.close()


def test_an_unknown_id_costs_as_much_as_a_wrong_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every known token is compared in full, whoever calls: nobody learns an id by the clock."""
    known = [ApiToken(id=f"token-{number}", sha256=f"{number:064x}") for number in range(1, 20)]
    compared: list[bytes] = []

    def counted(one: bytes, other: bytes) -> bool:
        compared.append(one)
        return compare_digest(one, other)

    monkeypatch.setattr(tokens, "compare_digest", counted)
    works = []
    for name in ("token-1", "token-19", "nosuch-1", ""):
        compared.clear()
        with pytest.raises(ApiError):
            tokens.authenticate([f"Bearer {name}.wrong"], known)
        works.append(tuple(compared))
    assert len(works[0]) == 2 * len(known)
    assert set(works) == {works[0]}


def test_there_are_no_cookies_and_no_other_origins(quiet: Served) -> None:
    """A browser page elsewhere gets nothing: no CORS headers, no preflight, no cookie."""
    answer = quiet.client.options(
        quiet.url + "/v1/releases",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
        timeout=10,
    )
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert "Set-Cookie" not in quiet.get("/v1/releases").headers


def test_operations_needs_no_token(quiet: Served) -> None:
    """Health, readiness, metrics and the description answer anybody."""
    for path in ("/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"):
        assert requests.get(quiet.url + path, timeout=10).status_code in (200, 503)
