"""`judge slo` as typed: verdicts, exit codes, and files that cannot be used (contracts 1.11, 1.18)."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.evidence.document import write_document
from tests.evidence.documents import binding
from tests.gates.test_judge_document import BLOCKS, LATENCY, evidence
from tests.handlers.cli_house import CliHouse

LIMITS = {"latency": {"max_p95_ms": 100, "min_samples": 100}, "error": {"max_error_rate": 0.01}}


@pytest.fixture
def house(tmp_path: Path) -> CliHouse:
    return CliHouse(tmp_path, f"sqlite:///{tmp_path}/interlock.db")


def put(house: CliHouse, name: str, content: Any) -> str:
    path = house.folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def document(house: CliHouse, **blocks: Any) -> str:
    path = house.folder / "latest.json"
    path.write_bytes(write_document(evidence(**blocks)))
    return str(path)


def judge(house: CliHouse, slo: Any, found: str, *more: str) -> Any:
    return house.run("judge", "slo", "--slo", put(house, "slo.json", slo), "--evidence", found, *more)


def test_good_evidence_passes_and_the_result_is_kept(house: CliHouse) -> None:
    came = judge(house, LIMITS, document(house), "--json", "--out", str(house.folder / "out.json"))
    assert (came.code, came.json["decision"], came.json["reasons"]) == (0, "pass", [])
    assert json.loads((house.folder / "out.json").read_text()) == came.json


def test_a_reason_is_a_sentence_with_its_numbers(house: CliHouse) -> None:
    slow = {"perf": BLOCKS["perf"] | {"latency_ms": LATENCY | {"p95": 120}}}
    came = judge(house, LIMITS, document(house, **slow), "--json")
    (reason,) = came.json["reasons"]
    assert came.code == 2
    assert (reason["code"], reason["observed"], reason["limit"], reason["samples"]) == (
        "latency.p95_over", 120, 100, 1000,
    )  # fmt: skip
    assert reason["window"] == ["2026-03-02T09:55:00Z", "2026-03-02T10:00:00Z"]
    assert reason["message"] == "p95 latency 120 ms is over the limit of 100 ms (1,000 requests)"


def test_missing_figures_are_no_pass(house: CliHouse) -> None:
    came = judge(house, LIMITS, document(house, perf=None))
    assert came.code == 2
    assert "no_data" in came.out


def test_old_evidence_is_no_pass_when_an_age_is_asked(house: CliHouse) -> None:
    assert judge(house, LIMITS, document(house)).code == 0
    came = judge(house, LIMITS, document(house), "--max-age", "1h")
    assert (came.code, "evidence.stale" in came.out) == (2, True)


def test_the_seal_beside_the_document_is_looked_at(house: CliHouse) -> None:
    """Sealed it satisfies the witness; changed after that it fails, though its own checksum fits again."""
    asked = LIMITS | {"witness": {}}
    found = document(house, binding=binding())
    assert judge(house, asked, found).code == 2
    assert house.run("evidence", "seal", found).code == 0
    sealed = next(str(path) for path in house.folder.glob("evidence-*Z.json"))
    assert judge(house, asked, sealed).code == 0
    Path(sealed).write_bytes(write_document(evidence(binding=binding(), saturation=None)))
    came = judge(house, asked, sealed)
    assert (came.code, "evidence.seal_broken" in came.out) == (2, True)


@pytest.mark.parametrize(
    ("slo", "key"),
    [
        ({"latency": {"max_p95_ms": "fast"}, "errors": {}}, "latency.max_p95_ms"),
        ({"quorum": {"k": 4, "n": 3}}, "quorum"),
        ("{", ""),
    ],
)
def test_every_mistake_of_a_file_is_named(house: CliHouse, slo: Any, key: str) -> None:
    came = judge(house, slo, document(house), "--json")
    assert came.code == 4
    assert key in {problem["key"] for problem in came.json["problems"]}


def test_what_is_not_there_is_invalid_input(house: CliHouse) -> None:
    """Never the 2 of a failed gate, as in the source system."""
    assert house.run("judge", "slo", "--slo", "no.json", "--evidence", "no.json").code == 4
    assert judge(house, LIMITS, "nowhere.json").code == 4
    assert house.run("judge", "slo").code == 4
    assert house.run("judge", "slo", "--sol", "x").code == 4


@pytest.mark.parametrize("kind", ["interlock", "rbac", "service", "slo"])
def test_every_kind_of_file_is_explained_and_has_a_schema(house: CliHouse, kind: str) -> None:
    assert "| key | type | default | meaning |" in house.run("config", "reference", kind).out
    assert json.loads(house.run("config", "schema", kind).out)["additionalProperties"] is False
    assert house.run("config", "schema", "nothing").code == 4
