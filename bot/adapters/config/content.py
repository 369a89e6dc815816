"""Everything that the configuration folder says, read in one pass and checked across its files."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from os.path import normpath
from pathlib import PurePath

import rfc8785

from bot.adapters.config.folder import Folder
from bot.adapters.config.providers_file import ProviderFiles
from bot.adapters.config.rbac_file import NAME as RBAC
from bot.adapters.config.rbac_file import read_rbac
from bot.adapters.config.service_checks import check_tags
from bot.adapters.config.service_file import Files, read_service
from bot.adapters.config.slo_file import SloFiles
from bot.domain.plan import Plan, plan_from
from bot.domain.rbac import Rbac
from bot.domain.service import ServiceConfig
from bot.settings.installation import Installation
from bot.settings.mistakes import ConfigurationError

INSTALLATION = "interlock.yaml"
SERVICES = "services"


@dataclass(frozen=True, slots=True)
class Content:
    """The folder's content; it replaces an older one as a whole. `plans` are by (service, environment)."""

    installation: Installation
    rbac: Rbac
    policy: str
    services: dict[str, ServiceConfig]
    plans: dict[tuple[str, str], Plan]


def read_content(folder: Folder) -> Content:
    """The content of the folder. Raises ConfigurationError with every problem that was found."""
    installation = _read_installation(folder)
    rbac = read_rbac(folder)
    tags = () if installation is None else installation.tags
    services, broken = _read_services(folder, tags, None if rbac is None else rbac.roles)
    _check_stage_files(folder, services.values())
    if rbac is not None:
        _check_bound_services(folder, rbac, {*services, *broken})
    if folder.problems or installation is None or rbac is None:
        raise ConfigurationError(tuple(folder.problems))
    plans: dict[tuple[str, str], Plan] = {
        (service.service, environment): plan_from(rules)
        for service in services.values()
        for environment, rules in service.environments.items()
    }
    return Content(installation, rbac, policy_of(rbac), services, plans)


def policy_of(rbac: Rbac) -> str:
    """SHA-256 over the rules as canonical JSON (RFC 8785), in hex; comments and layout do not count."""
    return hashlib.sha256(rfc8785.dumps(rbac.model_dump(mode="json"))).hexdigest()


def _read_installation(folder: Folder) -> Installation | None:
    """interlock.yaml, which may be left out: every setting in it has a default."""
    data = folder.yaml(INSTALLATION) if folder.has(INSTALLATION) else {}
    installation = None if data is None else folder.model(Installation, data, INSTALLATION)
    if installation is not None:
        check_tags(folder, INSTALLATION, installation.tags)
    return installation


def _read_services(
    folder: Folder, tags: tuple[str, ...], roles: Collection[str] | None
) -> tuple[dict[str, ServiceConfig], set[str]]:
    """The services by name, and the names of those that could not be read."""
    files = Files(SloFiles(folder), ProviderFiles(folder))
    files.panels.configured()
    services: dict[str, ServiceConfig] = {}
    broken: set[str] = set()
    names = folder.list(SERVICES)
    for name in names:
        if name.endswith(".yml"):
            folder.complain(name, "", "rename it to end with .yaml; it would not be read")
        if not name.endswith(".yaml"):
            continue
        config = read_service(folder, files, name, tags, roles)
        if config is None:
            broken.add(PurePath(name).stem)
        else:
            services[config.service] = config
    if not any(name.endswith((".yaml", ".yml")) for name in names):
        folder.complain(SERVICES, "", "holds no service; add one as services/<name>.yaml")
    return services, broken


def _check_stage_files(folder: Folder, services: Iterable[ServiceConfig]) -> None:
    """No two deployers write one stage file: each would find the other's stage there and take it for a stranger's."""
    owners: dict[str, str] = {}
    for service in services:
        for environment, rules in service.environments.items():
            if rules.deployer.kind != "stage":
                continue
            owner = owners.setdefault(normpath(rules.deployer.path), f"{service.service}@{environment}")
            if owner != f"{service.service}@{environment}":
                key = f"environments.{environment}.deployer.path"
                reason = f"is the stage file of {owner} too; give each its own"
                folder.complain(f"{SERVICES}/{service.service}.yaml", key, reason)


def _check_bound_services(folder: Folder, rbac: Rbac, services: set[str]) -> None:
    for index, binding in enumerate(rbac.bindings):
        for place, service in enumerate(binding.services or ()):
            if service not in services:
                folder.complain(RBAC, f"bindings[{index}].services[{place}]", f"there is no service {service}")
