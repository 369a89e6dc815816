"""Refusals in words: each code, with everything that it may carry and with nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.domain.rbac import Binding
from bot.domain.refusal import Code, Refusal
from bot.domain.verdict import Reason
from bot.views.refusals import WORDS, hint, message_of, plain, sentence
from tests.releases import DANA, at
from tests.views.hostile import hostile
from tests.views.slack_rules import message_problems

HOLDERS = (
    Binding(role="deploy-owner", users=("U01DANA",), usergroups=("S01OWNERS",), environments=("prod",)),
    Binding(role="sre", users=("*",), api_tokens=("ci-checkout",)),
)
PARTS: dict[Code, list[dict[str, object]]] = {
    Code.UNKNOWN_ACTION: [{"subject": "deplyo", "known": ("open", "approve")}],
    Code.INVALID_INPUT: [
        {"subject": "reason", "detail": "missing"},
        {"subject": "reasn", "detail": "unknown", "known": ("reason",)},
        {"subject": "reason", "detail": "too_long", "known": ("3000",)},
        {"subject": "outcome", "detail": "not_a_choice", "known": ("started", "not_started")},
        {"detail": "a quote is not closed"},
        {"subject": "duration", "detail": "duration", "known": ("30m", "1h", "24h")},
    ],
    Code.UNKNOWN_SERVICE: [{"subject": "chekout", "known": ("checkout", "payments")}],
    Code.UNKNOWN_ENVIRONMENT: [{"subject": "qa", "known": ("stg", "prod")}],
    Code.UNKNOWN_VERSION: [{"subject": "2.1", "known": ("vX.Y.Z", "nightly-YYYYMMDD")}],
    Code.UNKNOWN_RELEASE: [{"subject": "R-99"}, {"known": ("checkout",)}],
    Code.AMBIGUOUS_RELEASE: [{"known": ("R-12", "R-13")}],
    Code.ALREADY_ACTIVE: [{"subject": "v2.0.9"}],
    Code.ALREADY_LIVE: [{"subject": "v2.1.0", "detail": "prod"}],
    Code.MISSING_SCOPE: [{"subject": "deploy:approve", "holders": HOLDERS}, {"subject": "deploy:approve"}],
    Code.NOT_A_PERSON: [{"subject": "token:ci-checkout"}],
    Code.OWN_RELEASE: [{"holders": HOLDERS}, {"detail": "override", "holders": HOLDERS}],
    Code.ALREADY_APPROVED: [{}],
    Code.WRONG_STATE: [{"subject": "baking", "known": ("hold", "rollback")}, {"subject": "rejected"}],
    Code.NOT_HELD: [{}],
    Code.ALREADY_HELD: [{"subject": DANA}],
    Code.HELD: [
        {"subject": DANA, "detail": "The database is being moved", "holders": HOLDERS},
        {"subject": "machine:interlock", "known": ("canary", "no_data"), "holders": HOLDERS},
    ],
    Code.STALE_CARD: [{}],
    Code.PLAN_CHANGED: [{"known": ("gates", "approvals")}],
    Code.QUORUM_MISSING: [
        {"subject": "1", "known": ("deploy-owner:1",), "holders": HOLDERS},
        {"subject": "3", "known": ("deploy-owner:1", "sre:1")},
        {"subject": "2"},
    ],
    Code.GATE_NOT_PASSED: [
        {
            "subject": "canary",
            "detail": "fail",
            "reasons": (
                Reason(code="error.rate_over", observed=0.08, limit=0.01, samples=412),
                Reason(code="canary.p95_rel_over"),
            ),
        },
        {
            "subject": "canary",
            "detail": "pending",
            "reasons": (Reason(code="canary.windows_clean", observed=2, limit=3),),
        },
        {"subject": "unit-tests", "detail": "no_data", "reasons": (Reason(code="check.missing"),)},
        {
            "subject": "infra-slo",
            "detail": "inconclusive",
            "reasons": (Reason(code="perf.samples_insufficient_latency"),),
        },
        {"subject": "infra-slo", "detail": "error", "reasons": (Reason(code="source.bad_row"),)},
        {"subject": "canary", "detail": "fail", "known": ("override",), "holders": HOLDERS},
        {
            "subject": "before",
            "detail": "pending",
            "known": ("tick",),
            "holders": HOLDERS,
            "reasons": (
                Reason(code="checklist.progress", observed=1, limit=3),
                Reason(code="checklist.open", detail="Flags are off in prod"),
                Reason(code="checklist.open:deploy-owner or sre", detail="The way back is written down"),
            ),
        },
    ],
    Code.ORDER_NOT_MET: [{"subject": "stg"}],
    Code.STILL_BAKING: [{"until": at(27)}],
    Code.IN_DOUBT: [{"subject": "R-12-1-step-1", "holders": HOLDERS}, {"subject": "R-12-1-step-1"}],
    Code.NOT_IN_DOUBT: [{}],
    Code.NOT_LIVE: [{"subject": "R-13"}, {}],
    Code.NO_WAY_BACK: [{}],
    Code.UNKNOWN_GATE: [{"subject": "unit", "known": ("unit-tests",)}],
    Code.WRONG_SUBJECT: [{"subject": "v2.0.0", "detail": "v2.1.0"}],
    Code.NOT_THIS_GATE: [
        {"subject": "canary", "detail": "override", "known": ("unit-tests",)},
        {"subject": "canary", "detail": "override"},
        {"subject": "canary", "detail": "withdraw", "known": ("unit-tests",)},
        {"subject": "canary", "detail": "withdraw"},
    ],
    Code.UNKNOWN_ITEM: [{"subject": "flag", "known": ("flags", "rollback-plan")}, {"subject": "flag"}],
    Code.MISSING_ROLE: [
        {"subject": "rollback-plan", "known": ("deploy-owner", "sre"), "holders": HOLDERS},
        {"subject": "rollback-plan", "known": ("deploy-owner",)},
    ],
}
TYPICAL = {
    code: [Refusal.model_validate({"code": code, "release": "R-12"} | parts) for parts in several]
    for code, several in PARTS.items()
}


def test_every_code_has_its_words() -> None:
    """A new code needs its sentence, and its place in this test."""
    assert set(WORDS) == set(Code)
    assert set(TYPICAL) == set(Code)


@pytest.mark.parametrize("code", Code)
def test_every_refusal_in_words(code: Code, snapshot: SnapshotAssertion) -> None:
    """What is missing, and what to do next, word for word."""
    assert [(sentence(refusal), hint(refusal)) for refusal in TYPICAL[code]] == snapshot


@pytest.mark.parametrize("code", Code)
def test_a_refusal_without_details_still_says_what_to_do(code: Code) -> None:
    """No sentence breaks when an older outcome carries less."""
    bare = Refusal(code=code)
    assert sentence(bare).endswith((".", ":"))
    assert hint(bare).endswith(".")
    assert message_problems(message_of(bare)) == []


def test_a_missing_scope_names_the_scope_and_who_holds_it() -> None:
    """People, groups and tokens; machines read the same without markup."""
    refusal = TYPICAL[Code.MISSING_SCOPE][0]
    assert "`deploy:approve`" in sentence(refusal)
    assert "<@U01DANA> and <!subteam^S01OWNERS>" in hint(refusal)
    assert "@U01DANA and @S01OWNERS" in plain(refusal)
    assert "every full member" in plain(refusal)
    assert "<" not in plain(refusal)


def test_ids_that_are_none_become_no_mention() -> None:
    """A group called `x> <!channel` in rbac.yaml pings nobody."""
    odd = Binding(role="<!here>", users=("<!channel>",), usergroups=("S1> <!channel",), api_tokens=("<@U1>",))
    made = message_of(Refusal(code=Code.MISSING_SCOPE, subject="deploy:approve", holders=(odd,)))
    assert message_problems(made) == []


@given(st.sampled_from(Code), hostile, hostile, hostile)
def test_hostile_words_stay_words(code: Code, subject: str, detail: str, known: str) -> None:
    """In every field of every code: escaped, within limits, never an exception."""
    holder = Binding(role=known, users=(subject,), usergroups=(detail,), api_tokens=(known,))
    refusal = Refusal(
        code=code,
        subject=subject,
        detail=detail,
        release=known,
        known=(known, subject) * 15,
        holders=(holder,),
        until=at(5),
    )
    assert message_problems(message_of(refusal)) == []
    plain(refusal).encode()
