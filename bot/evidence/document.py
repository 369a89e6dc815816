"""Reading and writing an evidence document: strictly, with every flaw named by its place."""

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from pydantic import ValidationError

from bot.evidence.block import LARGEST
from bot.evidence.hashes import integrity_hash, tree_of
from bot.evidence.snapshot import REQUIRED, Snapshot


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong with a document. `code` is stable; `place` is a path such as `perf.count`."""

    code: str
    place: str = ""
    detail: str = ""


class DocumentFlawed(ValueError):
    """A file is no evidence document; `flaws` says all that is wrong with it."""

    def __init__(self, flaws: tuple[Flaw, ...]) -> None:
        super().__init__("; ".join(" ".join(filter(None, (one.code, one.place, one.detail))) for one in flaws))
        self.flaws = flaws


def read_document(raw: bytes) -> Snapshot:
    """The document in these bytes. Raises DocumentFlawed: no JSON, a key twice, NaN, a block missing or unknown, a
    field missing, unknown or of the wrong kind."""
    strict_json(raw)
    try:
        return Snapshot.model_validate_json(raw)
    except ValidationError as error:
        raise DocumentFlawed(
            tuple(_flaw(one) for one in error.errors(include_input=False, include_url=False))
        ) from None


def write_document(snapshot: Snapshot) -> bytes:
    """The bytes of a document's file: JSON for people, two spaces deep, one line end at the end."""
    return (json.dumps(tree_of(snapshot), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def flaws_of(snapshot: Snapshot) -> tuple[Flaw, ...]:
    """What a well-formed document says against itself: its checksum does not fit, or it is marked as tampered."""
    found = []
    if snapshot.integrity.signature_sha256 != integrity_hash(snapshot):
        found.append(Flaw("integrity.signature_mismatch", "integrity.signature_sha256"))
    if snapshot.meta.tampered:
        found.append(Flaw("evidence.tampered", "meta.tampered"))
    return tuple(found)


def strict_json(raw: bytes) -> Any:
    """The JSON value in these bytes: UTF-8, every key once, every number finite and exact in every language. Raises
    DocumentFlawed."""
    try:
        return json.loads(
            raw.decode(),
            object_pairs_hook=_no_doubles,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_exact,
        )
    except (ValueError, RecursionError) as error:
        detail = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise DocumentFlawed((Flaw("evidence.not_json", "", detail[:200]),)) from None


def _flaw(error: Any) -> Flaw:
    place, top = ".".join(map(str, error["loc"])), len(error["loc"]) == 1
    if top and error["type"] == "missing" and place in REQUIRED:
        return Flaw(f"evidence.missing:{place}", place)
    if top and error["type"] == "extra_forbidden":
        return Flaw(f"evidence.unknown:{place}", place)
    return Flaw("evidence.invalid", place, str(error["msg"]))


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{text[:40]} is too large a number")
    return value


def _exact(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST:
        raise ValueError(f"{text[:40]} is too large to be exact everywhere")
    return int(text)
