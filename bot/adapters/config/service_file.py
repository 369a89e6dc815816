"""services/<name>.yaml -> ServiceConfig: aliases read, SLO files filled in, versions in their canonical spelling."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from bot.adapters.config.folder import Folder
from bot.adapters.config.providers_file import ProviderFiles
from bot.adapters.config.quorum_gate import is_quorum, with_judges
from bot.adapters.config.service_checks import check_channel, check_environment, check_order, check_roles, check_tags
from bot.adapters.config.slo_file import SloFiles
from bot.adapters.config.spelling import canonical, canonical_keys
from bot.domain.service import EnvironmentConfig, GateSpec, LogGate, QuorumGate, ServiceConfig
from bot.domain.versions import TAG_PATTERNS, UnknownVersion, parse_version


@dataclass(frozen=True, slots=True)
class Files:
    """The files that services name, each read once in a pass."""

    slos: SloFiles
    panels: ProviderFiles


Spelled = dict[str, str]
"""Canonical key paths, and how the file writes them."""


def read_service(
    folder: Folder, files: Files, name: str, tags: tuple[str, ...], roles: Collection[str] | None
) -> ServiceConfig | None:
    """The service in one file, or None after complaints. `tags` are the installation's own version patterns, `roles`
    those of rbac.yaml (None: not known, because that file is broken)."""
    data = folder.yaml(name)
    if data is None:
        return None
    data, spelled = _canonical(folder, name, data)
    for key, gate in _raw_gates(data):
        if is_quorum(gate):
            gate["kind"] = "quorum"
        _look_for_slo(folder, files, name, _written(key, spelled), gate)
    if "service" in data and data["service"] != (stem := PurePath(name).stem):
        folder.complain(name, "service", f"the file is called {stem}.yaml; give both the same name")
    config = folder.model(ServiceConfig, data, name, spelled)
    if config is None:
        return None
    for environment, channel in config.channels.items():
        check_channel(folder, name, _written(f"channels.{environment}", spelled), channel)
    check_order(folder, name, config)
    known = tags + tuple(config.tags) + TAG_PATTERNS
    check_tags(folder, name, config.tags)
    finished = {}
    for environment, rules in config.environments.items():
        key = _written(f"environments.{environment}", spelled)
        check_environment(folder, name, key, rules, config.environments)
        if roles is not None:
            check_roles(folder, name, key, rules, roles)
        finished[environment] = _finish(folder, files, name, key, rules, known)
    return config.model_copy(update={"environments": finished})


def _canonical(folder: Folder, name: str, data: dict[str, object]) -> tuple[dict[str, object], Spelled]:
    """The data with canonical environments."""
    renamed = dict(data)
    spelled: Spelled = {}
    for part in ("channels", "environments"):
        if not isinstance(mapping := data.get(part), dict):
            continue
        keys, written, doubled = canonical_keys(mapping)
        renamed[part] = keys
        spelled |= {f"{part}.{key}": f"{part}.{word}" for key, word in written.items() if key != word}
        for word in doubled:
            folder.complain(name, f"{part}.{word}", "names an environment that stands here under another name too")
    if isinstance(environments := renamed.get("environments"), dict):
        for key, rules in environments.items():
            if isinstance(rules, dict) and "follows" in rules:
                environments[key] = rules | {"follows": canonical(rules["follows"])}
    return renamed, spelled


def _written(key: str, spelled: Spelled) -> str:
    environment = ".".join(key.split(".")[:2])
    return spelled.get(environment, environment) + key.removeprefix(environment)


def _raw_gates(data: dict[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    """Every gate that is a mapping, with its key path; SLO files are looked at even when other things are wrong."""
    environments = data.get("environments")
    for environment, rules in (environments if isinstance(environments, dict) else {}).items():
        gates = rules.get("gates") if isinstance(rules, dict) else None
        for index, gate in enumerate(gates if isinstance(gates, list) else ()):
            if isinstance(gate, dict):
                yield f"environments.{environment}.gates[{index}]", gate


def _look_for_slo(folder: Folder, files: Files, name: str, key: str, gate: dict[str, object]) -> None:
    for filled, written in (("slo", "file"), ("judges", "providers")):
        if gate.pop(filled, None) is not None:
            folder.complain(name, f"{key}.{filled}", f"is filled from `{written}`; take it out")
    if gate.get("kind") not in ("slo", "canary", "quorum") or not isinstance(file := gate.get("file"), str):
        return
    if not folder.has(file):
        folder.complain(name, f"{key}.file", f"there is no file {folder.root / file}")
        return
    files.slos.get(file)


def _finish(
    folder: Folder, files: Files, name: str, key: str, rules: EnvironmentConfig, tags: tuple[str, ...]
) -> EnvironmentConfig:
    """The environment with its SLO documents and a canonical baseline."""
    gates = tuple(
        _with_slo(folder, files, name, f"{key}.gates[{index}]", gate) for index, gate in enumerate(rules.gates)
    )
    try:
        baseline = None if rules.baseline is None else parse_version(rules.baseline, tags).text
    except UnknownVersion:
        baseline = None
        folder.complain(name, f"{key}.baseline", "is no version: write vX.Y.Z, or a tag of a declared pattern")
    return rules.model_copy(update={"gates": gates, "baseline": baseline})


def _with_slo(folder: Folder, files: Files, name: str, key: str, gate: GateSpec) -> GateSpec:
    if (
        not isinstance(gate, LogGate | QuorumGate)
        or not folder.has(gate.file)
        or (slo := files.slos.get(gate.file)) is None
    ):
        return gate
    if gate.kind == "quorum":
        return with_judges(folder, files.panels, name, key, gate, slo)
    if gate.kind == "canary" and slo.canary is None:
        folder.complain(name, f"{key}.file", f"{folder.root / gate.file} has no canary block, which this gate reads")
    rules = gate.statistics if gate.kind == "canary" else None
    if rules is not None and rules.mode == "sequential" and not rules.slow_limits(slo):
        reason = f"set slow_ms, or a latency limit in {folder.root / gate.file}: slow requests are counted by it"
        folder.complain(name, f"{key}.statistics.slow_ms", reason)
    if gate.kind == "slo" and slo.blocks == ("canary",):
        folder.complain(
            name, f"{key}.file", f"{folder.root / gate.file} has only a canary block, which this gate leaves out"
        )
    return gate.model_copy(update={"slo": slo})
