"""The quorum gate: what votes mean for a release."""

from datetime import timedelta

import pytest

from bot.domain.evidence import Ballot, Fact, QuorumVotes
from bot.domain.service import Provider, QuorumGate
from bot.domain.slo import SloDocument
from bot.domain.verdict import Judgement, Reason, Verdict
from bot.evidence.question import slo_digest
from bot.gates import judge
from tests.gates.facts import NEW, NOW, ago, codes, failure, release

SLO = SloDocument.model_validate({"error": {"max_error_rate": 0.01}})
JUDGES = tuple(Provider(id=name, type="http", url=f"https://{name}.example/judge") for name in ("a", "b", "c"))
OVER = Reason(code="error.rate_over", observed=0.02, limit=0.01, samples=1000)


def gate(slo: SloDocument | None = SLO, **fields: object) -> QuorumGate:
    known = {"kind": "quorum", "name": "g", "file": "slo/x.json", "quorum": "2/3", "slo": slo, "judges": JUDGES}
    return QuorumGate.model_validate(known | fields)


def ballot(name: str, verdict: Verdict | None = Verdict.PASS, error: str = "") -> Ballot:
    reasons = (OVER,) if verdict is Verdict.FAIL else ()
    return Ballot(provider=name, judge=name, verdict=verdict, reasons=reasons, error=error)


def votes(*ballots: Ballot, **fields: object) -> QuorumVotes:
    known = {
        "gate": "g", "version": NEW, "observed_at": ago(seconds=5), "producer": "quorum", "k": 2, "n": 3,
        "fail_closed": True, "evidence": "ab" * 32, "slo": slo_digest(SLO), "ballots": ballots,
    }  # fmt: skip
    return QuorumVotes.model_validate(known | fields)


def judged(*facts: Fact, spec: QuorumGate | None = None) -> Judgement:
    spec = spec or gate()
    return judge(spec, release(*facts, spec=spec), NOW)


PASS, FAIL, UNSURE = ballot("a"), ballot("b", Verdict.FAIL), ballot("b", Verdict.INCONCLUSIVE)
SILENT = ballot("c", None, "judge.timeout")


@pytest.mark.parametrize(("ballots", "verdict", "first"), [
    ((PASS, ballot("b"), ballot("c")), Verdict.PASS, None),
    ((PASS, FAIL, ballot("c")), Verdict.PASS, "error.rate_over"),
    ((PASS, FAIL, ballot("c", Verdict.FAIL)), Verdict.FAIL, "quorum.short"),
    ((PASS, ballot("b"), SILENT), Verdict.NO_DATA, "quorum.short"),
    ((PASS, FAIL, SILENT), Verdict.NO_DATA, "quorum.short"),
    ((PASS, UNSURE, ballot("c", Verdict.FAIL)), Verdict.INCONCLUSIVE, "quorum.short"),
    ((ballot("a", Verdict.FAIL), FAIL, SILENT), Verdict.FAIL, "quorum.short"),
])  # fmt: skip
def test_harm_is_what_so_many_say_that_silence_changes_nothing(
    ballots: tuple[Ballot, ...], verdict: Verdict, first: str | None
) -> None:
    """While a step bakes a `fail` takes traffic back: a judge that does not answer must not be able to."""
    found = judged(votes(*ballots))
    assert (found.verdict, next(iter(codes(found)), None)) == (verdict, first)


def test_the_reasons_name_the_judge() -> None:
    found = judged(votes(PASS, FAIL, ballot("c", Verdict.FAIL)))
    assert [(one.code, one.detail, one.observed) for one in found.reasons[1:]] == [
        ("error.rate_over", "b", 0.02),
        ("error.rate_over", "c", 0.02),
    ]


def test_a_missing_vote_is_named_with_its_reason() -> None:
    reason = judged(votes(PASS, ballot("b"), SILENT)).reasons[-1]
    assert (reason.code, reason.detail) == ("quorum.no_vote:judge.timeout", "c")


def test_the_slo_file_may_take_a_degraded_quorum() -> None:
    """It passes, and what is missing stays in sight."""
    slo = SloDocument.model_validate(
        {"error": {"max_error_rate": 0.01}, "quorum": {"k": 2, "n": 3, "fail_closed_on_degrade": False}}
    )
    found = judged(votes(PASS, ballot("b"), SILENT, slo=slo_digest(slo)), spec=gate(slo))
    assert (found.verdict, codes(found)) == (Verdict.PASS, ("quorum.no_vote:judge.timeout",))


ALL = (PASS, ballot("b"), ballot("c"))


@pytest.mark.parametrize(("facts", "verdict", "code"), [
    ((), Verdict.NO_DATA, "evidence.missing:votes"),
    ((votes(*ALL, version="v2.0.9"),), Verdict.ERROR, "evidence.wrong_version"),
    ((votes(*ALL, slo="cd" * 32),), Verdict.ERROR, "quorum.other_rules"),
    ((votes(*ALL, k=1),), Verdict.ERROR, "quorum.other_rules"),
    ((votes(*ALL, observed_at=ago(minutes=2)),), Verdict.NO_DATA, "evidence.stale"),
    ((votes(*ALL, observed_at=NOW + timedelta(hours=1)),), Verdict.ERROR, "evidence.from_future"),
    ((failure("missing", version=NEW),), Verdict.NO_DATA, "source.missing"),
])  # fmt: skip
def test_votes_that_do_not_speak_for_this_release_now_open_nothing(
    facts: tuple[Fact, ...], verdict: Verdict, code: str
) -> None:
    found = judged(*facts)
    assert (found.verdict, codes(found)) == (verdict, (code,))


@pytest.mark.parametrize("lacking", [{"slo": None}, {"judges": ()}])
def test_a_gate_without_file_or_judges_is_an_error(lacking: dict[str, object]) -> None:
    assert judged(votes(*ALL), spec=gate(**lacking)).verdict is Verdict.ERROR  # type: ignore[arg-type]  # None is what it is about
