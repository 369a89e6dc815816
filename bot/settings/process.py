"""The settings of one process, read from its environment; mistakes are reported all at once."""

from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.domain.duration import Span
from bot.domain.rbac import Scope
from bot.settings.credentials import (
    ApiToken,
    JudgeKey,
    StageKey,
    decodable,
    distinct_judge_keys,
    distinct_stage_keys,
    distinct_tokens,
    parse_list,
)
from bot.settings.mistakes import ConfigurationError, Problem, reason_of
from bot.settings.variables import (
    Variable,
    read_api_url,
    read_arguments,
    read_database_url,
    read_port,
    read_scopes,
    read_seed,
    token,
    variable,
)

ENVIRONMENT = "environment"
"""Stands where a problem names its file, when the mistake is in an environment variable."""


class Settings(BaseModel):
    """One process's settings. Secrets are `SecretStr`: no repr, log or error shows them."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    slack_bot_token: Annotated[SecretStr | None, variable("SLACK_BOT_TOKEN"), token("xoxb-", "a bot token")] = Field(
        default=None, description="Bot token of the Slack app (`xoxb-…`)."
    )
    slack_app_token: Annotated[SecretStr | None, variable("SLACK_APP_TOKEN"), token("xapp-", "an app-level token")] = (
        Field(default=None, description="App-level token (`xapp-…`); when set, Slack is reached by Socket Mode.")
    )
    slack_signing_secret: Annotated[SecretStr | None, variable("SLACK_SIGNING_SECRET")] = Field(
        default=None, description="Signing secret; when set, Slack's requests are taken at `POST /slack/events`."
    )
    slack_api_url: Annotated[str, variable("SLACK_API_URL"), AfterValidator(read_api_url)] = Field(
        default="https://slack.com/api/", description="Where Slack's Web API is; the sandbox sets it."
    )
    database_url: Annotated[SecretStr, variable("DATABASE_URL"), AfterValidator(read_database_url)] = Field(
        description="`sqlite:///path` or `postgresql://…`; without it a SQLite file in the folder for state."
    )
    config: Annotated[Path, variable("INTERLOCK_CONFIG")] = Field(
        default=Path("configs"), description="Folder of the configuration files."
    )
    var: Annotated[Path, variable("INTERLOCK_VAR")] = Field(default=Path("var"), description="Folder for state.")
    port: Annotated[int, variable("PORT"), BeforeValidator(read_port)] = Field(
        default=8080, ge=0, le=65535, description="Port of the HTTP side; 0 takes any free one."
    )
    api_tokens: Annotated[
        tuple[ApiToken, ...],
        variable("INTERLOCK_API_TOKENS"),
        BeforeValidator(parse_list),
        AfterValidator(distinct_tokens),
    ] = Field(default=(), description='Tokens of machines, `[{"id": "ci-checkout", "sha256": "…"}]`.')
    stage_keys: Annotated[
        tuple[StageKey, ...],
        variable("INTERLOCK_STAGE_KEYS", "DECISIONOS_STAGE_KEYS"),
        BeforeValidator(parse_list),
        AfterValidator(distinct_stage_keys),
    ] = Field(default=(), description='Keys of the stage file, `[{"key_id": "k1", "secret": "…"}]`.')
    stage_key: Annotated[SecretStr | None, variable("INTERLOCK_STAGE_KEY", "DECISIONOS_STAGE_KEY")] = Field(
        default=None, description="A single stage key; a list of keys wins over it."
    )
    stage_key_id: Annotated[str | None, variable("INTERLOCK_STAGE_KEY_ID", "DECISIONOS_STAGE_KEY_ID")] = Field(
        default=None, description="Id of the stage key that signs; without it the first (a single key is called `k1`)."
    )
    judge_keys: Annotated[
        tuple[JudgeKey, ...],
        variable("INTERLOCK_JUDGE_KEYS", "DECISIONOS_JUDGE_KEYS"),
        BeforeValidator(parse_list),
        AfterValidator(distinct_judge_keys),
    ] = Field(default=(), description='Keys of the judges, `[{"key_id": "k1", "secret": "hex:…", "state": "active"}]`.')
    judge_keys_file: Annotated[Path | None, variable("INTERLOCK_JUDGE_KEYS_FILE", "DECISIONOS_JUDGE_KEYS_FILE")] = (
        Field(
            default=None, description="File that holds the judges' keys as such a list, closed to others (chmod 600)."
        )
    )
    judge_keys_parameter: Annotated[
        str | None, variable("INTERLOCK_KMS_PARAM_PATH", "DECISIONOS_KMS_PARAM_PATH", "DECISIONOS_KMS_SSM_PATH")
    ] = Field(
        default=None, pattern=r"^[A-Za-z0-9_./-]+$", description="Parameter of AWS SSM that holds the list, encrypted."
    )
    judge_keys_sealed_file: Annotated[Path | None, variable("INTERLOCK_JUDGE_KEYS_KMS_FILE")] = Field(
        default=None, description="File that holds the list as ciphertext of AWS KMS, plain bytes or base64."
    )
    judge_keys_sealed: Annotated[SecretStr | None, variable("INTERLOCK_JUDGE_KEYS_KMS")] = Field(
        default=None, description="The list as ciphertext of AWS KMS itself, in base64."
    )
    judge_key: Annotated[
        Annotated[SecretStr, AfterValidator(decodable)] | None,
        variable("INTERLOCK_JUDGE_HMAC_KEY", "DECISIONOS_JUDGE_HMAC_KEY"),
    ] = Field(default=None, description="A single key of the judges; its id is `legacy`.")
    judge_keys_refresh: Annotated[Span, variable("INTERLOCK_JUDGE_KEYS_REFRESH")] = Field(
        default=timedelta(seconds=60), gt=timedelta(0), description="How often a source of judges' keys is read again."
    )
    aws_region: Annotated[str | None, variable("AWS_REGION")] = Field(
        default=None, description="Region of SSM and KMS; without it as AWS's own configuration says."
    )
    controller_hook: Annotated[
        tuple[str, ...] | None,
        variable("INTERLOCK_CONTROLLER_HOOK", "DECISIONOS_CONTROLLER_HOOK"),
        BeforeValidator(read_arguments),
    ] = Field(
        default=None,
        repr=False,
        description="Command that is told about every stage; wins over a service's own `hook`.",
    )
    on_promote_cmd: Annotated[
        tuple[str, ...] | None,
        variable("INTERLOCK_ON_PROMOTE_CMD", "DECISIONOS_ON_PROMOTE_CMD"),
        BeforeValidator(read_arguments),
    ] = Field(default=None, repr=False, description="Command that runs after the stage became `promote`.")
    allow_scopes: Annotated[
        tuple[Scope, ...],
        variable("INTERLOCK_ALLOW_SCOPES", "DECISIONOS_ALLOW_SCOPES"),
        BeforeValidator(read_scopes),
    ] = Field(default=(), description="Scopes of whoever uses the command line here, separated by commas.")
    audit_key: Annotated[Annotated[SecretStr, AfterValidator(read_seed)] | None, variable("INTERLOCK_AUDIT_KEY")] = (
        Field(
            default=None,
            description="Key that signs the ledger's checkpoints; without it one is made in the folder for state.",
        )
    )

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Settings from these environment variables; blank ones count as not set. Raises ConfigurationError."""
        given: dict[str, object] = {}
        origin: dict[str, str] = {}
        for field, info in cls.model_fields.items():
            for name in variables_of(info):
                if field not in given and (value := environment.get(name, "").strip()):
                    given[field], origin[field] = value, name
        given.setdefault("database_url", f"sqlite:///{given.get('var', 'var')}/interlock.db")
        problems = _misspelled(cls, environment)
        try:
            settings = cls.model_validate(given)
        except ValidationError as error:
            problems += tuple(_problem(found, origin) for found in error.errors(include_input=False))
            raise ConfigurationError(problems) from None
        if problems:
            raise ConfigurationError(problems)
        return settings

    @property
    def evidence(self) -> Path:
        """Where sealed evidence lies, a folder a release."""
        return self.var / "evidence"

    @property
    def stage_ring(self) -> tuple[StageKey, ...]:
        """The keys of the stage file, the one that signs first; empty when no key is set (contracts 1.1)."""
        if self.stage_keys:
            return tuple(sorted(self.stage_keys, key=lambda key: key.key_id != self.stage_key_id))
        if self.stage_key is None:
            return ()
        return (StageKey(key_id=self.stage_key_id or "k1", secret=self.stage_key),)

    def secrets(self) -> frozenset[str]:
        """Every secret that was handed over, for the log's redaction."""
        single = (
            *(self.slack_bot_token, self.slack_app_token, self.slack_signing_secret),
            *(self.stage_key, self.audit_key, self.judge_key, self.judge_keys_sealed),
        )
        rings = (key.secret for key in (*self.stage_keys, *self.judge_keys))
        password = urlsplit(self.database_url.get_secret_value()).password
        found = {secret.get_secret_value() for secret in (*single, *rings) if secret is not None} | {password or ""}
        bare = {value.removeprefix("hex:").removeprefix("b64:") for value in found}
        return frozenset((found | bare) - {""})

    def missing_for_slack(self) -> tuple[Problem, ...]:
        """What has to be set before Slack can be served; empty when nothing is missing."""
        missing = []
        if self.slack_bot_token is None:
            missing.append(Problem(ENVIRONMENT, "SLACK_BOT_TOKEN", "is required to talk to Slack"))
        if self.slack_app_token is None and self.slack_signing_secret is None:
            reason = "set it for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"
            missing.append(Problem(ENVIRONMENT, "SLACK_APP_TOKEN", reason))
        return tuple(missing)


def variables_of(info: FieldInfo) -> tuple[str, ...]:
    """The environment variables of a setting, the one that wins first."""
    return next(part.names for part in info.metadata if isinstance(part, Variable))


def _misspelled(settings: type[Settings], environment: Mapping[str, str]) -> tuple[Problem, ...]:
    """Variables that look like one of ours and are none. Orchestrators make others with our prefix."""
    known = [name for info in settings.model_fields.values() for name in variables_of(info)]
    strangers = sorted(name for name in environment if name.startswith("INTERLOCK_") and name not in known)
    close = {name: get_close_matches(name, known, n=1, cutoff=0.9) for name in strangers}
    return tuple(
        Problem(ENVIRONMENT, name, f"is not a setting; did you mean {meant[0]}?")
        for name, meant in close.items()
        if meant
    )


def _problem(found: ErrorDetails, origin: Mapping[str, str]) -> Problem:
    field, *rest = found["loc"]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest)
    return Problem(ENVIRONMENT, f"{origin.get(str(field), field)}{path}", reason_of(found))
