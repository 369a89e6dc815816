"""What statistics say, in words: each metric's evidence, and how soon a rise would be seen."""

from datetime import timedelta

from bot.domain.verdict import Power, Statistic
from bot.views.escape import inline
from bot.views.measures import Unit, amount, count
from bot.views.times import span

_FORMS = {"count": "by counts", "sign": "by windows on the wrong side"}


def power_line(power: Power) -> str:
    """`at this traffic a rise of 0.5 points will be seen in about 9 min`."""
    rise = amount(power.rise, Unit.POINTS, 3)
    if power.seconds is None:
        return f"at this traffic a rise of {rise} may stay unseen: a larger share of traffic would show it"
    return f"at this traffic a rise of {rise} will be seen in about {span(timedelta(seconds=power.seconds))}"


def statistic_line(one: Statistic) -> str:
    """One metric: how often, against what, and the evidence both ways with what each needs."""
    seen = f"{one.canary_events:,} of {one.canary_requests:,}"
    if one.limit is None:
        against = f"stable {one.stable_events:,} of {one.stable_requests:,}"
        times = f", {amount(one.ratio, Unit.PLAIN, 2)} times its share" if one.ratio is not None else ""
    else:
        against, times = f"limit {amount(one.limit, Unit.SHARE, 4)}", ""
    return (
        f"{inline(one.metric, 63)}: {seen} ({against}{times}); "
        f"evidence for {_evidence(one.good)} of {_evidence(one.good_limit)}, "
        f"against {_evidence(one.worse)} of {_evidence(one.worse_limit)}; "
        f"{_FORMS[one.form]}, {count(one.windows, 'window')}, dispersion {amount(one.dispersion, Unit.PLAIN, 2)}"
    )


def _evidence(value: float) -> str:
    return amount(value, Unit.PLAIN, 1 if value < 100 else 0)
