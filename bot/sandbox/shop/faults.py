"""The builds of the shop that are broken on purpose, and how.

A version is looked up without its build metadata (`v2.2.0+7` is `v2.2.0`). What is not listed is healthy:
one answer in a thousand is an error, and nothing is slow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Fault:
    """`error_rate`: share of answers that are HTTP 500 (0..1). `slowdown`: factor on every latency."""

    error_rate: float
    slowdown: float


HEALTHY = Fault(error_rate=0.001, slowdown=1.0)

FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "v2.2.0": Fault(error_rate=0.15, slowdown=1.0),
        "v2.3.0": Fault(error_rate=0.001, slowdown=1.8),
    }
)


def fault_of(version: str) -> Fault:
    """How this build misbehaves."""
    return FAULTS.get(version.partition("+")[0], HEALTHY)
