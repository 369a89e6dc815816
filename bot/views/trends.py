"""What stopped releases lately, and what to do about it: for a channel, a terminal and the home tab."""

from collections.abc import Mapping
from datetime import timedelta

from bot.domain.message import Block, Message
from bot.domain.ops_cards import Impact, ReasonTrends, TopImpact
from bot.domain.verdict import Reason
from bot.views.blocks import context, message, section
from bot.views.escape import code, inline
from bot.views.limits import join_lines
from bot.views.measures import Unit, amount, count
from bot.views.people import listed
from bot.views.playbook import suggestion
from bot.views.times import moment, span
from bot.views.verdicts import sentence

_BARS = "▁▂▃▄▅▆▇█"
_ON_HOME = 3


def trends(found: ReasonTrends, impact: TopImpact, playbook: Mapping[str, str]) -> Message:
    """The reasons by number, with their course, and those that weigh most, with what to do next."""
    within = f"in the last {span(timedelta(seconds=found.window))}"
    if not found.total:
        return message(f"Nothing stopped a release {within}.")
    often = [f"*What stopped releases {within}* ({count(found.total, 'setback')})"]
    often += [
        f"• {_named(one.code)}: {one.count:,} in {count(one.releases, 'release')} {_course(found, index)}"
        for index, one in enumerate(found.top)
    ]
    worst = ["*What weighs most, and what to do next*"]
    worst += [f"{number}. {_weighed(one, playbook)}" for number, one in enumerate(impact.items, 1)]
    each = span(timedelta(seconds=found.bucket))
    small = f"Since {moment(found.since)}; each bar is {each}. Counted from the ledger, of what you may read."
    text = join_lines([*often, *worst, small], 3900)
    return message(text, (section(join_lines(often)), section(join_lines(worst)), context(small)))


def on_home(impact: TopImpact, playbook: Mapping[str, str]) -> tuple[Block, ...]:
    """The section of the home tab: the worst few, or that nothing stopped anything."""
    within = f"in the last {span(timedelta(seconds=impact.window))}"
    if not impact.items:
        return (section(f"Nothing stopped a release {within}."),)
    lines = [f"{number}. {_weighed(one, playbook)}" for number, one in enumerate(impact.items[:_ON_HOME], 1)]
    return (section(join_lines(lines)), context(f"What weighed most {within}. Ask for `trends` to see more."))


def _weighed(one: Impact, playbook: Mapping[str, str]) -> str:
    where = listed([inline(service, 63) for service in one.services])
    weight = f"{one.count:,} × {amount(one.weight, Unit.PLAIN, 2)} ({inline(one.group, 20)})"
    return f"{_named(one.code)}: {weight}, {where}. {inline(suggestion(one.code, playbook), 300)}"


def _named(reason: str) -> str:
    """The code, with its words where it has any."""
    words = sentence(Reason(code=reason))
    return code(reason) if words == code(reason) else f"{code(reason)} ({words})"


def _course(found: ReasonTrends, index: int) -> str:
    """How one reason went, bar by bar."""
    numbers = [bucket.counts[index] for bucket in found.buckets]
    most = max(numbers)
    return "".join(_BARS[round(number / most * (len(_BARS) - 1))] if number else "·" for number in numbers[-31:])
