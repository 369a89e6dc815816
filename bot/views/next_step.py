"""What comes next for a release that nothing blocks: who has to do what, or what happens by itself."""

from datetime import datetime

from bot.domain.release import Release
from bot.domain.states import State
from bot.views import marks
from bot.views.buttons import label
from bot.views.states import WORDS, earlier, named, share
from bot.views.times import moment

_ASKED = "the deployer was asked and has not confirmed yet. It goes on by itself once it does."


def next_line(release: Release, now: datetime) -> str:
    """One sentence or two, from the state alone."""
    name = named(release)
    match release.state:
        case State.PROPOSED | State.APPROVED:
            return f"{marks.GOOD} Nothing stands in the way of {name}. Next: promote it."
        case State.ROLLING:
            return f"{marks.WAITING} {name} moves {share(release)} % of traffic: {_ASKED}"
        case State.BAKING if release.asked_at or release.plan.strategy.advance == "manual":
            return f"{marks.GOOD} Nothing stands in the way of {name}. Next: {label(release, 'promote').lower()}."
        case State.BAKING:
            return f"{marks.GOOD} Nothing stands in the way of {name}; the next step starts by itself."
        case State.VERIFYING:
            until = f" until {moment(release.bake_until, now)}" if release.bake_until else ""
            return (
                f"{marks.WAITING} {name} has all traffic and is watched{until}. It is done by itself if its gates pass."
            )
        case State.DONE:
            return f"{marks.GOOD} {name} is done; nothing is left to do."
        case State.ROLLING_BACK:
            return f"{marks.WAITING} {name} goes back to {earlier(release)}: {_ASKED}"
        case State.FAILED:
            return (
                f"{marks.ATTENTION} The rollback of {name} failed, and a person must act. Next: try the rollback "
                "again, or bring traffic back by hand, then abort the release."
            )
        case _:
            return f"{marks.BAD} {name} is {WORDS[release.state]}, and over. To try again, open a new release."
