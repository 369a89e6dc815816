"""Time decides by the moment at which somebody asks, not by whether a timer ran; and a clock may be set back."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.actor import Actor
from bot.domain.reports import Lapsed, Looked
from bot.domain.states import State
from bot.engine.later import Later
from bot.engine.timers import Timers
from bot.ports import Claim
from tests.engine.road import CI, DANA, LEE, MIKA, START, Road, build_road, refused
from tests.stories.house import Rules

EXPIRES = timedelta(hours=4)
PATIENT = Rules(bake="[30m, 0s]", gates="[{name: smoke, kind: check, when: bake}]")


@pytest.fixture
def patient(database_url: str, tmp_path: Path) -> Iterator[Road]:
    """A road whose first step bakes half an hour and then waits ten minutes for a check."""
    built = build_road(tmp_path, database_url, PATIENT)
    yield built
    built.core.close()


@pytest.mark.parametrize(("action", "person"), [("approve", DANA), ("promote", MIKA), ("hold", MIKA), ("reject", DANA)])
def test_nothing_goes_from_the_very_moment_of_expiry(road: Road, action: str, person: Actor) -> None:
    """No worker ran: whoever asks first finds the release expired, and the ledger says that time did it."""
    release = road.approved() if action == "promote" else road.open()
    road.clock.moment = START + EXPIRES
    words = {"reason": "late"} if action in ("hold", "reject") else {}
    refusal = refused(road.ask(person, action, release, **words))
    assert (refusal.code.value, refusal.subject) == ("wrong_state", "expired")
    assert road.state(release) is State.EXPIRED
    assert road.kinds(release)[-2:] == ["release_expired", "request_refused"]


def test_until_then_it_goes(road: Road) -> None:
    """A microsecond before the end an approval counts."""
    release = road.open()
    road.clock.moment = START + EXPIRES - timedelta(microseconds=1)
    assert road.ask(DANA, "approve", release).accepted


def test_asking_what_would_happen_says_expired_and_writes_nothing(road: Road) -> None:
    """`--noop` and `why` see the same as the action, and leave the expiry to it."""
    release = road.approved()
    entries = road.kinds(release)
    road.clock.turn(hours=5)
    assert refused(road.ask(MIKA, "promote", release, noop="yes")).subject == "expired"
    assert "wrong_state" in [one.code.value for one in road.ask(LEE, "why", release).blockers]
    assert road.kinds(release) == entries


def test_a_release_that_started_in_time_does_not_expire(road: Road) -> None:
    """Expiry is for what waits; a rollout that began goes on."""
    release = road.bring_to(State.BAKING)
    road.clock.turn(hours=5)
    assert road.report(Lapsed(release)).happened == ()
    assert road.state(release) is State.BAKING


def test_expiry_outlives_a_clock_that_was_set_back(road: Road) -> None:
    """The timer ran, and then the clock showed an earlier time: it comes again at the right moment."""
    release = road.open()
    store = road.core.store
    early = store.claim("w", START + EXPIRES, timedelta(seconds=30), 50)
    (expiry,) = (claim for claim in early if claim.key == f"expire:{release}")
    with pytest.raises(Later) as put_off:
        asyncio.run(expire(road, expiry))
    assert put_off.value.until == START + EXPIRES
    road.clock.moment = START + EXPIRES
    asyncio.run(expire(road, expiry))
    assert road.state(release) is State.EXPIRED


def test_patience_begins_when_the_bake_ends(patient: Road) -> None:
    """Held and resumed early in the bake: the ten minutes for late evidence still begin at its end."""
    release = patient.bring_to(State.BAKING)
    assert patient.ask(MIKA, "hold", release, reason="look").accepted
    patient.clock.turn(minutes=5)
    assert patient.ask(MIKA, "resume", release).accepted
    patient.clock.moment = bake_end(patient, release) + timedelta(minutes=9)
    assert patient.report(Looked(release)).happened == ()
    patient.clock.turn(minutes=1)
    assert patient.report(Looked(release)).happened == ("release_held",)


def test_a_resumed_release_waits_as_long_again(patient: Road) -> None:
    """Out of patience, it is held and names the gate; resumed, it waits ten more minutes, and a pass lets it go."""
    release = patient.bring_to(State.BAKING)
    patient.clock.moment = bake_end(patient, release) + timedelta(minutes=10)
    assert patient.report(Looked(release)).happened == ("release_held",)
    hold = patient.release(release).hold
    assert hold is not None
    assert (hold.cause, hold.gate, hold.verdict) == ("evidence", "smoke", "no_data")
    assert patient.ask(MIKA, "resume", release).accepted
    patient.clock.turn(minutes=9)
    assert patient.report(Looked(release)).happened == ()
    assert patient.check(release, gate="smoke").happened == ("evidence_recorded", "step_started")


def test_a_held_release_still_goes_back_when_its_gate_fails(patient: Road) -> None:
    """Hold stops the way forward alone."""
    release = patient.bring_to(State.BAKING)
    assert patient.ask(MIKA, "hold", release, reason="look").accepted
    assert patient.check(release, "fail", gate="smoke").happened == ("evidence_recorded", "rollback_started")


def test_a_bake_never_ends_early_when_the_clock_is_set_back(patient: Road) -> None:
    """An earlier time only means a longer bake."""
    release = patient.bring_to(State.BAKING)
    patient.check(release, gate="smoke")
    patient.clock.turn(minutes=-20)
    assert patient.report(Looked(release)).happened == ()
    assert refused(patient.ask(MIKA, "promote", release)).code.value == "still_baking"
    assert patient.code(patient.report(Looked(release), CI)) == "missing_scope"


def bake_end(road: Road, release: str) -> datetime:
    """When the present step has baked."""
    until = road.release(release).bake_until
    assert until is not None
    return until


async def expire(road: Road, claim: Claim) -> None:
    """Carry out the effect that ends a release."""
    core = road.core
    await Timers(core.store, core.dispatch, core.clock).expire(claim)
