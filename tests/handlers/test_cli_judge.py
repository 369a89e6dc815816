"""`judge slo` as typed: verdicts, exit codes, and files that cannot be used (contracts 1.11, 1.18)."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.evidence.document import write_document
from tests.evidence.documents import binding
from tests.gates.test_judge_document import BLOCKS, LATENCY, evidence
from tests.handlers.cli_house import CliHouse

AT = ("--at", "2026-03-02T10:05:00Z")
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
    return house.run("judge", "slo", "--slo", put(house, "slo.json", slo), "--evidence", found, *(more or AT))


def test_good_evidence_passes_and_the_result_is_kept(house: CliHouse) -> None:
    came = judge(house, LIMITS, document(house), *AT, "--json", "--out", str(house.folder / "results" / "out.json"))
    assert (came.code, came.json["decision"], came.json["reasons"]) == (0, "pass", [])
    assert json.loads((house.folder / "results" / "out.json").read_text()) == came.json


def test_a_reason_is_a_sentence_with_its_numbers(house: CliHouse) -> None:
    slow = {"perf": BLOCKS["perf"] | {"latency_ms": LATENCY | {"p95": 120, "p99": 130}}}
    came = judge(house, LIMITS, document(house, **slow), *AT, "--json")
    (reason,) = came.json["reasons"]
    assert came.code == 2
    assert (reason["code"], reason["observed"], reason["limit"], reason["samples"]) == (
        "latency.p95_over", 120, 100, 1000,
    )  # fmt: skip
    assert reason["window"] == {"start": "2026-03-02T09:55:00Z", "end": "2026-03-02T10:00:00Z"}
    assert reason["message"] == "p95 latency 120 ms is over the limit of 100 ms (1,000 requests)"


def test_missing_figures_are_no_pass(house: CliHouse) -> None:
    came = judge(house, LIMITS, document(house, perf=None))
    assert came.code == 2
    assert "no data" in came.out


def test_old_evidence_is_no_pass(house: CliHouse) -> None:
    """Without a word an hour; a file's own limit is not loosened by what is typed."""
    found = document(house)
    for more in (("--at", "2026-03-02T11:05:00Z"), (*AT, "--max-age", "4m"), ("--json",)):
        came = judge(house, LIMITS, found, *more)
        assert (came.code, "evidence.stale" in came.out) == (2, True), more
    assert judge(house, LIMITS, found, "--at", "2026-03-02T11:05:00Z", "--max-age", "2h").code == 0
    assert judge(house, LIMITS | {"max_age_sec": 60}, found, *AT, "--max-age", "2h").code == 2


def test_it_says_how_old_the_evidence_is_and_that_one_judge_is_no_quorum(house: CliHouse) -> None:
    came = judge(house, LIMITS | {"quorum": {"k": 2, "n": 3}}, document(house))
    assert "5 min old" in came.out
    assert "one judge. The file asks for 2 of 3" in came.out
    assert "not sealed" in came.out


def test_the_seal_beside_the_document_is_looked_at(house: CliHouse) -> None:
    """Sealed it satisfies the witness; changed after that it fails, though its own checksum fits again."""
    asked = LIMITS | {"witness": {}}
    found = document(house, binding=binding())
    assert judge(house, asked, found).code == 2
    assert house.run("evidence", "seal", found).code == 0
    sealed = next(str(path) for path in house.folder.glob("evidence-*Z.json"))
    came = judge(house, asked, sealed, *AT, "--json")
    assert (came.code, came.json["evidence"]["sealed"]) == (0, "sound")
    assert [one["standing"] for one in came.json["evidence"]["signatures"]] == ["ok"]
    assert came.json["evidence"]["signatures"][0]["key_id"].startswith("ed25519:")
    keyless = house.run(
        *("judge", "slo", "--slo", "slo.json", "--evidence", sealed, *AT),
        INTERLOCK_VAR=str(house.folder / "elsewhere"),
    )
    assert (keyless.code, "evidence.seal_unchecked" in keyless.out) == (2, True)
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
    assert came.code == 4, came
    assert key in {problem["key"] for problem in came.json["problems"]}


def test_the_mistakes_of_all_files_come_at_once(house: CliHouse) -> None:
    found = put(house, "latest.json", {"meta": {}, "moon": {}})
    came = judge(house, {"errors": {}}, found, "--json")
    said = {(Path(one["file"]).name, one["key"]) for one in came.json["problems"]}
    assert came.code == 4
    assert {("slo.json", "errors"), ("latest.json", "meta.version"), ("latest.json", "moon")} <= said


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
