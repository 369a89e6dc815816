"""What configs/ says."""

from typing import Protocol

from bot.domain.plan import Plan
from bot.domain.rbac import Rbac
from bot.domain.service import ServiceConfig


class Catalogue(Protocol):
    """What configs/ says right now; a broken file keeps the last good one."""

    def services(self) -> tuple[ServiceConfig, ...]: ...
    def service(self, name: str) -> ServiceConfig | None: ...
    def plan(self, service: str, environment: str) -> Plan | None: ...
    def rbac(self) -> Rbac: ...
    def policy(self) -> str:
        """Hash of the rules of rbac.yaml, part of every digest."""
        ...

    def tags(self, service: str) -> tuple[str, ...]:
        """Version tag patterns that count for a service."""
        ...
