"""Log lines about traffic moving forward."""

from bot.domain import events as e
from bot.domain.actor import MACHINE
from bot.domain.journal import Entry
from bot.domain.release import Release
from bot.domain.service import When
from bot.domain.states import State
from bot.views import marks
from bot.views.escape import below, code, inline, quoted
from bot.views.gate_modes import in_shadow
from bot.views.people import listed, who
from bot.views.states import earlier, named
from bot.views.times import moment, span


def step_started(release: Release, entry: Entry, event: e.StepStarted) -> str:
    """Who moves how much traffic."""
    what = f"{event.percent} % of traffic to {inline(release.version, 40)} ({_step(release, event.step)})"
    if entry.actor == MACHINE.name:
        return f"The step before baked clean. Moving {what}.{in_shadow(event.shadow)}"
    return f"{who(entry.actor)} promoted: moving {what}.{below(event.reason)}{in_shadow(event.shadow)}"


def traffic_shifted(release: Release, entry: Entry, event: e.TrafficShifted) -> str:
    """The share is confirmed, and what happens until when."""
    bake = f"baking for {span(event.bake_until - entry.at)}, until {moment(event.bake_until, entry.at)}"
    return (
        f"{event.percent} % of traffic is on {inline(release.version, 40)}{_said(event.summary)}; {bake}. "
        f"{_afterwards(release, event.step)}"
    )


def traffic_arrived(release: Release, entry: Entry, event: e.TrafficArrived) -> str:
    """All traffic is on the version, and how long it is watched."""
    arrived = f"All traffic is on {inline(release.version, 40)}{_said(event.summary)}"
    if event.bake_until <= entry.at:
        return f"{arrived}."
    watched = f"watched for {span(event.bake_until - entry.at)}, until {moment(event.bake_until, entry.at)}"
    return f"{arrived}; {watched}. A failing gate brings it back."


def bake_finished(release: Release, event: e.BakeFinished) -> str:
    """A person has to start the next step."""
    steps = release.plan.strategy.steps
    after = steps[min(event.step + 1, len(steps) - 1)]
    return (
        f"{marks.WAITING} {named(release)}: {steps[event.step]} % baked clean. "
        f"Next: a person promotes it to {after} %, or rolls it back."
    )


def deployment_doubted(release: Release, event: e.DeploymentDoubted) -> str:
    """Nobody knows what became of a deployment; how to find out and answer."""
    aim = (
        f"bring traffic back to {earlier(release)}"
        if release.state is State.ROLLING_BACK
        else f"move traffic to {inline(release.version, 40)}"
    )
    return (
        f"{marks.ATTENTION} {named(release)}: deployment {code(event.deployment)} was asked to "
        f"{aim}, and nobody knows what became of it. Interlock does not try again blindly.\n"
        "Next: look at the deployer for that id, then press what you found."
    )


def deployment_settled(entry: Entry, event: e.DeploymentSettled) -> str:
    """Who said what became of a deployment in doubt."""
    found = "it started" if event.outcome == "started" else "it did not start"
    again = f" It is asked for once more, as {code(event.again)}." if event.again else ""
    return f"{who(entry.actor)} looked at deployment {code(event.deployment)}: {found}.{again}{below(event.reason)}"


def _afterwards(release: Release, step: int) -> str:
    strategy = release.plan.strategy
    if step >= release.plan.last_step:
        return ""
    judges = listed([code(gate.name) for gate in release.plan.gates_for(When.BAKE) if gate.decides])
    clean = f" if {judges} pass{'es' if judges.count('`') == 2 else ''}" if judges else ""
    percent = strategy.steps[step + 1]
    if strategy.advance == "auto":
        return f"Then {percent} % follows by itself{clean}."
    return f"Then a person may promote it to {percent} %{clean}."


def _step(release: Release, step: int) -> str:
    return f"step {step + 1} of {len(release.plan.strategy.steps)}"


def _said(summary: str) -> str:
    return f" ({quoted(summary, 300)})" if summary else ""
