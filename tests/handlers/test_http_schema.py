"""The description at /openapi.json and the server agree, whatever is sent: checked by schemathesis on a live server."""

from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from bot.domain.actions import ACTIONS, Kind
from tests.handlers.http_server import Served, bearer, error_of
from tests.handlers.http_server import quiet as quiet

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@pytest.fixture(scope="module")
def described(quiet: Served) -> schemathesis.BaseSchema:
    """The description of a server on which R-1 stands."""
    quiet.post("/v1/releases", {"service": "checkout", "version": "v2.1.0", "environment": "prod"})
    return schemathesis.openapi.from_url(f"{quiet.url}/openapi.json")


PATIENCE = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def _holds(case: schemathesis.Case[Any]) -> None:
    """No 5xx, only described statuses and shapes, nothing malformed accepted, and one shape for every no."""
    response = case.call(headers=bearer("robot"))
    case.validate_response(response, checks=CHECKS, headers=bearer("robot"))
    if response.status_code >= 400:
        body = response.json()
        assert set(body) == {"error"}
        assert set(body["error"]) == {"code", "message", "hint"}


@pytest.mark.parametrize("mode", [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE])
def test_the_server_does_what_its_description_says(
    described: schemathesis.BaseSchema, mode: schemathesis.GenerationMode
) -> None:
    """Whatever is sent to any endpoint of the API, well-formed or not."""
    tried = 0
    for found in described.include(path_regex="^/(v1|ops)/").get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        PATIENCE(given(operation.as_strategy(generation_mode=mode))(_holds))()
        tried += 1
    assert tried == len(ACTIONS) + 6, "every action and question, the evidence, three ways to read, and two cards"


def test_every_action_is_described_with_its_fields(quiet: Served) -> None:
    """The description is made from the catalogue: names, fields, choices, limits and what is required."""
    described = quiet.get("/openapi.json").json()
    for row in (row for row in ACTIONS.values() if row.kind is not Kind.ASK):
        path = "/v1/releases" if row.name == "open" else f"/v1/releases/{{release_id}}/actions/{row.name}"
        operation = described["paths"][path]["post"]
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        body = described["components"]["schemas"][reference.rpartition("/")[2]]
        assert body["additionalProperties"] is False
        assert {field.name for field in row.fields} | {"key", "noop"} == set(body["properties"]) - {"seen"}
        assert {field.name for field in row.fields if field.required} == set(body.get("required", ()))
        for field in row.fields:
            said = body["properties"][field.name]
            assert said.get("maxLength", field.limit) == field.limit
            assert set(field.choices) <= set(said.get("enum", field.choices))


def test_every_endpoint_names_its_errors_and_its_token(quiet: Served) -> None:
    """Each of the API's endpoints describes its refusals in the one shape, and that it needs a token."""
    described = quiet.get("/openapi.json").json()
    for path, operations in described["paths"].items():
        for operation in operations.values() if path.startswith(("/v1/", "/ops/")) else ():
            assert operation["security"] == [{"token": []}]
            for status in ("401", "403", "404", "409", "413", "422", "500", "503"):
                content = operation["responses"][status]["content"]["application/json"]
                assert content["schema"]["$ref"].endswith("/ErrorAnswer")


def test_the_description_can_be_read_in_a_browser(quiet: Served) -> None:
    """/docs shows it; other addresses get the one shape."""
    assert "openapi.json" in requests.get(f"{quiet.url}/docs", timeout=10).text
    assert error_of(requests.get(f"{quiet.url}/redoc", timeout=10))["code"] == "not_found"
