"""Reading a question: who asks, whether nobody changed it on the way, and whether it is asked for the first time."""

import json
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from bot.adapters.judges.request import KEY_ID, NONCE, SIGNATURE, TIMESTAMP, is_nonce, moment_of, signed_bytes
from bot.domain.actor import Actor, ActorKind
from bot.domain.rbac import covers, scopes_of
from bot.domain.slo import SloDocument
from bot.evidence.document import DocumentFlawed, read_document, strict_json
from bot.evidence.envelope import parse_envelope, write_envelope
from bot.evidence.question import Question, question_of
from bot.evidence.vote import SKEW
from bot.views.judge_errors import judge_trouble
from handlers.api.errors import ApiError
from handlers.judge.bench import Bench

SCOPE = "judge:run"
_HEADERS = (NONCE, TIMESTAMP, SIGNATURE, KEY_ID)


class _Body(BaseModel):
    """The body of a question (contracts 1.12)."""

    model_config = ConfigDict(extra="forbid", strict=True)

    evidence: dict[str, Any]
    slo: SloDocument
    ts: int
    nonce: str
    gate: str = Field(default="", max_length=200)
    seal: dict[str, Any] | None = None


async def read_question(request: Request, bench: Bench, now: datetime) -> tuple[Question, str]:
    """The question and its nonce, which is spent from here on. Raises ApiError: 400, 401 or 403 (contracts 1.14)."""
    headers = _headers(request)
    at = moment_of(headers[TIMESTAMP])
    if at is None:
        raise _no(400, "invalid_headers", TIMESTAMP)
    nonce, key_id, body = headers[NONCE], headers[KEY_ID], await request.body()
    if not is_nonce(nonce):
        raise _no(400, "invalid_headers", NONCE)
    signed = signed_bytes(headers[TIMESTAMP], nonce, body)
    _check_signature(bench.ring.verify(signed, key_id, headers[SIGNATURE], at))
    if abs(now - at) > SKEW:
        raise _no(401, "clock.skew", f"{abs((now - at).total_seconds()):.0f}")
    if not await bench.store.call(lambda: bench.nonces.spend(key_id, nonce, now)):
        raise _no(401, "replay")
    if not _may_ask(bench, key_id):
        raise _no(403, "rbac", key_id)
    return _question(body, nonce, int(headers[TIMESTAMP])), nonce


def _headers(request: Request) -> dict[str, str]:
    found = {name: request.headers.get(name, "").strip() for name in _HEADERS}
    if missing := [name for name in _HEADERS if not found[name]]:
        raise _no(400, "missing_headers", ", ".join(missing))
    return found


def _check_signature(standing: str) -> None:
    match standing:
        case "ok" | "grace":
            return
        case "missing" | "retired":
            raise _no(401, f"key.{standing}")
        case _:
            raise _no(401, "sig.mismatch")


def _may_ask(bench: Bench, key_id: str) -> bool:
    """Machines hold scopes as everywhere: here the id of the key is the machine's name."""
    return covers(scopes_of(bench.rights(), Actor(kind=ActorKind.TOKEN, id=key_id), "", ""), SCOPE)


def _question(raw: bytes, nonce: str, ts: int) -> Question:
    try:
        strict_json(raw)
        body = _Body.model_validate_json(raw)
        snapshot = read_document(json.dumps(body.evidence).encode())
        seal = _seal(body)
    except DocumentFlawed as flawed:
        raise _no(400, "invalid_body", _plain(str(flawed))) from None
    except ValidationError as error:
        places = [".".join(map(str, one["loc"])) for one in error.errors(include_input=False, include_url=False)]
        raise _no(400, "invalid_body", _plain(", ".join(places))) from None
    if (body.nonce, body.ts) != (nonce, ts):
        raise _no(400, "invalid_body", "nonce and ts are not those of the headers")
    return question_of(body.gate, snapshot, body.slo, seal)


def _seal(body: _Body) -> bytes | None:
    """The seal as its file holds it. Raises DocumentFlawed for what is none."""
    return None if body.seal is None else write_envelope(parse_envelope(json.dumps(body.seal).encode()))


def _plain(text: str) -> str:
    return text[:300].replace("{", "(").replace("}", ")")


def _no(status: int, code: str, reason: str = "") -> ApiError:
    headers = {"WWW-Authenticate": "DecisionOS"} if status == 401 else None
    return ApiError(status, code, judge_trouble(code, reason), headers)
