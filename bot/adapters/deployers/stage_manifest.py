"""The manifest beside the stage file: what the token is bound to, and the signatures over it (contracts 1.1)."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import rfc8785
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, ValidationError

from bot.adapters.deployers.stage_words import Stage
from bot.adapters.keys.stage import StageKeys

EARLIER_KEPT = 20
"""How many earlier deployment ids a manifest remembers, so that they are still found after the next write."""


def write_moment(moment: datetime) -> str:
    """UTC with seconds and a Z, as the contract writes times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Moment = Annotated[AwareDatetime, PlainSerializer(write_moment, return_type=str)]


class StageBinding(BaseModel):
    """What a token was written for. Everything but the actor is empty when a person wrote it by hand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    actor: str
    release: str = ""
    service: str = ""
    environment: str = ""
    version: str = ""
    percentage: int = Field(default=0, ge=0, le=100)
    deployment: str = ""
    digest: str = ""
    expires: Moment | None = None


class Manifest(BaseModel):
    """The manifest as stored. The first five fields are the contract's; `sig_bound` is an HMAC over all the others.

    `epoch` grows with every write of this stage file. `fell_back` says what was found when this manifest was written
    to replace something that we had not signed; it is empty otherwise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    token_sha256: str
    sig_hmac: str
    key_id: str
    algo: Literal["HMAC-SHA256"] = "HMAC-SHA256"
    generated_at: Moment
    stage: Stage
    binding: StageBinding
    earlier: tuple[str, ...] = ()
    epoch: int = Field(ge=1)
    fell_back: str = ""
    sig_bound: str = ""

    def render(self) -> bytes:
        """The manifest's only legal spelling: sorted keys, indent 2, one line end."""
        return render(self.model_dump(mode="json"))

    def signed_part(self) -> bytes:
        """What `sig_bound` covers, in canonical JSON (RFC 8785)."""
        return rfc8785.dumps(self.model_dump(mode="json", exclude={"sig_bound"}))

    def expired(self, at: datetime) -> bool:
        """Whether the token was only meant until a moment that has passed."""
        return self.binding.expires is not None and self.binding.expires <= at


def render(fields: Mapping[str, Any]) -> bytes:
    """JSON as the contract lays it out."""
    return (json.dumps(fields, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()


def seal(
    stage: Stage,
    binding: StageBinding,
    keys: StageKeys,
    *,
    epoch: int,
    earlier: tuple[str, ...],
    at: datetime,
    fell_back: str = "",
) -> Manifest:
    """A signed manifest. Raises ValueError for text that JSON cannot carry."""
    key_id, token_signature = keys.sign(stage.value.encode())
    bare = Manifest(
        token_sha256=token_sha256(stage),
        sig_hmac=token_signature,
        key_id=key_id,
        generated_at=at.replace(microsecond=0),
        stage=stage,
        binding=binding,
        earlier=earlier[:EARLIER_KEPT],
        epoch=epoch,
        fell_back=fell_back,
    )
    return bare.model_copy(update={"sig_bound": keys.sign(bare.signed_part())[1]})


def parse_manifest(content: bytes) -> Manifest | None:
    """A manifest from its bytes, signatures not yet looked at; None when it is not spelled as we spell it."""
    try:
        manifest = Manifest.model_validate_json(content)
        return manifest if manifest.render() == content else None
    except (ValidationError, ValueError):
        return None


def is_genuine(manifest: Manifest, keys: StageKeys) -> bool:
    """Whether both signatures are ours and the token's hash belongs to the stage that the manifest names."""
    token = manifest.stage.value.encode()
    return (
        manifest.token_sha256 == token_sha256(manifest.stage)
        and keys.verify(token, manifest.key_id, manifest.sig_hmac)
        and keys.verify(manifest.signed_part(), manifest.key_id, manifest.sig_bound)
    )


def token_sha256(stage: Stage) -> str:
    """Hex SHA-256 of the bare token."""
    return hashlib.sha256(stage.value.encode()).hexdigest()
