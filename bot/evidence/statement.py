"""in-toto Statements: what a seal says, and of what (in-toto attestation v1)."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, JsonValue, ValidationError

from bot.evidence.block import Block, Instant, Sha256, moment
from bot.evidence.document import DocumentFlawed, Flaw, read_document, strict_json
from bot.evidence.harvest import written
from bot.evidence.hashes import block_hashes, tree_of
from bot.evidence.snapshot import Snapshot

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
EVIDENCE = "urn:interlock:evidence:v1"
"""Predicate: `sealed_at`, the whole document, and the hash of every block of it, which tells where a change is."""

TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"


_DIGEST = re.compile(r"sha256:([0-9a-f]{64})", re.ASCII)


class Result(StrEnum):
    """The outcomes of a test result."""

    PASSED = "PASSED"
    WARNED = "WARNED"
    FAILED = "FAILED"


class Subject(Block):
    """Something that a statement speaks of, by its hash."""

    name: Annotated[str, Field(min_length=1, max_length=500)]
    digest: dict[Literal["sha256"], Sha256]


class Sealed(Block):
    """The predicate of an evidence statement."""

    sealed_at: Instant
    snapshot: dict[str, JsonValue]
    blocks: dict[str, Sha256]


class Statement(Block):
    """An evidence statement: subjects are the artifact, where its digest is known, and the document's file."""

    type_: Literal["https://in-toto.io/Statement/v1"] = Field(alias="_type")
    subject: Annotated[tuple[Subject, ...], Field(min_length=1)]
    predicate_type: Literal["urn:interlock:evidence:v1"] = Field(alias="predicateType")
    predicate: Sealed

    @property
    def file(self) -> Subject:
        """The document's file."""
        return self.subject[-1]

    @property
    def sealed_at(self) -> datetime:
        """When it was sealed, as the sealer says."""
        return moment(self.predicate.sealed_at)


def evidence_statement(snapshot: Snapshot, name: str, raw: bytes, at: datetime) -> bytes:
    """The payload that seals a bound document, whose file is called `name` and holds `raw`."""
    bound = snapshot.binding
    subjects = []
    if bound is not None and (digest := _DIGEST.fullmatch(bound.artifact or "")):
        subjects.append({"name": f"{bound.service}@{bound.version}", "digest": {"sha256": digest[1]}})
    subjects.append({"name": name, "digest": {"sha256": hashlib.sha256(raw).hexdigest()}})
    sealed = {"sealed_at": written(at), "snapshot": tree_of(snapshot), "blocks": block_hashes(snapshot)}
    return _payload({"_type": STATEMENT, "subject": subjects, "predicateType": EVIDENCE, "predicate": sealed})


def test_result(
    subjects: Mapping[str, str],
    configuration: Mapping[str, str],
    passed: Sequence[str],
    warned: Sequence[str],
    failed: Sequence[str],
) -> bytes:
    """The payload that says how tests of `subjects` came out; `configuration` are the rules that were applied. Both are
    names with their SHA-256. It passed only when something was tested and nothing failed or warned."""
    result = Result.FAILED if failed or not (passed or warned) else Result.WARNED if warned else Result.PASSED
    return _payload(
        {
            "_type": STATEMENT,
            "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in subjects.items()],
            "predicateType": TEST_RESULT,
            "predicate": {
                "result": result.value,
                "configuration": [{"name": name, "digest": {"sha256": one}} for name, one in configuration.items()],
                "passedTests": list(passed),
                "warnedTests": list(warned),
                "failedTests": list(failed),
            },
        }
    )


def read_statement(payload: bytes) -> tuple[Statement, Snapshot]:
    """The evidence statement in a payload and the document in it. Raises DocumentFlawed."""
    tree = strict_json(payload)
    try:
        statement = Statement.model_validate_json(payload)
    except ValidationError as error:
        places = (".".join(map(str, one["loc"])) for one in error.errors(include_input=False, include_url=False))
        raise DocumentFlawed(tuple(Flaw("seal.malformed", f"payload.{place}") for place in places)) from None
    return statement, read_document(_payload(tree["predicate"]["snapshot"]))


def _payload(tree: object) -> bytes:
    """JSON with sorted keys and numbers as they are: 1.0 stays 1.0, for the contract's integrity hash tells it from 1.
    Signatures are over these bytes as stored, so nobody has to write them again."""
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
