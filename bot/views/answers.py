"""What the asker alone sees: what happened, what would happen, or why nothing did."""

from bot.domain.message import Message
from bot.domain.outcome import Outcome
from bot.domain.refusal import Refusal
from bot.domain.release import Release
from bot.views import marks
from bot.views.approval_lines import missing
from bot.views.blocks import context, message, section
from bot.views.escape import link
from bot.views.limits import join_lines
from bot.views.marks import unmarked
from bot.views.people import listed
from bot.views.refusals import hint, message_of, sentence
from bot.views.states import earlier, named, share

_DONE = {
    "release_opened": "{release} is open.",
    "approval_given": "You approved {release}.",
    "quorum_reached": "That was the last approval needed; next it can be promoted.",
    "release_rejected": "You rejected {release}.",
    "release_aborted": "You aborted {release}.",
    "release_held": "{release} is on hold. Nothing moves forward until somebody resumes it.",
    "release_resumed": "{release} goes on.",
    "step_started": "{release}: {share} % of traffic is being moved.",
    "rollback_started": "{release}: all traffic goes back to {earlier}.",
    "deployment_settled": "Thank you: the doubt about {release} is settled.",
    "gate_overridden": "You answer for the gate now. The card shows it, and until when.",
    "override_withdrawn": "The gate counts again.",
    "item_ticked": "Ticked.",
    "item_unticked": "Unticked.",
    "rollback_finished": "It is rolled back.",
}
"""By kind of event; kinds that are not listed add nothing that the asker would miss."""

_WOULD = {
    "release_opened": "open the release and its thread",
    "approval_given": "count your approval",
    "quorum_reached": "complete the approvals",
    "release_rejected": "end the release as rejected",
    "release_aborted": "end the release as aborted",
    "release_held": "stop the release where it is",
    "release_resumed": "let the release go on",
    "step_started": "move traffic to {next}",
    "rollback_started": "bring all traffic back to {earlier}",
    "deployment_settled": "record what became of the deployment",
    "gate_overridden": "let the release pass the gate for that time",
    "override_withdrawn": "let the gate count again",
    "item_ticked": "tick an item",
    "item_unticked": "untick an item",
    "traffic_shifted": "let the step bake",
    "traffic_arrived": "watch the version at 100 %",
    "rollback_finished": "close the rollback",
}


def answer(outcome: Outcome, release: Release | None, thread_link: str = "") -> Message:
    """The answer to one request. `release` is the one concerned as it is now, None where there is none."""
    if outcome.noop:
        return _foreseen(outcome, release)
    if outcome.refusal is not None:
        return _refused(outcome.refusal, thread_link)
    return _accepted(outcome, release, thread_link)


def _refused(refusal: Refusal, thread_link: str) -> Message:
    made, thread = message_of(refusal), link(thread_link, "its thread")
    if not thread:
        return made
    return message(f"{made.text} ({thread})", (*made.blocks, context(f"Go to {thread}.")))


def _accepted(outcome: Outcome, release: Release | None, thread_link: str) -> Message:
    lines = [_filled(_DONE[kind], release) for kind in dict.fromkeys(outcome.happened) if kind in _DONE]
    said = " ".join(lines) or "Done; nothing had to change."
    if release is not None and outcome.happened == ("approval_given",) and (lack := missing(release)):
        said += f" It needs {lack}."
    thread = link(thread_link, "its thread")
    return message(unmarked(f"{marks.GOOD} {said}" + (f" Go to {thread}." if thread else "")))


def _foreseen(outcome: Outcome, release: Release | None) -> Message:
    unchanged = "Nothing was changed."
    would = [_filled(_WOULD[kind], release) for kind in dict.fromkeys(outcome.happened) if kind in _WOULD]
    found = outcome.blockers or ((outcome.refusal,) if outcome.refusal else ())
    if not found:
        said = f"{unchanged} This would {listed(would)}." if would else f"{unchanged} This would change nothing."
        return message(said)
    first = f"{unchanged} This would be refused:" if outcome.refusal else f"{unchanged} What stands in the way:"
    lines = [first, *(f"{number}. {sentence(one)} {hint(one)}" for number, one in enumerate(found, 1))]
    return message("\n".join(lines), (section(join_lines(lines)),))


def _filled(words: str, release: Release | None) -> str:
    if release is None:
        return words.format(
            release="The release", share=0, earlier="the version that was live before", next="the next step"
        )
    step = release.next_step
    ahead = f"{release.plan.strategy.steps[step]} %" if step is not None else "the next step"
    return words.format(release=named(release), share=share(release), earlier=earlier(release), next=ahead)
