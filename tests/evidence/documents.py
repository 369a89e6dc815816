"""Evidence documents for tests."""

import json
from typing import Any

from bot.evidence.blocks import Witness
from bot.evidence.document import read_document, write_document
from bot.evidence.hashes import with_integrity
from bot.evidence.snapshot import Snapshot

SHA = "ab" * 32


def plain() -> dict[str, Any]:
    """A document as the source system writes it, its integrity hash still empty."""
    return {
        "meta": {"version": "v0.5.11q", "generated_at": "2026-03-02T10:00:00Z", "tenant": "acme", "tampered": False},
        "witness": {"csv_path": "var/log/witness.csv", "csv_sha256": SHA, "rows": 1200},
        "usage": {"buckets": 24, "deltas_by_metric": {"tokens": 18.5}},
        "rating": {"subtotal": 1.0, "items": [{"metric": "tokens", "included": 10, "overage": 8.5, "amount": 1.0}]},
        "quota": {"decisions": {"tokens": {"action": "allow", "used": 18.5, "soft": 20, "hard": 30}}},
        "budget": {"level": "ok", "spent": 0.1, "limit": 1},
        "anomaly": {"is_spike": False, "ewma": 18.0, "ratio": 1.03},
        "integrity": {"signature_sha256": ""},
    }


def perf() -> dict[str, Any]:
    return {"count": 1000, "latency_ms": {"p50": 12.0, "p95": 40.5, "p99": 80}, "error_rate": 0.002}


def binding(number: int = 1, previous: str | None = None) -> dict[str, Any]:
    return {
        "release": "R-7",
        "service": "checkout",
        "environment": "prod",
        "version": "v2.1.0",
        "artifact": f"sha256:{SHA}",
        "produced_at": "2026-03-02T10:00:00Z",
        "producer": "interlock",
        "number": number,
        "previous": previous,
    }


def document(**blocks: Any) -> Snapshot:
    """A sound document with these blocks beside or instead of the plain ones."""
    snapshot = with_integrity(read_document(json.dumps(plain() | blocks).encode()))
    assert read_document(write_document(snapshot)) == snapshot
    return snapshot


def witness() -> Witness:
    return Witness(csv_path="reqlog.csv", csv_sha256=SHA, rows=12)
