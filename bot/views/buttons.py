"""The buttons of a release: the two most useful moves in the open, the rest behind "⋯"."""

from bot.domain.actions import ACTIONS
from bot.domain.message import Block
from bot.domain.release import Release
from bot.domain.states import ENDED, WAITING, State
from bot.views.blocks import actions, button, confirm, option, overflow, section, select
from bot.views.escape import inline
from bot.views.limits import OVERFLOW_OPTIONS
from bot.views.pressed import encode
from bot.views.states import earlier, share, title

MORE = "act:more"
_IN_THE_OPEN = 2
_STYLES = {"approve": "primary", "promote": "primary", "reject": "danger", "rollback": "danger", "abort": "danger"}
_LABELS = {
    "approve": "Approve",
    "reject": "Reject",
    "hold": "Hold",
    "resume": "Resume",
    "rollback": "Roll back",
    "abort": "Abort",
    "settle": "Say what happened",
    "status": "Status",
    "why": "Why not further?",
    "gates": "What the gates found",
    "open": "Open a release",
    "override": "Override a gate",
    "withdraw": "Withdraw an override",
    "tick": "Checklist",
    "trends": "Trends",
}


def label(release: Release, action: str) -> str:
    """What stands on a button. Raises KeyError for an action that the catalogue does not have."""
    if action == "promote":
        step = release.next_step
        return f"Promote to {release.plan.strategy.steps[step]} %" if step is not None else "Promote"
    if action == "rollback" and release.state is State.FAILED:
        return "Try the rollback again"
    return _LABELS[ACTIONS[action].name]


def offered(release: Release, moves: tuple[str, ...]) -> tuple[str, ...]:
    """The moves that may be shown: none once a release is over."""
    return () if release.state in ENDED else tuple(dict.fromkeys(moves))


def row(release: Release, moves: tuple[str, ...]) -> tuple[Block, ...]:
    """The row of buttons as one block, or nothing."""
    shown = offered(release, moves)
    if not shown:
        return ()
    elements = [move_button(release, move) for move in shown[:_IN_THE_OPEN]]
    if rest := shown[_IN_THE_OPEN:]:
        options = [option(label(release, move), encode(release, move)) for move in rest]
        elements.append(_menu(options, _ask_for_any(release, rest)))
    return (actions(elements),)


def _menu(options: list[Block], ask: Block | None) -> Block:
    """The dots hold five moves; what is more goes into a list."""
    if len(options) <= OVERFLOW_OPTIONS:
        return overflow(MORE, options, ask)
    return select(MORE, options, "More…") | ({"confirm": ask} if ask else {})


def move_button(release: Release, action: str) -> Block:
    """One button for one move, with a question before what cannot be taken back."""
    return button(
        label(release, action), f"act:{action}", encode(release, action), _STYLES.get(action, ""), _ask(release, action)
    )


def settle_choices(release: Release) -> tuple[Block, ...]:
    """The two answers to a deployment in doubt; each in a block of its own, because both have the same action_id."""
    what = (
        f"the way back to {earlier(release)}"
        if release.state is State.ROLLING_BACK
        else f"{share(release)} % of traffic"
    )
    started = button("It started", "act:settle", encode(release, "settle:started"), ask=_ask_settle(started=True))
    missed = button(
        "It did not start", "act:settle", encode(release, "settle:not_started"), ask=_ask_settle(started=False)
    )
    return (
        section(f"The deployer did what was asked ({what}). The release goes on from there.", started),
        section("Nothing happened. Interlock asks the deployer once more, under a new id.", missed),
    )


def summary(release: Release, moves: tuple[str, ...]) -> str:
    """The same offer in words, for screen readers."""
    labels = [label(release, move) for move in offered(release, moves)]
    return f"Buttons: {', '.join(labels)}." if labels else ""


def _ask(release: Release, action: str) -> Block | None:
    match action:
        case "reject":
            text = f"{title(release)} will not go ahead. You are asked for the reason next."
            return confirm(f"Reject {release.id}?", text, "Reject", "Go back")
        case "rollback":
            text = f"All traffic of {inline(release.service, 63)} in {inline(release.environment, 20)} goes back to "
            return confirm(f"Roll back {release.id}?", f"{text}{earlier(release)}.", "Roll back", "Go back")
        case "abort":
            return confirm(f"Abort {release.id}?", _aborting(release), "Abort", "Go back")
        case _:
            return None


def _aborting(release: Release) -> str:
    if release.state in WAITING:
        return "The release ends here. No traffic has moved. You are asked for the reason next."
    if release.state is State.FAILED:
        return "The release ends as it stands, and Interlock moves no more traffic. You are asked for the reason next."
    return f"The release ends, and its traffic goes back to {earlier(release)}. You are asked for the reason next."


def _ask_for_any(release: Release, moves: tuple[str, ...]) -> Block | None:
    """A menu asks one question for all its options; only a rollback needs it, the other moves open a form first."""
    if "rollback" not in moves:
        return None
    text = (
        f"“{label(release, 'rollback')}” starts at once. Other choices ask for a reason first or only show something."
    )
    return confirm(f"{release.id}: go on?", text, "Go on", "Go back")


def _ask_settle(started: bool) -> Block:
    if started:
        return confirm(
            "It started?", "Look at the deployer first: Interlock takes your word.", "It started", "Go back", False
        )
    text = "Look at the deployer first: it is asked again, and what did start would start twice."
    return confirm("It did not start?", text, "It did not start", "Go back")
