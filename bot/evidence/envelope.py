"""DSSE envelopes: bytes, what they are, and signatures over both (secure-systems-lab/dsse, protocol v1).

Envelopes are read strictly. Their JSON and their base64 have one spelling, so that no byte of a file can change without
the envelope being another one.
"""

import base64
import json
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.evidence.document import DocumentFlawed, Flaw, strict_json

Base64 = Annotated[str, Field(max_length=1 << 25)]


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature; `key_id` is a hint and not covered by it."""

    key_id: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload, its type, and who signed the two."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]

    @property
    def signed(self) -> bytes:
        """The bytes that every signature covers."""
        return pae(self.payload_type, self.payload)


def pae(payload_type: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: `DSSEv1 <len> <type> <len> <payload>`, so that type and payload cannot run
    into each other."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def write_envelope(envelope: Envelope) -> bytes:
    """The bytes of an envelope's file."""
    tree = {
        "payload": _encode(envelope.payload),
        "payloadType": envelope.payload_type,
        "signatures": [{"keyid": one.key_id, "sig": _encode(one.sig)} for one in envelope.signatures],
    }
    return (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode()


def read_envelope(raw: bytes) -> Envelope:
    """The envelope in these bytes. Raises DocumentFlawed for what is none, or is not written as we write it."""
    envelope = parse_envelope(raw)
    if write_envelope(envelope) != raw:
        raise DocumentFlawed((Flaw("seal.rewritten", "envelope"),))
    return envelope


def parse_envelope(raw: bytes) -> Envelope:
    """The envelope in these bytes, however it is spaced, such as one that another program wrote. Raises
    DocumentFlawed."""
    try:
        tree = _Tree.model_validate(strict_json(raw))
        return Envelope(
            payload_type=tree.payloadType,
            payload=base64.b64decode(tree.payload, validate=True),
            signatures=tuple(Signature(one.keyid, base64.b64decode(one.sig, validate=True)) for one in tree.signatures),
        )
    except ValidationError as error:
        places = (".".join(map(str, one["loc"])) for one in error.errors(include_input=False, include_url=False))
        raise DocumentFlawed(tuple(Flaw("seal.malformed", place) for place in places)) from None
    except ValueError as error:
        if isinstance(error, DocumentFlawed):
            raise  # strict_json named it already
        raise DocumentFlawed((Flaw("seal.malformed", "envelope", "not base64"),)) from None


def looks_like_envelope(tree: Any) -> bool:
    """Whether a JSON value means to be an envelope rather than a document."""
    return isinstance(tree, dict) and "payloadType" in tree


class _Signature(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    keyid: str = Field(default="", max_length=200)
    sig: Base64


class _Tree(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    payload: Base64
    payloadType: str = Field(min_length=1, max_length=200)
    signatures: list[_Signature] = Field(min_length=1, max_length=16)


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
