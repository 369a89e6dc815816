"""Before acting outside: is the effect still ours? Whoever was frozen past a lease is no longer alone with it."""

from datetime import timedelta

from bot.ports import Claim, Clock, Fenced, Store

_A_MOMENT = timedelta(seconds=10)
"""How long a lease that ran out is held again; the worker's own renewals lengthen it."""


async def hold(store: Store, clock: Clock, claim: Claim) -> None:
    """Make sure of a lease right before a call that must not be made by two. It costs nothing while the lease as it was
    claimed lasts. Raises Fenced when another worker has taken the effect over."""
    now = clock.now()
    if now < claim.lease_until:
        return
    if not await store.call(lambda: store.renew(claim, now + _A_MOMENT)):
        raise Fenced(claim.key)
