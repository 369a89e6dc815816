"""What a child process may see of the environment: three plain variables, an allow-list, and the facts."""

from collections.abc import Iterable, Mapping

from bot.ports import Order

ALWAYS = ("PATH", "HOME", "LANG")


def facts_of(order: Order) -> dict[str, str]:
    """The order as `INTERLOCK_*` variables."""
    return {
        "INTERLOCK_DEPLOYMENT": order.deployment,
        "INTERLOCK_RELEASE": order.release,
        "INTERLOCK_SERVICE": order.service,
        "INTERLOCK_ENVIRONMENT": order.environment,
        "INTERLOCK_VERSION": order.version,
        "INTERLOCK_PREVIOUS": order.previous,
        "INTERLOCK_PERCENT": str(order.percent),
        "INTERLOCK_ACTOR": order.actor,
        "INTERLOCK_DIGEST": order.digest,
    }


def child_environment(environ: Mapping[str, str], allowed: Iterable[str], facts: Mapping[str, str]) -> dict[str, str]:
    """The child's whole environment. An allowed name that is not set stays unset; the facts win over everything."""
    names = (*ALWAYS, *allowed)
    return {name: environ[name] for name in names if name in environ} | dict(facts)
