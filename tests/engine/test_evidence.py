"""Evidence decides only when it is there, in time, about this version, and from somebody who may hand it in."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.evidence import LogMeasurement
from bot.domain.reports import Deployed, Looked, Measured
from bot.domain.states import State
from bot.settings.mistakes import ConfigurationError
from tests.engine.road import CI, DANA, LEE, MIKA, START, Road, build_road, refused
from tests.stories.house import SLO, Rules

CHECK = "[{name: unit-tests, kind: check, fresh: 1h}, {name: lint, kind: check, required: false}]"


@pytest.fixture
def checked(database_url: str, tmp_path: Path) -> Iterator[Road]:
    """A road on which unit-tests has to pass before traffic moves, and lint is only shown."""
    built = build_road(tmp_path, database_url, Rules(gates=CHECK))
    yield built
    built.core.close()


def promoted(road: Road, release: str) -> str:
    """What a promote comes to: `goes`, or the code of what stands in its way."""
    outcome = road.ask(MIKA, "promote", release, noop="yes")
    return road.code(outcome) or "goes"


SPOILED: dict[str, Callable[[Road, str], object]] = {
    "nothing": lambda road, release: None,
    "failed": lambda road, release: road.check(release, "fail"),
    "pending": lambda road, release: road.check(release, "pending"),
    "another version": lambda road, release: road.check(release, version="v2.0.9"),
    "stale": lambda road, release: road.check(release, observed_at=START - timedelta(hours=1)),
    "another gate": lambda road, release: road.check(release, gate="lint"),
    "failed in the same second": lambda road, release: [road.check(release, one) for one in ("pass", "fail")],
    "failed since": lambda road, release: [
        road.check(release, one, observed_at=START - timedelta(seconds=age)) for one, age in (("fail", 1), ("pass", 2))
    ],
}


@pytest.mark.parametrize("spoiled", SPOILED)
def test_only_a_pass_opens(checked: Road, spoiled: str) -> None:
    """Missing, failed, pending, foreign or old: nothing moves."""
    release = checked.approved()
    SPOILED[spoiled](checked, release)
    assert promoted(checked, release) == "gate_not_passed"
    assert checked.code(checked.ask(MIKA, "promote", release)) == "gate_not_passed"
    assert checked.state(release) is State.APPROVED


def test_a_pass_opens_until_it_is_old(checked: Road) -> None:
    """It counts for its hour, and not a microsecond longer."""
    release = checked.approved()
    checked.check(release)
    checked.clock.turn(minutes=59, seconds=59)
    assert promoted(checked, release) == "goes"
    checked.clock.turn(seconds=1)
    assert promoted(checked, release) == "gate_not_passed"


def test_a_gate_that_is_only_shown_stops_nothing(checked: Road) -> None:
    """`required: false` may fail."""
    release = checked.approved()
    checked.check(release)
    checked.check(release, "fail", gate="lint")
    assert promoted(checked, release) == "goes"


def test_a_result_from_the_future_leaves_no_trace_behind(checked: Road) -> None:
    """It is turned away with its reason, and the honest result after it counts."""
    release = checked.approved()
    ahead = refused(checked.check(release, observed_at=START + timedelta(days=400)))
    assert (ahead.code.value, ahead.subject, ahead.detail) == ("invalid_input", "observed_at", "future")
    checked.check(release)
    assert promoted(checked, release) == "goes"


def test_only_the_scope_hands_evidence_in(checked: Road) -> None:
    """A developer and an approver cannot vouch for a check; nor can a token report what is Interlock's own to say."""
    release = checked.approved()
    check = Measured(release, ())
    for person in (LEE, DANA):
        assert checked.code(checked.report(check, person)) == "missing_scope"
    for report in (Looked(release), Deployed(release, "x", "done", "by me")):
        assert checked.code(checked.report(report, CI)) == "missing_scope"
    assert checked.code(checked.check(release, gate="canary")) == "unknown_gate"


def test_a_token_cannot_hand_in_measurements(checked: Road) -> None:
    """What a source would have measured is not believed from outside, under any gate's name."""
    release = checked.approved()
    forged = LogMeasurement(
        gate="unit-tests", version="v2.1.0", observed_at=START, producer="x", start=START, end=START
    )
    assert checked.code(checked.report(Measured(release, (forged,)), CI)) == "unknown_gate"


def test_a_failed_gate_takes_the_release_back_whoever_reports_it(tmp_path: Path, database_url: str) -> None:
    """A check that fails while the step bakes is reason enough, and the rollback names it."""
    road = build_road(tmp_path, database_url, Rules(gates="[{name: smoke, kind: check, when: bake}]"))
    release = road.bring_to(State.BAKING)
    assert road.check(release, "fail", gate="smoke").happened == ("evidence_recorded", "rollback_started")
    ending = road.release(release).ending
    assert ending is not None
    assert (ending.cause, ending.gate) == ("gate", "smoke")
    road.core.close()


NEVER = {
    "a bake gate without a step that bakes": Rules(
        steps="[100]", bake="[1m]", gates="[{name: smoke, kind: check, when: bake}]"
    ),
    "a window of no length": Rules(
        gates="[{name: c, kind: canary, file: slo/canary.json, source: reqlog, window: 0s}]"
    ),
    "a result that is never fresh": Rules(gates="[{name: smoke, kind: check, fresh: 0s}]"),
    "a bake beyond the calendar": Rules(bake="[99999999999999999999d, 0s]"),
    "an expiry beyond the calendar": Rules(approvals="{count: 1, expires: 999999d}"),
}


@pytest.mark.parametrize("rules", NEVER.values(), ids=NEVER)
def test_rules_that_could_never_be_asked_are_configuration_errors(tmp_path: Path, rules: Rules) -> None:
    """They are said at the start, not found out on the day."""
    (tmp_path / "configs" / "slo").mkdir(parents=True)
    (tmp_path / "configs" / "slo" / "canary.json").write_text(SLO)
    with pytest.raises(ConfigurationError):
        build_road(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}", rules)
