"""The evidence document of a release: what its ledger holds, as of one moment."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.domain.evidence import Fact, LogMeasurement, QuorumVotes, Track, TrackSample
from bot.domain.journal import Entry
from bot.domain.release import Release
from bot.domain.service import CanaryGate, QuorumGate, SloGate
from bot.domain.slo import CanaryBlock
from bot.evidence.blocks import Witness
from bot.evidence.canary import deltas_of, track_of, window_between, with_windows
from bot.evidence.compose import new_document, with_blocks
from bot.evidence.counted import Counted
from bot.evidence.harvest import perf_judge_of, perf_of, written
from bot.evidence.judged import judges_in
from bot.evidence.measured import Canary, Perf, PerfJudge, Window
from bot.evidence.snapshot import Binding, Snapshot

PRODUCER = "interlock"


def snapshot_before(release: Release, entry: Entry) -> Snapshot:
    """The document of a release as it stood right before an entry of its stream: what that decision rested on. The same
    entry gives the same document, whoever makes it and when."""
    document = snapshot_of(release, entry.at)
    assert document.binding is not None  # every document of a release is bound to it
    bound = document.binding.model_dump(exclude_unset=True) | {"entry": entry.seq, "entry_hash": entry.hash}
    return document.model_copy(update={"binding": Binding.model_validate(bound)})


def snapshot_of(release: Release, at: datetime, producer: str = PRODUCER) -> Snapshot:
    """The document of a release, bound to it, as the first of a chain; whoever seals it puts it in its place.

    `perf` is the newest measurement of its slo and quorum gates, `perf_judge` the same by the judge log, `canary` every
    kept window of its canary gates with the newest one's tracks, `judges` the newest votes. What nobody measured is
    absent.
    """
    measured = list(_measured(release.facts))
    document = new_document(_witness(measured), release.service, at, _binding(release, at, producer))
    blocks = {
        "perf": _perf(release, measured),
        "perf_judge": _perf_judge(release, measured),
        "canary": _canary(release, measured),
        "judges": judges_in(release.facts),
    }
    return with_blocks(document, {name: block for name, block in blocks.items() if block is not None}, at)


def _binding(release: Release, at: datetime, producer: str) -> Binding:
    return Binding(
        release=release.id,
        service=release.service,
        environment=release.environment,
        version=release.version,
        artifact=release.artifact or None,
        produced_at=written(at),
        producer=producer,
        number=1,
        previous=None,
    )


def _measured(facts: Iterable[Fact]) -> Iterator[LogMeasurement]:
    """Every measurement, those that were made for judges included."""
    for fact in facts:
        if isinstance(fact, LogMeasurement):
            yield fact
        elif isinstance(fact, QuorumVotes) and fact.measured is not None:
            yield fact.measured


def _witness(measured: Iterable[LogMeasurement]) -> Witness:
    """The log that was measured last."""
    newest = max((fact for fact in measured if fact.files), key=lambda fact: fact.observed_at, default=None)
    file = (newest.file_of("canary") or newest.file_of("stable") or newest.files[-1]) if newest else None
    if file is None:
        return Witness(csv_path="", csv_sha256=None, rows=0)
    return Witness(csv_path=file.path, csv_sha256=file.sha256, rows=file.rows)


def _perf(release: Release, measured: Iterable[LogMeasurement]) -> Perf | None:
    gates = {gate.name: gate for gate in release.plan.gates if isinstance(gate, SloGate | QuorumGate)}
    newest = max((fact for fact in measured if fact.gate in gates), key=lambda fact: fact.observed_at, default=None)
    if newest is None:
        return None
    track = gates[newest.gate].track
    return perf_of(Counted(_track(newest, track)), newest.file_of(track), (newest.start, newest.end))


def _perf_judge(release: Release, measured: Iterable[LogMeasurement]) -> PerfJudge | None:
    """The newest measurement of a gate that asks for it: of the judge log, or of the request log where there is none,
    which has no signatures. So judges who are handed the document see what the gate sees."""
    gates = {
        gate.name: gate
        for gate in release.plan.gates
        if isinstance(gate, SloGate | QuorumGate) and gate.slo is not None and gate.slo.reads_signatures
    }
    newest = max((fact for fact in measured if fact.gate in gates), key=lambda fact: fact.observed_at, default=None)
    if newest is None:
        return None
    track = gates[newest.gate].track
    judged = newest.judged_of(track)
    counted = _counted(judged) if judged is not None else Counted(_track(newest, track))
    file = newest.file_of(track, judged=judged is not None)
    return perf_judge_of(counted, file, (newest.start, newest.end))


def _canary(release: Release, measured: Iterable[LogMeasurement]) -> Canary | None:
    gates = {gate.name: gate for gate in release.plan.gates if isinstance(gate, CanaryGate)}
    facts = sorted((fact for fact in measured if fact.gate in gates), key=lambda fact: (fact.start, fact.observed_at))
    if not facts:
        return None
    windows = []
    for fact in facts:
        slo = gates[fact.gate].slo
        limits = slo.canary if slo is not None and slo.canary is not None else CanaryBlock()
        windows.append(window_between(*_pair(fact), fact.start, fact.end, limits, _judged_pair(fact)))
    newest = facts[-1]
    stable, canary = _pair(newest)
    block = Canary(
        control_perf=track_of(stable, newest.file_of("stable")),
        canary_perf=track_of(canary, newest.file_of("canary")),
        deltas=deltas_of(stable, canary, _judged_pair(newest)),
        window=Window(start=written(newest.start), end=written(newest.end)),
    )
    return with_windows(block, windows)


def _pair(fact: LogMeasurement) -> tuple[Counted, Counted]:
    return Counted(_track(fact, "stable")), Counted(_track(fact, "canary"))


def _judged_pair(fact: LogMeasurement) -> tuple[Counted, Counted] | None:
    if fact.stable_judged is None or fact.canary_judged is None:
        return None
    return _counted(fact.stable_judged), _counted(fact.canary_judged)


def _counted(judged: TrackSample) -> Counted:
    return Counted(judged, judged.signature_errors)


def _track(fact: LogMeasurement, track: Track) -> TrackSample:
    return fact.sample_of(track) or TrackSample(count=0, errors=0, unavailable=0)
