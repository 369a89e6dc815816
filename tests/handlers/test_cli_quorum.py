"""`judge quorum` and `judge serve` as people and pipelines run them: every outcome has its own exit code."""

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.clock import SystemClock
from bot.adapters.evidence.files import read_snapshot
from bot.evidence.document import flaws_of, write_document
from bot.evidence.harvest import written
from tests.evidence.documents import document, perf, plain
from tests.handlers.cli_house import Came, CliHouse
from tests.judges import hang, judge_server, scripted

KEYS = json.dumps([{"key_id": "k1", "secret": "one"}])
QUORUM = {"k": 2, "n": 3}
RING_RBAC = "roles: {judge: {scopes: [judge:run]}}\nbindings: [{role: judge, api_tokens: [k1]}]\n"


@pytest.fixture
def house(tmp_path: Path) -> CliHouse:
    """A house with evidence, an SLO file with and without a quorum, and keys."""
    found = CliHouse(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}")
    found.environ["INTERLOCK_JUDGE_KEYS"] = KEYS
    evidence(found, 0.002)
    (tmp_path / "slo.json").write_text(json.dumps({"error": {"max_error_rate": 0.01}, "quorum": QUORUM}))
    (tmp_path / "plain.json").write_text(json.dumps({"error": {"max_error_rate": 0.01}}))
    return found


def evidence(house: CliHouse, error_rate: float) -> None:
    meta = plain()["meta"] | {"generated_at": written(SystemClock().now())}
    found = document(meta=meta, perf=perf() | {"error_rate": error_rate})
    (house.folder / "ev.json").write_bytes(write_document(found))


def providers(house: CliHouse, *judges: dict[str, Any], where: str = "configs/providers.yaml") -> None:
    path = house.folder / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"providers": judges}))  # JSON is YAML


@contextlib.asynccontextmanager
async def panel(house: CliHouse, **last: Any) -> AsyncIterator[None]:
    """This program, a judge server, and a second one with options, or whatever `url` says."""
    clock = SystemClock()
    async with judge_server(house.folder, "a", clock) as (a, _), judge_server(house.folder, "b", clock) as (b, _):
        two = {"id": "b", "type": "http", "url": b, "retries": 0} | last
        providers(house, {"id": "here", "type": "local"}, {"id": "a", "type": "http", "url": a}, two)
        yield


BASE = ("judge", "quorum", "--slo", "slo.json", "--evidence", "ev.json")


async def ask(house: CliHouse, *more: str, **environ: str) -> Came:
    return await house.arun(*BASE, *more, "--json", **environ)


async def test_the_runbooks_command_line_works_as_written(house: CliHouse) -> None:
    """It names no providers: the configured file is read (contracts 1.18)."""
    async with panel(house):
        came = await ask(house, "--quorum", "2/3")
    assert came.code == 0, came
    found = came.json
    assert (found["final"], found["k"], found["n"], found["pass_count"], found["degraded"]) == ("pass", 2, 3, 3, False)
    assert [(one["id"], one["decision"], one["reasons"]) for one in found["votes"]] == [
        (name, "pass", []) for name in ("here", "a", "b")
    ]
    assert all(one["meta"]["latency_ms"] > 0 and one["version"] for one in found["votes"])


async def test_evidence_over_its_limit_fails(house: CliHouse) -> None:
    """Exit 2, and every judge says which number."""
    evidence(house, 0.5)
    async with panel(house):
        came = await ask(house)
    assert (came.code, came.json["final"], came.json["degraded"]) == (2, "fail", False)
    assert {one["reasons"][0]["code"] for one in came.json["votes"]} == {"error.rate_over"}


async def test_two_pass_and_one_hangs(house: CliHouse) -> None:
    """Closed unless the SLO file says otherwise; the result and its degradation are told apart."""
    async with scripted(hang) as url, panel(house, url=url, timeout_ms=200):
        closed = await ask(house)
        (house.folder / "slo.json").write_text(
            json.dumps({"error": {"max_error_rate": 0.01}, "quorum": QUORUM | {"fail_closed_on_degrade": False}})
        )
        opened = await ask(house)
    for came, code, final in ((closed, 2, "fail"), (opened, 0, "pass")):
        assert (came.code, came.json["final"], came.json["pass_count"], came.json["degraded"]) == (code, final, 2, True)
        assert came.json["votes"][2]["meta"]["error"] == "judge.timeout"
        assert came.json["votes"][2]["decision"] == "fail"


async def test_nobody_votes(house: CliHouse) -> None:
    """Nothing was judged, which is not a failed gate: exit 5."""
    async with scripted(hang) as url:
        judges = [{"id": name, "type": "http", "url": f"{url}?{name}", "retries": 0} for name in "abc"]
        providers(house, *judges)
        came = await ask(house, "--deadline", "0.2s")
    assert (came.code, came.json["final"], came.json["degraded"]) == (5, "fail", True)


async def test_votes_are_kept_in_the_evidence(house: CliHouse) -> None:
    """Attached, the document stays sound, and it can be judged again: what votes are about does not hold the votes."""
    path = house.folder / "ev.json"
    before = read_snapshot(path)
    async with panel(house):
        first = await ask(house, "--attach-evidence", "--out", "kept/result.json")
        again = await ask(house, "--attach-evidence")
    assert (first.code, again.code) == (0, 0)
    after = read_snapshot(path)
    assert flaws_of(after) == ()
    assert after.judges is not None
    assert (after.judges.final, [one.id for one in after.judges.votes]) == ("pass", ["here", "a", "b"])
    assert after.meta == before.meta
    assert json.loads((house.folder / "kept/result.json").read_text()) == first.json
    assert first.json["evidence_sha256"] == again.json["evidence_sha256"]


def test_an_slo_that_wants_a_signature_is_judged_with_the_seal(house: CliHouse) -> None:
    """The seal beside the evidence goes to the judges; without one the vote fails, and says why."""
    slo = {"error": {"max_error_rate": 0.01}, "witness": {"require_signature": True}, "quorum": {"k": 1, "n": 1}}
    (house.folder / "slo.json").write_text(json.dumps(slo))
    providers(house, LOCAL)
    bare = house.run(*BASE, "--json")
    subject = ("--service", "checkout", "--version", "v2.1.0", "--environment", "prod")
    sealed = house.run("evidence", "seal", "ev.json", "--out", "sealed", *subject, "--json")
    assert sealed.code == 0, sealed
    came = house.run("judge", "quorum", "--slo", "slo.json", "--evidence", sealed.json["document"], "--json")
    assert (bare.code, came.code) == (2, 0), (bare, came)
    assert bare.json["votes"][0]["reasons"][0]["code"] == "evidence.unsealed"
    path = Path(house.folder, sealed.json["document"])
    path.write_bytes(path.read_bytes().replace(b'"count": 1000', b'"count": 1001'))
    changed = house.run("judge", "quorum", "--slo", "slo.json", "--evidence", sealed.json["document"], "--json")
    assert changed.code == 2
    assert "evidence.seal_broken" in {one["code"] for one in changed.json["votes"][0]["reasons"]}


async def test_one_judge_behind_two_providers_is_no_quorum(house: CliHouse) -> None:
    """The second vote does not count, and the judge is named."""
    clock = SystemClock()
    async with judge_server(house.folder, "a", clock) as (one, _), judge_server(house.folder, "a", clock) as (two, _):
        remote = [{"id": name, "type": "http", "url": url} for name, url in (("east", one), ("west", two))]
        providers(house, *remote, {"id": "here", "type": "local"})
        came = await ask(house, "--quorum", "3/3")
    assert (came.code, came.json["pass_count"], came.json["degraded"]) == (2, 2, True)
    assert (came.json["votes"][1]["meta"]["error"], came.json["votes"][1]["meta"]["detail"]) == ("vote.twice", "a")


LOCAL = {"id": "here", "type": "local"}
HTTP = [{"id": name, "type": "http", "url": f"https://{name}.example/judge"} for name in "abc"]


@pytest.mark.parametrize(("judges", "quorum", "said"), [
    ((), "2/3", "quorum.no_providers"),
    ((LOCAL, {"id": "there", "type": "local"}, HTTP[0]), "2/3", "are one judge"),
    ((HTTP[0], HTTP[0] | {"id": "z"}, LOCAL), "2/3", "one address"),
    ((HTTP[0], HTTP[0], LOCAL), "2/3", "a stands twice"),
    ((LOCAL, HTTP[0]), "2/3", "quorum.provider_count"),
    ((LOCAL, *HTTP), "2/3", "quorum.provider_count"),
    ((LOCAL, *HTTP[:2]), "4/3", "no more judges can pass"),
    ((LOCAL, *HTTP[:2]), "0/3", "at least one judge"),
    ((LOCAL, *HTTP[:2]), "two", "as k/n"),
    ((LOCAL, *HTTP[:2]), "1/3", "weaker than the 2/3"),
    ((LOCAL, *HTTP), "2/4", "weaker than the 2/3"),
    ((LOCAL, *HTTP[:1], HTTP[1] | {"timeout": 5}), "2/3", "providers[2].timeout"),
    ((LOCAL, *HTTP[:1], HTTP[1] | {"url": "http://b.example/judge"}), "2/3", "https://"),
    ((LOCAL, *HTTP[:1], HTTP[1] | {"type": "smoke"}), "2/3", "providers[2].type"),
])  # fmt: skip
def test_what_is_no_quorum_is_refused(house: CliHouse, judges: tuple[Any, ...], quorum: str, said: str) -> None:
    """Exit 4 with a named reason, before anybody is asked."""
    if judges:
        providers(house, *judges)
    came = house.run(*BASE, "--quorum", quorum)
    assert (came.code, said in came.err) == (4, True), came.err


def test_a_file_of_another_shape_is_named_with_its_keys(house: CliHouse) -> None:
    """The original replaced the file by keys that no code reads, and found no providers (contracts 1.12)."""
    (house.folder / "configs/providers.yaml").write_text("http_providers: []\nhmac: {key: x}\n")
    came = house.run(*BASE, "--json")
    assert came.code == 4
    assert {one["key"] for one in came.json["problems"]} == {"providers", "http_providers", "hmac"}
    assert all(one["file"].endswith("configs/providers.yaml") for one in came.json["problems"])


def test_the_other_place_of_the_file_is_a_mistake_with_a_hint(house: CliHouse) -> None:
    providers(house, LOCAL, *HTTP[:2], where="configs/judge/providers.yaml")
    for came in (house.run(*BASE), house.run("config", "check")):
        assert came.code == 4
        assert "move it to" in came.err


def test_a_missing_scope_is_refused(house: CliHouse) -> None:
    """Exit 3: somebody else could."""
    came = house.run(*BASE, INTERLOCK_ALLOW_SCOPES="ops:read")
    assert (came.code, "judge:run" in came.err) == (3, True)


@pytest.mark.parametrize(("words", "said"), [
    (("--slo", "gone.json", "--evidence", "ev.json"), "does not exist"),
    (("--slo", "slo.json", "--evidence", "gone.json"), "no evidence at"),
    (("--slo", "slo.json"), "--evidence"),
    (("--evidence", "ev.json"), "--slo"),
    (("--slo", "plain.json", "--evidence", "ev.json"), "names no quorum"),
    (("--slo", "slo.json", "--evidence", "slo.json"), "evidence"),
    (("--slo", "slo.json", "--evidence", "ev.json", "--providers", "gone.yaml"), "no file gone.yaml"),
    (("--slo", "slo.json", "--evidence", "ev.json", "--deadline", "soon"), "--deadline"),
])  # fmt: skip
def test_what_cannot_be_evaluated_is_no_failed_gate(house: CliHouse, words: tuple[str, ...], said: str) -> None:
    """The original's wrapper took a missing file for a failed gate and aborted (contracts 1.4): exit 4, never 2."""
    providers(house, LOCAL, *HTTP[:2])
    came = house.run("judge", "quorum", *words)
    assert (came.code, said in came.err) == (4, True), came.err


async def test_a_judge_server_from_the_command_line(house: CliHouse) -> None:
    """It says where it listens, votes with its own name, and ends by itself when it is told to."""
    (house.folder / "configs/rbac.yaml").write_text(RING_RBAC)
    async with house.running("judge", "serve", "--id", "far", "--port", "0") as (process, said):
        assert (said["role"], said["id"], said["url"].startswith("http://127.0.0.1:")) == ("judge", "far", True)
        providers(house, {"id": "far", "type": "http", "url": said["url"]}, where="one.yaml")
        came = await house.arun(
            "judge", "quorum", "--slo", "plain.json", "--evidence", "ev.json", "--quorum", "1/1",
            "--providers", "one.yaml", "--json",
        )  # fmt: skip
        assert (came.code, came.json["votes"][0]["meta"]["judge"]) == (0, "far"), came
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0


@pytest.mark.parametrize(("words", "environ", "said"), [
    ((), {}, "--id"), (("--id", "Judge A"), {}, "--id"),
    (("--id", "a"), {"INTERLOCK_JUDGE_KEYS": ""}, "INTERLOCK_JUDGE_KEYS"),
])  # fmt: skip
def test_a_judge_without_name_or_keys_does_not_start(
    house: CliHouse, words: tuple[str, ...], environ: dict[str, str], said: str
) -> None:
    came = house.run("judge", "serve", *words, "--port", "0", **environ)
    assert (came.code, said in came.err) == (4, True), came.err
