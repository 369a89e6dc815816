"""A worker's hands for evidence alone: what a road's decisions left to seal and to archive is carried out."""

import os
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from bot.adapters.evidence.keys import signers
from bot.adapters.evidence.sealed import check_folder
from bot.adapters.evidence.vault import FolderVault
from bot.engine.keep import Keep
from bot.engine.later import Later
from bot.evidence.seal import Check, SealSigner
from bot.ports import Claim
from tests.engine.road import Road

_LEASE = timedelta(minutes=5)


def folder_of(road: Road, release: str = "R-1") -> Path:
    """Where a release's evidence lies."""
    return road.core.settings.evidence / release


def keys_of(road: Road) -> Sequence[SealSigner]:
    """What seals and checks here."""
    return signers(None, road.core.audit_key)


def vault_of(road: Road) -> FolderVault:
    """The vault as the composition root makes it."""
    core = road.core
    return FolderVault(core.settings.evidence, partial(keys_of, road), core.clock, core.catalogue.installation)


def keeper(road: Road) -> Keep:
    """The carrier."""
    return Keep(road.core.store, road.core.dispatch, road.core.clock, vault_of(road))


async def keep(road: Road) -> list[str]:
    """Carry out all that is due for evidence, and what follows from it; the kinds, in order."""
    carriers = {"seal_evidence": keeper(road).seal, "archive_evidence": keeper(road).archive}
    done: list[str] = []
    while claims := due(road):
        for claim in claims:
            try:
                await carriers[claim.task.kind](claim)
            except Later as later:
                road.core.store.postpone(claim, later.until, later.why)
            else:
                done.append(claim.task.kind)
    return done


def due(road: Road) -> list[Claim]:
    """Effects for evidence that are due; all others are done with."""
    claims = road.core.store.claim("keeper", road.clock.now(), _LEASE, 100)
    ours = [claim for claim in claims if claim.task.kind in ("seal_evidence", "archive_evidence")]
    for claim in claims:
        if claim not in ours:
            with road.core.store.write() as unit:
                unit.finish(claim)
    if claims and not ours:
        return due(road)
    return ours


def checks(road: Road, release: str = "R-1") -> list[Check]:
    """Every seal of a release's evidence, checked."""
    return [check for _, check in check_folder(folder_of(road, release), keys_of(road))]


def entries_sealed(road: Road, release: str = "R-1") -> list[int | None]:
    """The entries before which evidence was sealed, in the chain's order."""
    found = [check.snapshot for check in checks(road, release) if check.snapshot is not None]
    return [one.binding.entry for one in found if one.binding is not None]


def names(folder: Path) -> list[str]:
    """The visible files of a folder."""
    return sorted(name for name in os.listdir(folder) if not name.startswith("."))
