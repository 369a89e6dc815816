"""API tokens and HMAC keys as the environment hands them over: JSON lists, checked, never shown."""

import binascii
import hashlib
import json
from base64 import b64decode
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)

_EMPTY = hashlib.sha256(b"").hexdigest()

Moment = AwareDatetime
"""A moment with its zone, RFC 3339."""

KeyId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,63}$")]


class _Credential(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _of_a_secret(digest: str) -> str:
    if digest == _EMPTY:
        raise ValueError("is the SHA-256 of an empty text; hash the token's secret")
    return digest


class ApiToken(_Credential):
    """A machine's token, sent as `Bearer <id>.<secret>`: an id holds no dot, and only the secret's hash is kept."""

    id: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$", description="Name of the token in rbac.yaml.")
    ]
    sha256: Annotated[
        str,
        BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value),
        Field(pattern=r"^[0-9a-f]{64}$", repr=False, description="SHA-256 of the token's secret, in hex."),
        AfterValidator(_of_a_secret),
    ]


def decodable(secret: SecretStr) -> SecretStr:
    """The secret; raises ValueError when it does not decode, or is empty."""
    _bytes_of(secret.get_secret_value())
    return secret


class StageKey(_Credential):
    """A key that signs the stage file (contracts 1.1)."""

    key_id: KeyId = Field(description="Id that is written beside the signature.")
    secret: Annotated[SecretStr, AfterValidator(decodable)] = Field(
        description="The key: `hex:…`, `b64:…` or plain text."
    )

    @property
    def material(self) -> bytes:
        """The key's bytes, decoded."""
        return _bytes_of(self.secret.get_secret_value())


class JudgeKey(StageKey):
    """A key of the judges (contracts 1.13): `active` signs and verifies; `grace` verifies what was signed before
    `rotated_at`; `retired` does neither. `expires_at`: from then on a key in grace counts as retired."""

    state: Literal["active", "grace", "retired"] = Field(default="active", description="What the key is good for.")
    rotated_at: Moment | None = Field(default=None, description="When another key took over; a key in grace needs it.")
    expires_at: Moment | None = Field(default=None, description="When its grace is over, at the latest.")
    created_at: str = Field(default="", description="When it was made.")
    notes: str = Field(default="", description="For people.")

    @model_validator(mode="after")
    def _grace_began(self) -> Self:
        if self.state == "grace" and self.rotated_at is None:
            raise ValueError("a key in grace needs rotated_at: it holds for what was signed before then")
        return self

    def standing(self, now: datetime) -> str:
        """What the key is good for at a moment: `active`, `grace` or `retired`."""
        over = self.state == "grace" and self.expires_at is not None and now >= self.expires_at
        return "retired" if over else self.state


def _bytes_of(secret: str) -> bytes:
    try:
        if secret.startswith("hex:"):
            made = bytes.fromhex(secret[4:])
        elif secret.startswith("b64:"):
            made = b64decode(secret[4:], validate=True)
        else:
            made = secret.encode()
    except (ValueError, binascii.Error):
        raise ValueError("does not decode: after hex: or b64: stand only characters of that encoding") from None
    if not made:
        raise ValueError("is empty")
    return made


def parse_list(value: object) -> object:
    """The JSON list in an environment variable; raises ValueError without a word of its content."""
    if not isinstance(value, str):
        return value
    try:
        listed = json.loads(value, object_pairs_hook=_once_each)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at character {error.pos}") from None
    except RecursionError:
        raise ValueError("is not JSON that anybody wrote: it nests too deep") from None
    if not isinstance(listed, list):
        raise ValueError('must be a JSON list of objects, such as [{"…": "…"}]')
    return listed


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("an object in the list names a member twice")
    return dict(pairs)


def distinct_tokens(tokens: tuple[ApiToken, ...]) -> tuple[ApiToken, ...]:
    """The tokens; raises ValueError when two share an id, or one secret goes by two ids."""
    ids = _doubled([token.id for token in tokens])
    if ids:
        raise ValueError(f"token ids must differ: {', '.join(ids)} stands twice")
    if _doubled([token.sha256 for token in tokens]):
        raise ValueError("two tokens have the same secret; give each its own")
    return tokens


def distinct_stage_keys(keys: tuple[StageKey, ...]) -> tuple[StageKey, ...]:
    """The keys; raises ValueError when there is none, or two share an id."""
    _refuse_doubled([key.key_id for key in keys])
    return keys


def distinct_judge_keys(keys: tuple[JudgeKey, ...]) -> tuple[JudgeKey, ...]:
    """The keys; raises ValueError when there is none, two share an id, or none can sign."""
    _refuse_doubled([key.key_id for key in keys])
    if all(key.state != "active" for key in keys):
        raise ValueError("no key is active, so nothing could be signed")
    return keys


def _refuse_doubled(ids: list[str]) -> None:
    if not ids:
        raise ValueError("holds no key; leave the variable out instead")
    if doubled := _doubled(ids):
        raise ValueError(f"key ids must differ: {', '.join(doubled)} stands twice")


def _doubled(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
