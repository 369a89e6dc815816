"""How much more windows differ than chance alone makes them: what a bet on counts is tempered by (engines B.2)."""

from collections.abc import Sequence

from bot.gates.sequential_null import Counts, Null

PRIOR_PHI, PRIOR_INFORMATION = 3.0, 6.4
"""Before anything is known, a window that holds this much information is taken to vary three times as much as chance
makes it: with four times as much stable traffic, 6.4 are 40 events. A smaller window has less room to vary."""


def tempering(before: Sequence[Counts], window: Counts, null: Null) -> float:
    """What a window's log likelihood ratio is divided by; at least 1.

    It looks at the windows before and at the size of this one, never at its outcome. So the expectation of the bet
    stays at most 1 (Jensen), and the evidence valid at every look; larger than needed it only costs time.
    """
    excess, information = PRIOR_PHI - 1, PRIOR_INFORMATION
    if len(before) > 1:
        misfit, known = _misfit(before, null)
        excess, information = excess + misfit, information + known
    return 1 + max(0.0, excess) / information * _information(window, null, null.chance(window))


def _misfit(before: Sequence[Counts], null: Null) -> tuple[float, float]:
    """By how much Pearson's statistic of the windows exceeds its expectation, and the information they hold.

    The level that they are held against is estimated from themselves, which takes one degree of freedom.
    """
    times = _level(before, null)
    misfit = known = 0.0
    freedom = len(before) / (len(before) - 1)
    for window in before:
        trials, chance = null.trials(window), null.chance(window, times)
        spread = trials * chance * (1 - chance)
        if trials <= 1 or spread <= 0:
            continue
        misfit += freedom * (window.canary - trials * chance) ** 2 / spread - 1
        known += _information(window, null, chance)
    return misfit, known


def _level(before: Sequence[Counts], null: Null) -> float:
    """How many times the edge the windows lie at, all taken together; half an event is added on both sides."""
    canary, canary_of = sum(one.canary for one in before) + 0.5, sum(one.canary_of for one in before)
    share = canary / canary_of if canary_of else 0.0
    if null.share is not None:
        return share / null.share
    stable, stable_of = sum(one.stable for one in before) + 0.5, sum(one.stable_of for one in before)
    return share / (stable / stable_of) / null.ratio if stable_of else 1.0


def _information(window: Counts, null: Null, chance: float) -> float:
    """Fisher information of a window about the logarithm of the ratio.

    A single trial cannot vary more than chance, and is tempered all the same: only so does one more failure of the
    canary always add to the evidence against it.
    """
    return null.trials(window) * chance * (1 - chance)
