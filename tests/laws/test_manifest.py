"""configs/manifest.yaml is an app manifest that Slack accepts, and asks for what the program uses and nothing more."""

import ast
import importlib
import json
import pkgutil
import re
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

import handlers
from bot.domain.actions import ACTIONS
from bot.sandbox.webapi.catalogue import METHODS
from handlers.slash import command_names

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
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    assert {EVENT_SCOPES[event] for event in events} - {None} <= set(scopes)
    assert manifest["features"]["app_home"]["home_tab_enabled"] is True


def test_nothing_is_granted_twice(manifest: dict[str, Any]) -> None:
    """Scopes, events and command names stand once."""
    for names in (
        manifest["oauth_config"]["scopes"]["bot"],
        manifest["settings"]["event_subscriptions"]["bot_events"],
        [command["command"] for command in manifest["features"]["slash_commands"]],
    ):
        assert len(names) == len(set(names))


# --- the code half: what the program listens to and calls is what the manifest asks for ---


class Recorder:
    """Notes what listeners are registered for, where Bolt's app would keep them."""

    def __init__(self) -> None:
        self.asked: dict[str, list[str | re.Pattern[str]]] = {}

    def __getattr__(self, kind: str) -> Callable[[str | re.Pattern[str]], Callable[[Any], Any]]:
        def listen(to: str | re.Pattern[str]) -> Callable[[Any], Any]:
            self.asked.setdefault(kind, []).append(to)
            return lambda listener: listener

        return listen


def listeners(prefix: str = "") -> dict[str, list[str | re.Pattern[str]]]:
    """Everything that some module of handlers listens to, by kind of listener."""
    recorder = Recorder()
    for found in pkgutil.iter_modules(handlers.__path__, "handlers."):
        register = getattr(importlib.import_module(found.name), "register", None)
        if register is not None:
            register(recorder, None, *([prefix] if "prefix" in signature(register).parameters else []))
    return recorder.asked


def named(kind: str) -> set[str]:
    """The names that listeners of a kind are registered for; patterns besides."""
    return {one for one in listeners().get(kind, []) if isinstance(one, str)}


def methods_called() -> set[str]:
    """The Web API methods that stand in functions of the program as text. Tables of limits are no calls, and neither
    is a comparison."""
    found: set[str] = set()
    for path in (*(HERE / "handlers").rglob("*.py"), *(HERE / "bot" / "adapters").rglob("*.py"), HERE / "bot/app.py"):
        tree = ast.parse(path.read_text("utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        compared = {id(part) for node in ast.walk(tree) if isinstance(node, ast.Compare) for part in ast.walk(node)}
        for node in (part for function in functions for part in ast.walk(function)):
            if isinstance(node, ast.Constant) and node.value in METHODS and id(node) not in compared:
                found.add(str(node.value))
    return found


PLACES = {"read": ("channels", "groups"), "history": ("channels", "groups", "im")}
"""Where the bot is: it posts to public and private channels, and to people; nothing reads who is in a conversation
with a person."""

EVENT_SCOPES = {
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "subteam_members_changed": "usergroups:read",
    "subteam_updated": "usergroups:read",
    "user_change": "users:read",
}
"""What Slack asks for before it delivers an event (slack-facts 4.2)."""


def scopes_needed() -> set[str]:
    """The scopes without which some call, event or way in of the program would fail."""
    needed = {"commands"} if named("command") | named("message_shortcut") else set()
    needed |= {scope for event in heard() if (scope := EVENT_SCOPES[event])}
    for method in methods_called():
        one_of = METHODS[method].scopes
        kinds = {scope.partition(":")[2] for scope in one_of}
        if len(one_of) > 1:
            (kind,) = kinds
            needed |= {f"{place}:{kind}" for place in PLACES[kind]}
        else:
            needed |= set(one_of)
    return needed


def heard() -> set[str]:
    """The events that a listener names, alone or by a pattern; the one for all the rest only acknowledges."""
    patterns = [one for one in listeners()["event"] if isinstance(one, re.Pattern) and one.pattern != ".*"]
    by_pattern = {event for event in EVENT_SCOPES if any(one.search(event) for one in patterns)}
    assert all(any(one.search(event) for event in EVENT_SCOPES) for one in patterns)
    return named("event") | by_pattern


def test_every_command_is_there_and_no_other(manifest: dict[str, Any]) -> None:
    """The commands that the program listens to are the ones that Slack offers."""
    offered = {command["command"] for command in manifest["features"]["slash_commands"]}
    assert offered == named("command") == set(command_names(""))


def with_prefix(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest as its head says for `commands: prefix: acme-`: the prefix written into every command's name."""
    commands = manifest["features"]["slash_commands"]
    renamed = [command | {"command": f"/acme-{command['command'][1:]}"} for command in commands]
    return manifest | {"features": manifest["features"] | {"slash_commands": renamed}}


def test_with_a_prefix_the_same_commands_are_listened_to(manifest: dict[str, Any]) -> None:
    """The renamed commands are the ones that the program then answers to."""
    renamed = with_prefix(manifest)["features"]["slash_commands"]
    assert {command["command"] for command in renamed} == set(listeners("acme-")["command"])


def test_the_manifest_with_a_prefix_is_valid_too(manifest: dict[str, Any], schema: Draft7Validator) -> None:
    """Slack takes the renamed commands."""
    assert schema.is_valid(with_prefix(manifest))


def test_the_hints_name_every_verb(manifest: dict[str, Any]) -> None:
    """What can be typed behind /release stands in its hint; what has a command of its own may be left out."""
    (hint,) = (one["usage_hint"] for one in manifest["features"]["slash_commands"] if one["command"] == "/release")
    verbs = set(re.findall(r"(?:^|\| )([a-z]+)", hint))
    assert verbs == {row.name for row in ACTIONS.values() if row.alias is None} | {"help"}


def test_every_shortcut_is_there_and_no_other(manifest: dict[str, Any]) -> None:
    """The shortcuts that Slack offers have a listener, and the other way round."""
    offered = {one["callback_id"] for one in manifest["features"]["shortcuts"]}
    assert offered == named("message_shortcut") | named("global_shortcut") | named("shortcut")
    assert {one["type"] for one in manifest["features"]["shortcuts"]} == {"message"}


def test_every_event_has_a_listener_and_no_other_is_asked_for(manifest: dict[str, Any]) -> None:
    """An event that nobody listens to costs a delivery; one that is not subscribed never comes."""
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == heard()


def test_every_scope_is_used_and_none_is_missing(manifest: dict[str, Any]) -> None:
    """The bot may do what its calls and events need, and nothing more."""
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == scopes_needed()


def test_the_scopes_of_methods_are_slacks_own() -> None:
    """The table of methods that this file believes agrees with Slack's description of its Web API."""
    path = VENDOR.parent / "web-api.swagger2.json"
    if not path.is_file():
        pytest.skip("Slack's description of its Web API lies beside the repository, in shared/vendor, and is not there")
    described = json.loads(path.read_text("utf-8"))["paths"]
    for method in methods_called() & {name[1:] for name in described}:
        (operation,) = described[f"/{method}"].values()
        theirs = {scope for one in operation.get("security", ()) for scope in one["slackAuth"]} - {"none"}
        if theirs and not METHODS[method].app_token:
            assert set(METHODS[method].scopes) <= {scope.replace("write:bot", "write") for scope in theirs}, method
