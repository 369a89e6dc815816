"""What leads a person on: menus, empty answers, help, and trouble with configuration."""

from collections.abc import Sequence

from bot.domain.actions import ACTIONS, Action, Field, Kind
from bot.domain.message import Block, Message
from bot.domain.release import Release
from bot.views import marks
from bot.views.blocks import actions, button, context, message, option, section, select
from bot.views.escape import code, inline
from bot.views.limits import OPTIONS, join_lines
from bot.views.marks import unmarked
from bot.views.people import listed
from bot.views.pressed import encode
from bot.views.states import WORDS, named, title

_GROUPS = (("Ask", (Kind.READ, Kind.ASK)), ("Open", (Kind.OPEN,)), ("Decide", (Kind.MOVE,)))
_EXAMPLES = {
    "open": 'checkout v2.1.0 prod --reason "fixes the cart"',
    "approve": 'R-12 --reason "read the change list"',
    "rollback": "checkout@prod --noop",
    "settle": "R-12 started",
    "override": 'R-12 canary --duration 2h --reason "known flake, watched by hand"',
    "tick": "R-12 rollback-plan",
    "trends": "30d",
}


def menu(action: str, releases: tuple[Release, ...]) -> Message:
    """A choice between releases for one action."""
    verb = f"{code(action)}: " if action in ACTIONS else ""
    if not releases:
        return message(f"{verb}no release fits any more. Ask for `status` to see what is active.")
    question = f"{verb}several releases fit. Which one?"
    names = [f"• {named(release)}, {WORDS[release.state]}" for release in releases]
    return message(join_lines([question, *names], 3900), (section(question), actions(_choices(action, releases))))


def nothing_here(service_names: Sequence[str]) -> Message:
    """The answer where no release is active."""
    if service_names:
        names = listed([code(name) for name in service_names])
        return message(
            f"There is no active release here. Released here: {names}. Open one with `open`, or name another."
        )
    return message("There is no active release, and no service is released here. Name a release such as `R-12`.")


def help_text(actions: tuple[Action, ...], prefix: str) -> Message:
    """How to ask for what this person may do; `prefix` stands before every slash command of this installation."""
    if not actions:
        text = "You hold no scope here, so there is nothing that you may ask for. rbac.yaml says who may do what."
        return message(text)
    groups = [(name, [action for action in actions if action.kind in kinds]) for name, kinds in _GROUPS]
    lines = ["*What you may ask for*"]
    for name, rows in groups:
        if rows:
            lines += [f"*{name}*", *(f"• {_usage(row, prefix)}: {row.summary}" for row in rows)]
    small = (
        "Which release: `R-12`, `checkout` or `checkout@prod`; with one active release here, none is needed. `--noop` "
        "shows what would happen. In a thread, mention me with the verb: Slack runs no slash commands there."
    )
    return message("\n".join([*lines, small]), (section(join_lines(lines)), context(small)))


def broken_config(problems: tuple[str, ...]) -> Message:
    """Configuration cannot be read: what is wrong, and what counts meanwhile."""
    first = f"{marks.ATTENTION} The configuration on disk cannot be used. What was read last still counts."
    lines = [first, *(f"• {inline(problem, 300)}" for problem in problems)]
    last = "Repair it; it is read again by itself. `interlock config check` shows every problem."
    text = join_lines([*lines, last], 3900)
    return message(unmarked(text), (section(join_lines(lines)), context(last)))


def _choices(action: str, releases: tuple[Release, ...]) -> list[Block]:
    """A list; a single release needs no more than a button. One action_id stands once in a block."""
    if len(releases) == 1:
        return [button(_choice(releases[0]), f"pick:{action}", encode(releases[0], action))]
    options = [option(_choice(one), encode(one, action), WORDS[one.state]) for one in releases[:OPTIONS]]
    return [select(f"pick:{action}", options, "Choose a release")]


def _choice(release: Release) -> str:
    return f"{inline(release.id, 16)} {title(release)}"


def _usage(action: Action, prefix: str) -> str:
    start = f"/{prefix}{action.alias}" if action.alias else f"/{prefix}release {action.name}"
    target = ["[release]"] if action.on_release else []
    words = [
        start,
        *target,
        *(_word(field) for field in _positional(action)),
        *(_flag(field) for field in _flags(action)),
    ]
    example = f", such as {code(f'{start} {_EXAMPLES[action.name]}')}" if action.name in _EXAMPLES else ""
    return code(" ".join(words), 300) + example


def _positional(action: Action) -> list[Field]:
    return sorted(
        (field for field in action.fields if field.position is not None), key=lambda field: field.position or 0
    )


def _flags(action: Action) -> list[Field]:
    return [field for field in action.fields if field.position is None]


def _word(field: Field) -> str:
    word = "|".join(field.choices) or field.name
    return word if field.required else f"[{word}]"


def _flag(field: Field) -> str:
    flag = f'--{field.name} "…"'
    return flag if field.required else f"[{flag}]"
