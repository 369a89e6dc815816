"""configs/manifest.yaml is an app manifest that Slack accepts."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

HERE = Path(__file__).parents[2]
VENDOR = HERE.parent / "shared" / "vendor" / "slack" / "manifest"


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    """The shipped manifest."""
    document = YAML(typ="safe", pure=True).load((HERE / "configs" / "manifest.yaml").read_text("utf-8"))
    assert isinstance(document, dict)
    return document


@pytest.fixture(scope="module")
def schema() -> Draft7Validator:
    """Slack's own schema of manifests, version 1."""
    path = VENDOR / "manifest.schema.1.0.0.json"
    if not path.is_file():
        pytest.skip("Slack's manifest schema lies beside the repository, in shared/vendor, and is not there")
    return Draft7Validator(json.loads(path.read_text("utf-8")))


def test_the_schema_tells_right_from_wrong(schema: Draft7Validator) -> None:
    """Slack's own samples: the valid one passes, the invalid one does not."""
    assert schema.is_valid(json.loads((VENDOR / "sample.v1.valid.json").read_text("utf-8")))
    assert not schema.is_valid(json.loads((VENDOR / "sample.v1.invalid.json").read_text("utf-8")))


def test_the_manifest_is_valid(manifest: dict[str, Any], schema: Draft7Validator) -> None:
    """Slack takes the file as it is."""
    assert [f"{error.json_path}: {error.message}" for error in schema.iter_errors(manifest)] == []


def test_the_manifest_over_http_is_valid_too(manifest: dict[str, Any], schema: Draft7Validator) -> None:
    """The change that the file's head describes gives a valid manifest: three kinds of address, Socket Mode off."""
    url = "https://bot.example.com/slack/events"
    settings = manifest["settings"] | {
        "socket_mode_enabled": False,
        "interactivity": manifest["settings"]["interactivity"] | {"request_url": url},
        "event_subscriptions": manifest["settings"]["event_subscriptions"] | {"request_url": url},
    }
    commands = [command | {"url": url} for command in manifest["features"]["slash_commands"]]
    over_http = manifest | {"settings": settings, "features": manifest["features"] | {"slash_commands": commands}}
    assert [f"{error.json_path}: {error.message}" for error in schema.iter_errors(over_http)] == []


def test_mentions_arrive_as_ids(manifest: dict[str, Any]) -> None:
    """Commands are escaped by Slack, so that a person is <@U…> and never a name that anybody can take."""
    assert all(command["should_escape"] is True for command in manifest["features"]["slash_commands"])


def test_every_event_has_its_scope(manifest: dict[str, Any]) -> None:
    """An event without its scope is never delivered (slack-facts 4.2)."""
    needed = {
        "app_home_opened": None,
        "app_mention": "app_mentions:read",
        "subteam_members_changed": "usergroups:read",
        "subteam_updated": "usergroups:read",
        "user_change": "users:read",
    }
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    assert set(events) == set(needed)
    assert {needed[event] for event in events} - {None} <= set(scopes)
    assert manifest["features"]["app_home"]["home_tab_enabled"] is True


def test_nothing_is_granted_twice(manifest: dict[str, Any]) -> None:
    """Scopes, events and command names stand once."""
    for names in (
        manifest["oauth_config"]["scopes"]["bot"],
        manifest["settings"]["event_subscriptions"]["bot_events"],
        [command["command"] for command in manifest["features"]["slash_commands"]],
    ):
        assert len(names) == len(set(names))
