"""Judges and quorum gates in the configuration: mistakes are found when it is read."""

import pytest

from bot.domain.service import QuorumGate
from tests.adapters.config.workplace import Workplace

SERVICE, FILE = "services/checkout.yaml", "providers.yaml"
INFRA = "{name: infra-slo, kind: slo, file: slo/infra.json, source: reqlog}"
KEY = "environments.prod.gates[1]"
THREE = """
    providers:
      - {id: here, type: local}
      - {id: a, type: http, url: "https://a.example"}
      - {id: b, type: http, url: "https://b.example/vote", timeout_ms: 500}
"""


def quorum(work: Workplace, gate: str = "quorum: 2/3", providers: str = THREE) -> Workplace:
    """The folder with judges, and an slo gate that asks them."""
    work.write(FILE, providers)
    work.edit(SERVICE, INFRA, INFRA.replace("source", f"{gate}, source"))
    return work


def test_an_slo_gate_that_names_a_quorum_is_judged_by_one(work: Workplace) -> None:
    """The shorthand of the design, with the file's judges in it."""
    service = quorum(work).catalogue().service("checkout")
    assert service is not None
    gate = service.environments["prod"].gates[1]
    assert isinstance(gate, QuorumGate)
    assert (gate.kind, gate.source, str(gate.rule), gate.fail_closed) == ("quorum", "reqlog", "2/3", True)
    assert [(one.id, one.address if one.url else "", one.timeout_ms) for one in gate.judges] == [
        ("here", "", 2000),
        ("a", "https://a.example/judge", 2000),
        ("b", "https://b.example/vote", 500),
    ]
    assert gate.slo is not None


def test_a_changed_judge_is_a_changed_plan(work: Workplace) -> None:
    """What people approve names who judges."""
    before = quorum(work).catalogue().plan("checkout", "prod")
    work.edit(FILE, "https://a.example", "https://c.example")
    assert work.catalogue().plan("checkout", "prod") != before


MISTAKES = [
    ("quorum: 3/2", THREE, f"{KEY}.quorum", "no more judges can pass"),
    ("quorum: 0/3", THREE, f"{KEY}.quorum", "at least one"),
    ("quorum: 2", THREE, f"{KEY}.quorum", "text"),
    ("quorum: 2/2", THREE, f"{KEY}.quorum", "asks 2 judges"),
    ("quorum: 2/3, providers: gone.yaml", THREE, f"{KEY}.providers", "there is no file"),
    ("quorum: 2/3, judges: []", THREE, f"{KEY}.judges", "take it out"),
    ("quorum: 2/3, deadlin: 1s", THREE, f"{KEY}.deadlin", "did you mean deadline?"),
]


@pytest.mark.parametrize(("gate", "providers", "key", "reason"), MISTAKES)
def test_a_mistake_in_the_gate_is_named(work: Workplace, gate: str, providers: str, key: str, reason: str) -> None:
    file, found, said = quorum(work, gate, providers).only_problem()
    assert (file, found) == (SERVICE, key)
    assert reason in said


def test_a_gate_may_not_be_weaker_than_its_slo_file(work: Workplace) -> None:
    """The original let the flag win (contracts 1.11)."""
    work.write("slo/infra.json", '{"error": {"max_error_rate": 0.1}, "quorum": {"k": 3, "n": 3}}')
    file, key, reason = quorum(work).only_problem()
    assert (file, key, "weaker than the 3/3" in reason) == (SERVICE, f"{KEY}.quorum", True)


def test_judges_need_something_to_judge(work: Workplace) -> None:
    work.write("slo/infra.json", '{"quorum": {"k": 2, "n": 3}}')
    _, key, reason = quorum(work).only_problem()
    assert (key, "nothing to judge" in reason) == (f"{KEY}.file", True)


BAD = {
    "an unknown key": ("timeout_ms: 500", "timeout: 500", "providers[2].timeout", "did you mean timeout_ms?"),
    "no type": ("type: local", "kind: local", "providers[0].type", "is required"),
    "an id of another shape": ("id: here", "id: Over There", "providers[0].id", ""),
    "no TLS": ("https://a.example", "http://a.example", "providers[1]", "https://"),
    "a password": ("https://a.example", "https://me:word@a.example", "providers[1]", "without a password"),
    "no address": (', url: "https://a.example"', "", "providers[1]", "needs a url"),
    "a local one with an address": ("type: local", "type: local, url: https://x.example", "providers[0]", "no url"),
    "one twice": ("id: b,", "id: a,", "", "a stands twice"),
    "two local ones": ('type: http, url: "https://a.example"', "type: local", "", "are one judge"),
    "one address": ("https://b.example/vote", "https://A.example/judge", "", "one address"),
    "never patient": ("timeout_ms: 500", "timeout_ms: 0", "providers[2].timeout_ms", "at least 1"),
}


@pytest.mark.parametrize(("old", "new", "key", "reason"), BAD.values(), ids=BAD)
def test_a_mistake_in_the_file_of_judges_is_named(work: Workplace, old: str, new: str, key: str, reason: str) -> None:
    """With file, key and reason, also where no gate asks them yet."""
    work.write(FILE, THREE)
    work.edit(FILE, old, new)
    problems = work.problems()
    assert {file for file, _, _ in problems} == {FILE}
    assert any(found == key and reason in said for _, found, said in problems), problems


def test_http_without_tls_is_for_this_machine_or_said_aloud(work: Workplace) -> None:
    work.write(
        FILE, THREE.replace("https://a.example", "http://127.0.0.1:9000").replace('vote"', 'vote", insecure: true')
    )
    work.edit(FILE, "https://b", "http://b")
    assert work.catalogue().problem == ()


def test_the_source_systems_place_of_the_file_is_named(work: Workplace) -> None:
    work.write("judge/providers.yaml", THREE)
    file, _, reason = work.only_problem()
    assert (file, "move it to" in reason) == ("judge/providers.yaml", True)
