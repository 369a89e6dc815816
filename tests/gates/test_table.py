"""The table of judges is complete, and judging a plan asks the right ones."""

from datetime import datetime

import pytest

from bot.domain.release import Release
from bot.domain.service import CheckGate, When
from bot.domain.verdict import Judgement, Verdict
from bot.gates import GATES, UnknownGate, judge, judge_all, tracks_of
from bot.gates.table import build_table
from tests.gates.facts import NOW, canary_gate, check_gate, release, result, slo_gate


def _some_judge(spec: object, release: Release, now: datetime) -> Judgement:
    raise AssertionError("never asked")


@pytest.mark.parametrize(
    ("judges", "name"),
    [
        ({"check": _some_judge, "slo": _some_judge}, "canary"),
        (dict.fromkeys((*GATES, "vibes"), _some_judge), "vibes"),
    ],
)
def test_a_table_that_does_not_fit_the_kinds_is_refused(judges: dict[str, object], name: str) -> None:
    """A kind without judge, or a judge without kind, is an error before anything is judged."""
    with pytest.raises(UnknownGate, match=name):
        build_table(judges)  # type: ignore[arg-type]  # the judges' types do not matter here


def test_the_table_knows_every_kind() -> None:
    assert set(GATES) == {"check", "checklist", "slo", "canary", "quorum", "command", "load"}


def test_an_unknown_kind_is_an_error() -> None:
    """Never a default."""
    with pytest.raises(UnknownGate, match="vibes"):
        judge(CheckGate.model_construct(kind="vibes", name="g"), release(), NOW)


def test_a_plan_is_judged_in_its_order() -> None:
    """Gates of the moments that are asked for; without any, all of them."""
    specs = (check_gate(), slo_gate(name="s", when=When.OPEN), canary_gate(name="c"))
    some = release(result())
    some = some.model_copy(update={"plan": some.plan.model_copy(update={"gates": specs})})
    assert [one.gate for one in judge_all(some, NOW)] == ["g", "s", "c"]
    assert [one.gate for one in judge_all(some, NOW, When.OPEN, When.BAKE)] == ["s", "c"]
    assert judge_all(some, NOW, When.VERIFY) == ()
    assert judge_all(some, NOW, When.PROMOTE)[0].verdict is Verdict.PASS


def test_a_gate_reads_only_the_tracks_it_judges() -> None:
    assert tracks_of(slo_gate()) == ("stable",)
    assert tracks_of(slo_gate(track="canary")) == ("canary",)
    assert tracks_of(canary_gate()) == ("stable", "canary")
