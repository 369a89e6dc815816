"""Rules of a quorum gate across files: as many judges as are asked, and no fewer than the SLO file wants."""

from bot.adapters.config.folder import Folder
from bot.adapters.config.providers_file import ProviderFiles
from bot.domain.service import Provider, QuorumGate
from bot.domain.slo import SloDocument


def is_quorum(gate: dict[str, object]) -> bool:
    """Whether a gate as written is judged by several judges: one of that kind, or an slo gate that names a quorum."""
    return gate.get("kind") == "quorum" or (gate.get("kind") == "slo" and "quorum" in gate)


def with_judges(
    folder: Folder, panels: ProviderFiles, name: str, key: str, gate: QuorumGate, slo: SloDocument
) -> QuorumGate:
    """The gate with its SLO document and its judges, or as it was after complaints."""
    if slo.blocks == ("quorum",):
        reason = f"{folder.root / gate.file} has only a quorum block, so judges would have nothing to judge"
        folder.complain(name, f"{key}.file", reason)
    if slo.quorum is not None and gate.rule.is_weaker_than(slo.quorum):
        asked = f"{slo.quorum.k}/{slo.quorum.n}"
        folder.complain(name, f"{key}.quorum", f"is weaker than the {asked} of {folder.root / gate.file}")
    judges = _judges(folder, panels, name, key, gate)
    return gate.model_copy(update={"slo": slo, "judges": judges})


def _judges(folder: Folder, panels: ProviderFiles, name: str, key: str, gate: QuorumGate) -> tuple[Provider, ...]:
    if not folder.has(gate.providers):
        folder.complain(name, f"{key}.providers", f"there is no file {folder.root / gate.providers}; name judges there")
        return ()
    judges = panels.get(gate.providers)
    if judges and len(judges) != gate.rule.n:
        reason = f"asks {gate.rule.n} judges, and {folder.root / gate.providers} names {len(judges)}"
        folder.complain(name, f"{key}.quorum", reason)
    return judges
