"""What must be true at the end of every story, whatever died on the way: everything told once, nothing lost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.adapters.evidence.keys import signers
from bot.adapters.evidence.locking import read_manifest
from bot.adapters.evidence.sealed import check_folder, seals_in
from bot.adapters.keys.audit import open_audit_key
from bot.adapters.slack.messenger import MARK_EVENT
from bot.adapters.store.audit import verify
from bot.adapters.store.store import SqlStore, open_store
from bot.domain.consequences import consequences, rests_on_evidence
from bot.domain.effects import Tell
from bot.domain.fold import apply, replay
from bot.domain.release import Release
from bot.evidence.chain import chain_flaws
from bot.evidence.hashes import content_hash
from bot.views.log import log_entry
from tests.stories.bots import last_words, until
from tests.stories.house import CHANNEL, House

_MAY_COME_AT_ANY_TIME = ("thread_opened", "evidence_recorded", "request_refused", "evidence_sealed")
_LONG = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of the bot: where it stands, and the mark in its metadata."""

    channel: str
    thread: str
    mark: str
    text: str


def posted(house: House) -> list[Posted]:
    """Every message that the bot has posted and that still stands, in the order of posting, channel by channel."""
    state = house.sandbox.core.state
    return [
        Posted(one.channel, one.thread_ts, str(one.metadata["event_payload"]["id"]), one.text)
        for channel in state.channels
        for one in state.in_channel(channel)
        if one.metadata and one.metadata["event_type"] == MARK_EVENT
    ]


async def settled(house: House, state: str, release: str = "R-1") -> None:
    """Wait until a release is in a state and nothing is left to do that is due soon."""
    store = open_store(house.database)
    try:
        await until(lambda: _is_quiet(store, release, state), f"{release} is {state} and nothing is due")
    except AssertionError as error:
        error.add_note(_standing(store, release))
        error.add_note(last_words(house))
        raise
    finally:
        store.close()


def told_once(house: House, release: str = "R-1") -> None:
    """One root; each line of the ledger once, in order, in its thread; each person told once; nothing else."""
    store = open_store(house.database)
    with store.read() as reader:
        found, entries = reader.release(release), reader.entries(release)
    store.close()
    assert found is not None
    lines, notices = [], []
    grown: Release | None = None
    for entry in entries:
        grown = apply(grown, entry)
        if log_entry(found, entry) is not None and entry.event.kind != "release_opened":
            lines.append(f"{release}:{entry.seq}")
        effects = consequences(grown, (entry,), entry.at)
        notices += [f"{release}:{one.task.seq}:{one.task.person}" for one in effects if isinstance(one.task, Tell)]
    every = [one for one in posted(house) if one.mark.startswith(f"{release}:")]
    here = [one for one in every if one.channel == CHANNEL]
    _same("roots", [one.mark for one in here if not one.thread], [f"{release}:card"])
    _same("thread", [one.mark for one in here if one.thread], lines)
    _same("threads", sorted({one.thread for one in here if one.thread}), [found.thread])
    _same("told", sorted(one.mark for one in every if one.channel != CHANNEL), sorted(notices))


def written(house: House, release: str = "R-1") -> list[str]:
    """The kinds of a release's entries, without those that may come at any time or any number of times."""
    store = open_store(house.database)
    with store.read() as reader:
        entries = reader.entries(release)
    store.close()
    assert sum(entry.event.kind == "thread_opened" for entry in entries) == 1
    return [entry.event.kind for entry in entries if entry.event.kind not in _MAY_COME_AT_ANY_TIME]


def whole(house: House, release: str = "R-1") -> None:
    """Every chain and checkpoint of the ledger holds, and the projection is what the events say."""
    store = open_store(house.database)
    report = verify(store, open_audit_key(None, house.folder / "var"))
    with store.read() as reader:
        stored, entries = reader.release(release), reader.entries(release)
    store.close()
    assert report.intact, report
    assert report.checkpoints > 0
    assert stored == replay(entries)


def sealed_once(house: House, release: str = "R-1") -> None:
    """Each decision that rested on evidence has one sealed document, all of them locked, in one chain that holds; and
    the ledger names the newest once for each end."""
    store, key = open_store(house.database), open_audit_key(None, house.folder / "var")
    with store.read() as reader:
        stored, entries = reader.release(release), reader.entries(release)
    store.close()
    folder = house.folder / "var" / "evidence" / release
    checks = [check for _, check in check_folder(folder, signers(None, key))]
    snapshots = [check.snapshot for check in checks if check.sound and check.snapshot is not None]
    assert chain_flaws(snapshots) == []
    decisions = [entry.seq for entry in entries if rests_on_evidence(entry.event)]
    _same("sealed", [one.binding.entry for one in snapshots if one.binding is not None], decisions)
    _same("locked", sorted(one.name for one in folder.glob("evidence-*.json")), sorted(
        [path.name for path in seals_in(folder)] + [line.path for line in read_manifest(folder)]
    ))  # fmt: skip
    named = [entry.event for entry in entries if entry.event.kind == "evidence_sealed"]
    assert len(named) == 1
    assert stored is not None
    assert stored.sealed is not None
    assert stored.sealed.content_sha256 == content_hash(snapshots[-1])


def asked_once(house: House) -> list[str]:
    """What the deployer was asked for, `verb percent` each, after making sure that no id came twice."""
    calls = [line.split() for line in house.deployments()]
    assert [name for name, times in Counter(call[1] for call in calls).items() if times > 1] == []
    return [f"{call[0]} {call[3]}" for call in calls]


def _is_quiet(store: SqlStore, release: str, state: str) -> bool:
    with store.read() as reader:
        found = reader.release(release)
    due = store.next_due()
    quiet = due is None or due > datetime.now(UTC) + _LONG
    return found is not None and found.state.value == state and found.thread is not None and quiet


def _standing(store: SqlStore, release: str) -> str:
    with store.read() as reader:
        found, entries = reader.release(release), reader.entries(release)
    kinds = ", ".join(f"{entry.event.kind} {getattr(entry.event, 'code', '')}" for entry in entries)
    return f"{release} is {found.state.value if found else 'unknown'}; ledger: {kinds}; next due {store.next_due()}"


def _same(what: str, came: Sequence[object], wanted: Sequence[object]) -> None:
    assert came == wanted, f"{what}: {came} instead of {wanted}"
