"""The command lines that the DecisionOS runbook prints, as written: each is run, with its exit code and the shape of
its answer (contracts 1.4, 1.5, 1.9, 1.10, 1.12, 1.18, 1.20)."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.handlers.cli_house import CliHouse

ROOT = Path(__file__).parents[2]
LATEST = "var/evidence/latest.json"
INFRA = "configs/slo/slo-judge-infra.json"
STRICT = "configs/slo/slo-billing-strict-v2.json"
ASK = f"judge quorum --slo {INFRA} --evidence {LATEST}"


class Line(NamedTuple):
    """One command line, what it has to come to, keys that its answer holds, and a file that it leaves."""

    words: str
    code: int
    keys: tuple[str, ...] = ()
    left: str = ""


RUNBOOK = (
    Line("stage write canary", 0, ("stage", "sha256", "mtime")),
    Line("stage read", 0, ("stage", "sha256", "mtime")),
    Line(
        "evidence harvest-reqlog --csv var/log/reqlog.csv --out var/evidence/perf.json",
        0,
        ("perf", "input"),
        "var/evidence/perf.json",
    ),
    Line(f"evidence_harvest_reqlog --reqlog var/log/reqlog.csv --out-json p.json --evidence {LATEST}", 0, ("perf",)),
    Line("evidence harvest-judgelog --csv var/log/judgelog.csv --out var/judge.json", 0, ("perf_judge", "input")),
    Line(
        f"evidence_harvest_judgelog --judgelog var/log/judgelog.csv --out-json j.json --evidence {LATEST} "
        "--canary-control var/shadow/control.csv --canary-canary var/shadow/canary.csv",
        0,
        ("perf_judge", "canary", "evidence"),
    ),
    Line("evidence_harvest_reqlog --reqlog var/log/gone.csv --out-json p.json", 4, ("error",)),
    Line(f"judge slo --slo {INFRA} --evidence {LATEST}", 0, ("decision", "reasons")),
    Line(f"judge slo --slo {STRICT} --evidence {LATEST}", 2, ("decision", "reasons")),
    Line("judge slo --slo configs/slo/gone.json --evidence var/evidence/latest.json", 4, ("error",)),
    Line(f"{ASK} --quorum 2/3", 4, ("error",)),
    Line(f"{ASK} --providers var/providers-local.yaml --quorum 2/3", 4, ("error",)),
    Line(f"{ASK} --providers var/gone.yaml --quorum 2/3", 4, ("error",)),
    Line(f"{ASK} --providers var/one.yaml --quorum 4/3", 4, ("error",)),
    Line(
        f"judge_quorum --slo configs/slo/one.json --evidence {LATEST} --providers var/one.yaml --quorum 1/1 "
        "--attach-evidence --out var/gate/result.json",
        0,
        ("final", "k", "n", "pass_count", "votes", "degraded"),
        "var/gate/result.json",
    ),
    Line(
        "evidence_indexer --root var/evidence --out var/evidence/index.json",
        0,
        ("files", "summary"),
        "var/evidence/index.json",
    ),
    Line("evidence_gc", 0, ("dry_run",)),
    Line("evidence verify var/evidence/latest.json --unsealed", 0, ("intact", "flaws")),
    Line("stage verify", 0, ("sound",)),
    Line("stage write stable", 0, ("stage",)),
    Line("audit verify", 0, ("intact",)),
)
"""In the runbook's order: one line rests on what those before it left."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> CliHouse:
    """The runbook's folder: its logs and SLO files, at its own paths."""
    folder = tmp_path_factory.mktemp("runbook")
    keys = {
        "DECISIONOS_STAGE_KEYS": json.dumps([{"key_id": "k1", "secret": "not-a-secret"}]),
        "DECISIONOS_JUDGE_KEYS": json.dumps([{"key_id": "k1", "secret": "not-a-secret"}]),
        "DECISIONOS_ALLOW_SCOPES": "deploy:*,judge:run,ops:read",
    }
    found = CliHouse(folder, f"sqlite:///{folder / 'interlock.db'}", environ=keys)
    del found.environ["INTERLOCK_ALLOW_SCOPES"]  # the source system's own names count
    shutil.copytree(ROOT / "configs" / "slo", folder / "configs" / "slo")
    slo = json.loads((folder / INFRA).read_text())
    (folder / "configs/slo/one.json").write_text(json.dumps(slo | {"quorum": {"k": 1, "n": 1}}))
    for name in ("log", "shadow", "gate"):
        (folder / "var" / name).mkdir(parents=True)
    now = datetime.now(UTC)
    moments = [now - timedelta(milliseconds=250 * number + 1000) for number in range(1200)]
    log(folder / "var/log/reqlog.csv", "ts,status,latency_ms", (f"{at.isoformat()},200,100.5" for at in moments))
    judged = (f"{at.isoformat()},200,90,0" for at in moments)
    log(folder / "var/log/judgelog.csv", "ts,status,latency_ms,signature_error", judged)
    for track in ("control", "canary"):
        log(folder / f"var/shadow/{track}.csv", "status,latency_ms,signature_error", ("200,100,0" for _ in range(1000)))
    one: list[dict[str, Any]] = [{"id": "a", "type": "local"}]
    (folder / "var/one.yaml").write_text(json.dumps({"providers": one}))
    three = [{"id": name, "type": "local"} for name in ("a", "b", "c")]
    (folder / "var/providers-local.yaml").write_text(json.dumps({"providers": three}))
    return found


def log(path: Path, head: str, rows: Iterator[str]) -> None:
    path.write_text("\n".join([head, *rows, ""]))


def test_the_runbooks_command_lines_work_as_written(house: CliHouse) -> None:
    """0 pass, 2 a gate failed, 4 what cannot be used; never 1, and never a failed gate for a mistyped line. One after
    another, since each rests on those before it."""
    for line in RUNBOOK:
        came = house.run(*line.words.split(), "--json")
        assert came.code == line.code, (line, came)
        assert set(line.keys) <= came.json.keys(), (line, came)
        assert not line.left or (house.folder / line.left).read_bytes()
