"""Settings of a process come from its environment; every mistake in it is reported at once and no value is shown."""

import hashlib
import json
from base64 import b64encode
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import ConfigurationError, Settings

HASH = hashlib.sha256(b"a secret of CI").hexdigest()
OTHER = hashlib.sha256(b"another secret").hexdigest()


def mistakes(environment: dict[str, str]) -> dict[str, str]:
    """The reasons that reading the environment is refused for, by key."""
    with pytest.raises(ConfigurationError) as refused:
        Settings.read(environment)
    assert {problem.file for problem in refused.value.problems} == {"environment"}
    return {problem.key: problem.reason for problem in refused.value.problems}


def test_an_empty_environment_is_enough_to_start_offline() -> None:
    """Without a variable every setting has its default."""
    settings = Settings.read({})
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.database_url.get_secret_value() == "sqlite:///var/interlock.db"
    assert (settings.config, settings.var, settings.port) == (Path("configs"), Path("var"), 8080)
    assert settings.allow_scopes == ()
    assert settings.stage_ring == ()


def test_blank_variables_count_as_not_set() -> None:
    """Compose files and unit files hand over empty variables for what nobody set."""
    assert Settings.read({"SLACK_BOT_TOKEN": "", "PORT": "  "}) == Settings.read({})


def test_the_database_lies_in_the_folder_for_state() -> None:
    """INTERLOCK_VAR moves the default database too."""
    assert Settings.read({"INTERLOCK_VAR": "state"}).database_url.get_secret_value() == "sqlite:///state/interlock.db"


@pytest.mark.parametrize("given", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"])
def test_every_spelling_of_a_postgresql_address_names_the_driver(given: str) -> None:
    """Platforms hand over postgres://, which the database library does not know."""
    assert Settings.read({"DATABASE_URL": given}).database_url.get_secret_value() == "postgresql+psycopg://u:p@h/d"


def test_our_name_wins_over_the_source_systems_name() -> None:
    """Design 6: ours over the prefixed one; the prefixed one alone counts."""
    ours = {"INTERLOCK_STAGE_KEYS": '[{"key_id": "ours", "secret": "a"}]'}
    theirs = {"DECISIONOS_STAGE_KEYS": '[{"key_id": "theirs", "secret": "b"}]'}
    assert [key.key_id for key in Settings.read(theirs).stage_ring] == ["theirs"]
    assert [key.key_id for key in Settings.read(ours | theirs).stage_ring] == ["ours"]


def test_a_mistake_is_reported_under_the_name_that_was_set() -> None:
    """Whoever wrote DECISIONOS_JUDGE_KEYS is told about DECISIONOS_JUDGE_KEYS."""
    assert list(mistakes({"DECISIONOS_JUDGE_KEYS": "{}"})) == ["DECISIONOS_JUDGE_KEYS"]


def test_a_single_stage_key_is_called_k1() -> None:
    """Contracts 1.1: the id is k1 unless it is given."""
    alone = Settings.read({"DECISIONOS_STAGE_KEY": "secret"}).stage_ring
    named = Settings.read({"DECISIONOS_STAGE_KEY": "secret", "DECISIONOS_STAGE_KEY_ID": "k7"}).stage_ring
    assert [(key.key_id, key.material) for key in alone] == [("k1", b"secret")]
    assert [key.key_id for key in named] == ["k7"]


@pytest.mark.parametrize(("chosen", "order"), [("b", ["b", "a"]), ("gone", ["a", "b"])])
def test_the_chosen_stage_key_signs(chosen: str, order: list[str]) -> None:
    """Contracts 1.1: the named key signs when it is in the list, otherwise the first."""
    keys = json.dumps([{"key_id": "a", "secret": "1"}, {"key_id": "b", "secret": "2"}])
    ring = Settings.read({"INTERLOCK_STAGE_KEYS": keys, "INTERLOCK_STAGE_KEY_ID": chosen}).stage_ring
    assert [key.key_id for key in ring] == order


def test_judge_keys_decode_hex_base64_and_text() -> None:
    """Contracts 1.13: hex:, b64: and plain secrets, with their state."""
    listed = [
        {"key_id": "h", "secret": "hex:00ff"},
        {
            "key_id": "b",
            "secret": "b64:AP8=",
            "state": "grace",
            "rotated_at": "2026-02-01T00:00:00Z",
            "created_at": "2026-01-01T00:00:00Z",
            "notes": "old",
        },
        {"key_id": "p", "secret": "plain", "state": "retired"},
    ]
    keys = Settings.read({"INTERLOCK_JUDGE_KEYS": json.dumps(listed)}).judge_keys
    assert [key.material for key in keys] == [b"\x00\xff", b"\x00\xff", b"plain"]


def test_scopes_of_the_command_line_are_separated_by_commas() -> None:
    """Spaces around a comma are fine."""
    settings = Settings.read({"DECISIONOS_ALLOW_SCOPES": "deploy:promote, deploy:abort,judge:*"})
    assert settings.allow_scopes == ("deploy:promote", "deploy:abort", "judge:*")


def test_a_hook_becomes_an_argument_list() -> None:
    """A command line is taken apart as a shell would, and run without one."""
    settings = Settings.read({"DECISIONOS_CONTROLLER_HOOK": "python hook.py --note 'two words; one argument' '' #1"})
    assert settings.controller_hook == ("python", "hook.py", "--note", "two words; one argument", "", "#1")


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1", "begins with xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-1", "begins with xapp-"),
        ("SLACK_API_URL", "http://example.com/api/", "https://"),
        ("SLACK_API_URL", "slack.com", "must be an address"),
        ("DATABASE_URL", "mysql://localhost/x", "sqlite:/// or postgresql://"),
        ("PORT", "-1", "must be a port number"),
        ("PORT", "70000", "at most 65535"),
        ("INTERLOCK_API_TOKENS", "nonsense", "is not JSON"),
        ("INTERLOCK_API_TOKENS", '{"id": "a"}', "must be a JSON list"),
        ("INTERLOCK_API_TOKENS", '[{"id": "a", "id": "b"}]', "names a member twice"),
        ("DECISIONOS_ALLOW_SCOPES", "deploy:promote deploy:abort", "separated by commas"),
        ("INTERLOCK_AUDIT_KEY", "c2hvcnQ=", "32 random bytes"),
        ("INTERLOCK_AUDIT_KEY", "not base64!", "32 random bytes"),
        ("INTERLOCK_STAGE_KEYS", "[]", "holds no key"),
        ("DECISIONOS_ON_PROMOTE_CMD", "make && make install", "without a shell"),
        ("DECISIONOS_ON_PROMOTE_CMD", "say 'hello", "quote that does not close"),
    ],
)
def test_a_mistake_says_what_to_write(name: str, value: str, reason: str) -> None:
    """Each mistake is refused under its own name, with a sentence that says what is expected."""
    assert reason in mistakes({name: value})[name]


@pytest.mark.parametrize("url", ["http://127.0.0.1:8090/api", "http://localhost:8090/api/", "http://[::1]:8090/api/"])
def test_the_sandbox_on_this_machine_needs_no_tls(url: str) -> None:
    """A token may travel readable on the loopback only; the address always ends with a slash."""
    assert Settings.read({"SLACK_API_URL": url}).slack_api_url == url.removesuffix("/") + "/"


@pytest.mark.parametrize(
    ("tokens", "key", "reason"),
    [
        ([{"id": "ci", "sha256": HASH}, {"id": "ci", "sha256": OTHER}], "", "ci stands twice"),
        ([{"id": "ci", "sha256": HASH}, {"id": "cd", "sha256": HASH}], "", "same secret"),
        ([{"id": "ci.x", "sha256": HASH}], "[0].id", "not written as expected"),
        ([{"id": "ci", "sha256": "abc"}], "[0].sha256", "not written as expected"),
        ([{"id": "ci", "sha256": hashlib.sha256(b"").hexdigest()}], "[0].sha256", "empty text"),
        ([{"id": "ci", "sha256": HASH, "scope": "*"}], "[0].scope", "not a known setting"),
        ([{"id": "ci"}], "[0].sha256", "is required"),
    ],
)
def test_api_tokens_are_checked_one_by_one(tokens: list[dict[str, str]], key: str, reason: str) -> None:
    """A token id stands once, belongs to one secret, and holds no dot, since it is sent as id.secret."""
    assert reason in mistakes({"INTERLOCK_API_TOKENS": json.dumps(tokens)})[f"INTERLOCK_API_TOKENS{key}"]


@pytest.mark.parametrize(
    ("keys", "key", "reason"),
    [
        ([{"key_id": "a", "secret": "1"}, {"key_id": "a", "secret": "2"}], "", "a stands twice"),
        ([{"key_id": "a", "secret": "1", "state": "retired"}], "", "no key is active"),
        ([{"key_id": "a", "secret": "1", "state": "grace"}], "[0]", "needs rotated_at"),
        ([{"key_id": "a", "secret": "1", "state": "actve"}], "[0].state", "must be 'active'"),
        ([{"key_id": "a", "secret": "hex:xyz"}], "[0].secret", "does not decode"),
        ([{"key_id": "a", "secret": "b64:"}], "[0].secret", "is empty"),
    ],
)
def test_judge_keys_are_checked_one_by_one(keys: list[dict[str, str]], key: str, reason: str) -> None:
    """Unknown states are mistakes, never a guess; a ring that cannot sign is one too."""
    assert reason in mistakes({"INTERLOCK_JUDGE_KEYS": json.dumps(keys)})[f"INTERLOCK_JUDGE_KEYS{key}"]


def test_every_mistake_is_reported_at_once() -> None:
    """Nobody starts the program ten times to find ten mistakes."""
    found = mistakes({"PORT": "x", "SLACK_BOT_TOKEN": "x", "DATABASE_URL": "x", "INTERLOCK_STAGE_KYES": "x"})
    assert set(found) == {"PORT", "SLACK_BOT_TOKEN", "DATABASE_URL", "INTERLOCK_STAGE_KYES"}
    assert "did you mean INTERLOCK_STAGE_KEYS?" in found["INTERLOCK_STAGE_KYES"]


def test_names_that_orchestrators_make_are_left_alone() -> None:
    """Kubernetes sets INTERLOCK_PORT and more for a service of that name."""
    assert Settings.read({"INTERLOCK_PORT": "tcp://10.0.0.1:80", "INTERLOCK_SERVICE_HOST": "x"}) == Settings.read({})


BAD = "hunter2-hunter2"
SEED = b64encode(b"hunter2-hunter2-hunter2-hunter2-").decode()


@pytest.mark.parametrize(
    "environment",
    [
        {"SLACK_BOT_TOKEN": BAD, "SLACK_APP_TOKEN": BAD, "DATABASE_URL": f"mysql://u:{BAD}@h/d", "PORT": BAD},
        {"INTERLOCK_API_TOKENS": f'[{{"id": "{BAD}.x", "sha256": "{BAD}"}}]', "INTERLOCK_STAGE_KEYS": BAD},
        {"INTERLOCK_JUDGE_KEYS": f'[{{"key_id": "a", "secret": "hex:{BAD}", "state": "{BAD}"}}]'},
        {"DECISIONOS_ALLOW_SCOPES": f"a:b {BAD}", "DECISIONOS_ON_PROMOTE_CMD": f"'{BAD}", "SLACK_API_URL": BAD},
    ],
)
def test_a_mistake_never_shows_the_value(environment: dict[str, str]) -> None:
    """A refused secret stays a secret: not in the message, not in the exception that caused it."""
    with pytest.raises(ConfigurationError) as refused:
        Settings.read(environment)
    assert BAD not in str(refused.value)
    assert BAD not in repr(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_settings_show_no_secret() -> None:
    """A repr or dump of the settings may end up in a log."""
    environment = {
        "SLACK_BOT_TOKEN": f"xoxb-{BAD}",
        "SLACK_APP_TOKEN": f"xapp-{BAD}",
        "SLACK_SIGNING_SECRET": BAD,
        "DATABASE_URL": f"postgresql://u:{BAD}@h/d",
        "INTERLOCK_STAGE_KEYS": f'[{{"key_id": "a", "secret": "{BAD}"}}]',
        "INTERLOCK_JUDGE_KEYS": f'[{{"key_id": "a", "secret": "{BAD}"}}]',
        "INTERLOCK_STAGE_KEY": BAD,
        "INTERLOCK_AUDIT_KEY": SEED,
        "DECISIONOS_ON_PROMOTE_CMD": f"curl -H {BAD}",
    }
    settings = Settings.read(environment)
    assert BAD not in repr(settings)
    assert SEED not in repr(settings)
    assert BAD not in settings.model_dump_json(exclude={"on_promote_cmd"})


def test_the_log_learns_every_secret() -> None:
    """What has to be redacted is known to the settings, prefixes of encodings left off as well."""
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-1-2",
        "SLACK_SIGNING_SECRET": "signs",
        "DATABASE_URL": "postgresql://u:database-password@h/d",
        "INTERLOCK_JUDGE_KEYS": '[{"key_id": "a", "secret": "hex:00ff"}]',
        "INTERLOCK_STAGE_KEY": "stage",
        "INTERLOCK_AUDIT_KEY": SEED,
    }
    known = {"xoxb-1-2", "signs", "database-password", "hex:00ff", "00ff", "stage", SEED}
    assert Settings.read(environment).secrets() == known
    assert Settings.read({}).secrets() == frozenset()


def test_settings_are_frozen() -> None:
    """Nothing changes them after the start."""
    with pytest.raises(ValidationError):
        Settings.read({}).port = 1  # type: ignore[misc]  # the point of the test


def test_what_slack_needs_is_named_when_it_is_missing() -> None:
    """A bot token, and one of the two ways in."""
    token = {"SLACK_BOT_TOKEN": "xoxb-1"}
    assert [problem.key for problem in Settings.read({}).missing_for_slack()] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
    assert Settings.read(token | {"SLACK_APP_TOKEN": "xapp-1"}).missing_for_slack() == ()
    assert Settings.read(token | {"SLACK_SIGNING_SECRET": "s"}).missing_for_slack() == ()
