"""A question to a judge server as it travels: its body, and the headers whose signature covers all of it (contracts
1.14; the original signed the body alone, so a captured one could be sent again under a new nonce)."""

import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.adapters.evidence.keys import KeyRing
from bot.evidence.hashes import tree_of
from bot.evidence.question import Question, slo_tree

NONCE = "X-DecisionOS-Nonce"
TIMESTAMP = "X-DecisionOS-Timestamp"
SIGNATURE = "X-DecisionOS-Signature"
KEY_ID = "X-Key-Id"

_NONCE = re.compile(r"[A-Za-z0-9_-]{16,128}", re.ASCII)
_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sent:
    """One question on its way, and what its answer has to name."""

    body: bytes
    headers: dict[str, str]
    nonce: str
    at: datetime


def write_request(question: Question, ring: KeyRing | None, now: datetime) -> Sent:
    """The request; every try has its own nonce. Without a ring it is not signed, and no server of ours takes it."""
    nonce, ts = secrets.token_urlsafe(24), int(now.timestamp())
    tree = {"evidence": tree_of(question.snapshot), "slo": slo_tree(question.slo), "ts": ts, "nonce": nonce}
    if question.gate:
        tree["gate"] = question.gate
    if question.seal is not None:
        tree["seal"] = json.loads(question.seal)
    body = json.dumps(tree, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    headers = {"Content-Type": "application/json", NONCE: nonce, TIMESTAMP: str(ts)}
    if ring is not None:
        headers[KEY_ID], headers[SIGNATURE] = ring.sign(signed_bytes(str(ts), nonce, body))
    return Sent(body, headers, nonce, datetime.fromtimestamp(ts, UTC))


def signed_bytes(timestamp: str, nonce: str, body: bytes) -> bytes:
    """What the signature of a request covers. Neither part can run into another: the first two hold no line end."""
    return b"interlock.judge.v1\n%s\n%s\n%s" % (timestamp.encode(), nonce.encode(), body)


def is_nonce(text: str) -> bool:
    """Whether this is written as a nonce: 16 to 128 letters, digits, `-` or `_`."""
    return _NONCE.fullmatch(text) is not None


def moment_of(timestamp: str) -> datetime | None:
    """The moment in whole seconds since 1970, or None for anything else."""
    return datetime.fromtimestamp(int(timestamp), UTC) if _TIMESTAMP.fullmatch(timestamp) else None
