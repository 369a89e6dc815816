"""The rules of who gets the traffic, without processes: a deployment, a rollback, and what stays warm."""

from dataclasses import dataclass

from bot.sandbox.shop.guard import Refused


@dataclass(frozen=True, slots=True)
class Traffic:
    """Which versions are served. `percent` is the canary's share; without a canary it is 0."""

    stable: str
    canary: str | None = None
    percent: int = 0

    @property
    def versions(self) -> frozenset[str]:
        return frozenset(version for version in (self.stable, self.canary) if version)


def deploy(now: Traffic, version: str, percent: int) -> Traffic:
    """`version` gets `percent` of the traffic; at 100 it becomes stable. It takes the place of another canary.

    Raises Refused for a share of the stable version: it has no stable version to be compared with.
    """
    if percent == 100:
        return Traffic(stable=version)
    if version == now.stable:
        raise Refused(
            "already_stable",
            f"{version} is the stable version and cannot be its own canary.",
            "Deploy another version, or this one at 100 percent.",
        )
    return Traffic(stable=now.stable, canary=version, percent=percent)


def roll_back(version: str) -> Traffic:
    """`version` gets everything."""
    return Traffic(stable=version)


def kept_warm(before: Traffic, now: Traffic) -> frozenset[str]:
    """The versions whose processes stay: those served now, and those served until now, for an instant way back."""
    return before.versions | now.versions
