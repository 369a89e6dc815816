"""The stage file: the contract's fields and words, growing epochs, and `stable` after every tampering."""

import hashlib
import hmac
import json
import stat
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.deployers.stage_examine import Fault
from bot.adapters.deployers.stage_file import (
    StageBelongsElsewhere,
    StageChanged,
    StageMovedOn,
    read_stage,
    verify_stage,
    write_stage,
)
from bot.adapters.deployers.stage_files import StagePaths
from bot.adapters.deployers.stage_manifest import StageBinding, parse_manifest
from bot.adapters.deployers.stage_words import NotAStage, Stage
from bot.adapters.keys.stage import StageKeyMissing, StageKeys
from bot.settings import Settings
from tests.adapters.deployers.conftest import NOON, by_hand, keys_of, restore, snapshot

FULL = StageBinding(
    actor="U01DANA",
    release="R-7",
    service="checkout",
    environment="prod",
    version="v2.1.0",
    percentage=10,
    deployment="R-7-1",
    digest="sha256:0d",
)


def later(binding: StageBinding, **fields: object) -> StageBinding:
    return binding.model_copy(update=fields)


def test_the_manifest_holds_the_contracts_fields(path, keys, clock):
    """Contracts 1.1: names, algorithm, hash and HMAC of the bare token, UTC seconds with Z, sorted keys, indent 2."""
    write_stage(path, "canary", FULL, keys, now=clock)
    text = (path.parent / "desired_stage.manifest.json").read_text()
    manifest = json.loads(text)
    assert path.read_text() == "canary\n"
    assert manifest["token_sha256"] == hashlib.sha256(b"canary").hexdigest()
    assert manifest["sig_hmac"] == hmac.new(b"stage-test-secret", b"canary", hashlib.sha256).hexdigest()
    assert (manifest["key_id"], manifest["algo"]) == ("k1", "HMAC-SHA256")
    assert manifest["generated_at"] == "2025-03-04T12:00:00Z"
    assert text == json.dumps(manifest, sort_keys=True, indent=2) + "\n"


def test_the_manifest_binds_what_the_token_was_written_for(path, keys, clock):
    """Release, service, environment, version, share, actor and deployment are all there, and read back."""
    reading = write_stage(path, "canary", FULL, keys, now=clock)
    assert reading.binding == FULL
    assert read_stage(path, keys, now=clock).binding == FULL


def test_the_files_are_private_and_nothing_else_is_left(path, keys, clock):
    """0600, and no temporary file, journal or other leftover."""
    write_stage(path, "canary", FULL, keys, now=clock)
    names = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in path.parent.iterdir()}
    assert names == {
        "desired_stage.txt": 0o600,
        "desired_stage.manifest.json": 0o600,
        "desired_stage.epoch.json": 0o600,
        "desired_stage.lock": 0o600,
    }


def test_a_reading_tells_stage_hash_and_time(path, keys, clock):
    """Contracts 1.1: stage, sha256, mtime."""
    write_stage(path, "promote", FULL, keys, now=clock)
    reading = read_stage(path, keys, now=clock)
    assert (reading.stage, reading.sha256) == (Stage.PROMOTE, hashlib.sha256(b"promote").hexdigest())
    assert reading.mtime == datetime.fromtimestamp(path.stat().st_mtime, UTC)
    assert not reading.fell_back
    assert not reading.repaired


@pytest.mark.parametrize("word", ["freeze", "", "stable promote", "STABLE", "canary\npromote", "staging"])
def test_only_the_four_words_are_written(word, path, keys):
    """Anything else is refused before a file is touched."""
    with pytest.raises(NotAStage, match="stable, canary, promote and abort"):
        write_stage(path, word, by_hand(), keys)
    assert not path.parent.exists()


@pytest.mark.parametrize("word", ["stable", "canary", "promote", "abort"])
def test_each_word_is_written_and_read(word, path, keys, clock):
    """`abort` included: it is legal to read."""
    write_stage(path, word, by_hand(), keys, now=clock)
    assert read_stage(path, keys, now=clock).stage == word
    assert verify_stage(path, keys, now=clock).sound


def test_a_missing_stage_becomes_stable_without_alarm(path, keys, clock):
    """The very first read of an installation."""
    reading = read_stage(path, keys, now=clock)
    assert (reading.stage, reading.fell_back) == (Stage.STABLE, "")
    assert path.read_text() == "stable\n"
    assert verify_stage(path, keys, now=clock).sound


def test_without_a_key_reading_is_stable_and_touches_nothing(path, keys, clock):
    """Contracts 1.1: read always returns stable."""
    write_stage(path, "promote", by_hand(), keys, now=clock)
    before = snapshot(path.parent)
    assert read_stage(path, None).stage is Stage.STABLE
    assert snapshot(path.parent) == before


def test_without_a_key_nothing_is_written(path):
    """Contracts 1.1: the named error."""
    with pytest.raises(StageKeyMissing, match="stage signing key not configured"):
        write_stage(path, "canary", by_hand(), None)
    with pytest.raises(StageKeyMissing):
        verify_stage(path, None)
    assert not path.parent.exists()


def test_epochs_grow_even_when_the_clock_goes_back(path, keys, clock):
    """Never below the clock, and never below the epoch before."""
    epochs = []
    for step in (0, 0, -3600, 7200):
        clock.turn(timedelta(seconds=step))
        manifest = write_stage(path, "canary", by_hand(), keys, now=clock).manifest
        assert manifest is not None
        epochs.append(manifest.epoch)
    noon = int(NOON.timestamp())
    assert epochs == [noon, noon + 1, noon + 2, noon + 3600]


# --- tampering ---


def write_token(paths: StagePaths, content: bytes) -> None:
    paths.token.write_bytes(content)


def edit(paths: StagePaths, change) -> None:
    """Change the manifest as somebody with an editor would, keeping our layout."""
    manifest = json.loads(paths.manifest.read_text())
    change(manifest)
    paths.manifest.write_text(json.dumps(manifest, sort_keys=True, indent=2) + "\n")


TAMPERINGS = {
    "another legal word": (lambda p: write_token(p, b"promote\n"), Fault.TOKEN_CHANGED),
    "an unknown word": (lambda p: write_token(p, b"freeze\n"), Fault.TOKEN_UNKNOWN),
    "a number": (lambda p: write_token(p, b"0"), Fault.TOKEN_UNKNOWN),
    "two words": (lambda p: write_token(p, b"canary\npromote\n"), Fault.TOKEN_UNKNOWN),
    "an empty file": (lambda p: write_token(p, b""), Fault.TOKEN_UNKNOWN),
    "bytes that are no text": (lambda p: write_token(p, b"\xff\xfe\x00"), Fault.TOKEN_UNKNOWN),
    "a huge file": (lambda p: write_token(p, b"canary\n" * 300_000), Fault.TOKEN_UNKNOWN),
    "a link": (lambda p: (p.token.rename(p.token.with_name("x")), p.token.symlink_to("x")), Fault.TOKEN_UNKNOWN),
    "token removed": (lambda p: p.token.unlink(), Fault.TOKEN_MISSING),
    "manifest removed": (lambda p: p.manifest.unlink(), Fault.MANIFEST_MISSING),
    "manifest emptied": (lambda p: p.manifest.write_text(""), Fault.MANIFEST_UNREADABLE),
    "manifest laid out anew": (
        lambda p: p.manifest.write_text(json.dumps(json.loads(p.manifest.read_text()))),
        Fault.MANIFEST_UNREADABLE,
    ),
    "a field twice": (
        lambda p: p.manifest.write_text(p.manifest.read_text().replace("{\n", '{\n  "key_id": "k0",\n', 1)),
        Fault.MANIFEST_UNREADABLE,
    ),
    "an unknown field": (lambda p: edit(p, lambda m: m.update(note="x")), Fault.MANIFEST_UNREADABLE),
    "no binding, as the source system wrote it": (
        lambda p: edit(p, lambda m: [m.pop(name) for name in ("binding", "epoch", "sig_bound", "stage")]),
        Fault.MANIFEST_UNREADABLE,
    ),
    "another key": (lambda p: edit(p, lambda m: m.update(key_id="k2")), Fault.KEY_UNKNOWN),
    "another algorithm": (lambda p: edit(p, lambda m: m.update(algo="none")), Fault.MANIFEST_UNREADABLE),
    "another stage": (lambda p: edit(p, lambda m: m.update(stage="promote")), Fault.SIGNATURE_WRONG),
    "another hash": (lambda p: edit(p, lambda m: m.update(token_sha256="0" * 64)), Fault.SIGNATURE_WRONG),
    "another token signature": (lambda p: edit(p, lambda m: m.update(sig_hmac="0" * 64)), Fault.SIGNATURE_WRONG),
    "another signature": (lambda p: edit(p, lambda m: m.update(sig_bound="0" * 64)), Fault.SIGNATURE_WRONG),
    "another epoch": (lambda p: edit(p, lambda m: m.update(epoch=m["epoch"] + 1)), Fault.SIGNATURE_WRONG),
    "another time": (lambda p: edit(p, lambda m: m.update(generated_at="2025-03-05T12:00:00Z")), Fault.SIGNATURE_WRONG),
    "a hidden fallback": (lambda p: edit(p, lambda m: m.update(fell_back="x")), Fault.SIGNATURE_WRONG),
    "an earlier deployment": (lambda p: edit(p, lambda m: m.update(earlier=["R-9-1"])), Fault.SIGNATURE_WRONG),
    **{
        f"another {name}": (
            lambda p, n=name, v=value: edit(p, lambda m: m["binding"].update({n: v})),
            Fault.SIGNATURE_WRONG,
        )
        for name, value in {
            "actor": "U0EVE",
            "release": "R-8",
            "service": "other",
            "environment": "dev",
            "version": "v9.9.9",
            "percentage": 99,
            "deployment": "R-8-1",
            "digest": "sha256:0e",
            "expires": "2035-01-01T00:00:00Z",
        }.items()
    },
    "epoch removed": (lambda p: p.epoch.unlink(), Fault.EPOCH_MISSING),
    "epoch raised": (
        lambda p: p.epoch.write_text(p.epoch.read_text().replace('"epoch": 1', '"epoch": 2')),
        Fault.EPOCH_FORGED,
    ),
    "epoch emptied": (lambda p: p.epoch.write_text(""), Fault.EPOCH_FORGED),
    "a forged journal": (
        lambda p: p.journal.write_text(p.manifest.read_text().replace('"canary"', '"promote"')),
        Fault.JOURNAL_FORGED,
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_every_tampering_falls_back_to_stable_and_says_so(name, path, keys, clock):
    """Verify names the fault without touching anything; read sets back, says why, and leaves a sound pair."""
    tamper, fault = TAMPERINGS[name]
    written = write_stage(path, "canary", FULL, keys, now=clock).manifest
    tamper(StagePaths(path))
    before = snapshot(path.parent)
    assert verify_stage(path, keys, now=clock).fault is fault
    assert snapshot(path.parent) == before

    reading = read_stage(path, keys, now=clock)
    assert (reading.stage, reading.fell_back) == (Stage.STABLE, fault)
    assert path.read_text() == "stable\n"
    assert not path.is_symlink()
    assert verify_stage(path, keys, now=clock).sound
    assert written is not None
    assert reading.manifest is not None
    assert reading.manifest.epoch > written.epoch


def test_a_fallback_is_told_until_the_next_write(path, keys, clock):
    """Whoever looks first must not swallow the news."""
    write_stage(path, "canary", FULL, keys, now=clock)
    path.write_text("promote\n")
    for _ in range(2):
        assert read_stage(path, keys, now=clock).fell_back == Fault.TOKEN_CHANGED
    assert write_stage(path, "canary", by_hand(), keys, now=clock).fell_back == Fault.TOKEN_CHANGED
    assert read_stage(path, keys, now=clock).fell_back == ""


def test_an_older_valid_pair_is_refused(path, keys, clock):
    """A captured token and manifest, put back later, do not bring their traffic back."""
    write_stage(path, "promote", by_hand(), keys, now=clock)
    captured = {name: content for name, content in snapshot(path.parent).items() if "epoch" not in name}
    write_stage(path, "stable", by_hand(), keys, now=clock)
    restore(path.parent, captured)
    reading = read_stage(path, keys, now=clock)
    assert (reading.stage, reading.fell_back) == (Stage.STABLE, Fault.REPLAYED)


def test_an_older_pair_is_refused_also_when_the_epoch_note_is_gone(path, keys, clock):
    """Removing our memory does not help; and the next epoch does not reuse a number."""
    write_stage(path, "promote", by_hand(), keys, now=clock)
    captured = snapshot(path.parent)
    clock.turn(timedelta(minutes=1))
    newest = write_stage(path, "stable", by_hand(), keys, now=clock).manifest
    restore(path.parent, captured)
    StagePaths(path).epoch.unlink()
    reading = read_stage(path, keys, now=clock)
    assert (reading.stage, reading.fell_back) == (Stage.STABLE, Fault.EPOCH_MISSING)
    assert newest is not None
    assert reading.manifest is not None
    assert reading.manifest.epoch >= newest.epoch


def test_an_older_journal_is_refused(path, keys, clock):
    """A captured journal is no way round the epoch."""
    write_stage(path, "promote", by_hand(), keys, now=clock)
    captured = StagePaths(path).manifest.read_bytes()
    write_stage(path, "stable", by_hand(), keys, now=clock)
    StagePaths(path).journal.write_bytes(captured)
    reading = read_stage(path, keys, now=clock)
    assert (reading.stage, reading.fell_back) == (Stage.STABLE, Fault.REPLAYED)
    assert not StagePaths(path).journal.exists()


def test_a_pair_of_another_folder_is_refused(tmp_path, path, keys, clock):
    """A genuine pair of a later epoch, copied from another service's stage file, is not ours."""
    other = tmp_path / "other" / "desired_stage.txt"
    write_stage(path, "canary", FULL, keys, now=clock)
    clock.turn(timedelta(hours=1))
    write_stage(other, "promote", by_hand(), keys, now=clock)
    for name in ("desired_stage.txt", "desired_stage.manifest.json"):
        (path.parent / name).write_bytes((other.parent / name).read_bytes())
    reading = read_stage(path, keys, now=clock)
    assert (reading.stage, reading.fell_back) == (Stage.STABLE, Fault.REPLAYED)


def test_a_retired_key_still_reads_and_a_removed_one_does_not(path, keys, clock):
    """Rotation: the new key signs, the old one verifies until it is taken out."""
    new = {"key_id": "k2", "secret": "second-test-secret"}
    both = StageKeys.of(
        Settings.read(
            {"INTERLOCK_STAGE_KEYS": json.dumps([new, {"key_id": "k1", "secret": "stage-test-secret"}])}
        ).stage_ring
    )
    only_new = keys_of({"INTERLOCK_STAGE_KEYS": json.dumps([new])})
    write_stage(path, "canary", by_hand(), keys, now=clock)
    assert read_stage(path, both, now=clock).stage is Stage.CANARY
    assert read_stage(path, only_new, now=clock).fell_back == Fault.KEY_UNKNOWN


def test_a_token_may_expire(path, keys, clock):
    """Written for an hour, it is `stable` after that."""
    binding = StageBinding(actor="U01DANA", expires=NOON + timedelta(hours=1))
    write_stage(path, "canary", binding, keys, now=clock)
    assert read_stage(path, keys, now=clock).stage is Stage.CANARY
    clock.turn(timedelta(hours=1))
    reading = read_stage(path, keys, now=clock)
    assert (reading.stage, reading.fell_back) == (Stage.STABLE, Fault.EXPIRED)


# --- writing on top of what lies there ---


def test_a_start_over_a_changed_file_is_refused_and_sets_it_back(path, keys, clock):
    """Somebody wrote `abort` by hand; our next step does not go over it."""
    write_stage(path, "canary", FULL, keys, now=clock)
    path.write_text("abort\n")
    with pytest.raises(StageChanged) as caught:
        write_stage(path, "promote", later(FULL, deployment="R-7-2"), keys, over_fallback=False, now=clock)
    assert caught.value.reading.fell_back == Fault.TOKEN_CHANGED
    assert path.read_text() == "stable\n"


def test_the_same_deployment_is_written_once(path, keys, clock):
    """A repeated id changes nothing, also after newer ones."""
    write_stage(path, "canary", FULL, keys, now=clock)
    write_stage(path, "stable", later(FULL, deployment="R-7-2", percentage=0), keys, now=clock)
    before = snapshot(path.parent)
    assert write_stage(path, "canary", FULL, keys, now=clock).stage is Stage.STABLE
    assert snapshot(path.parent) == before


def test_a_release_that_went_back_does_not_start_again(path, keys, clock):
    """A worker that was frozen before its write wakes up after the rollback."""
    write_stage(path, "canary", FULL, keys, now=clock)
    write_stage(path, "stable", later(FULL, deployment="R-7-back", percentage=0), keys, now=clock)
    with pytest.raises(StageMovedOn):
        write_stage(path, "promote", later(FULL, deployment="R-7-2", percentage=100), keys, now=clock)
    assert path.read_text() == "stable\n"


def test_within_a_release_the_share_does_not_fall(path, keys, clock):
    """A late order of an earlier step does not take traffic away again; a repeated share may be written."""
    write_stage(path, "canary", later(FULL, percentage=50), keys, now=clock)
    with pytest.raises(StageMovedOn):
        write_stage(path, "canary", later(FULL, percentage=10, deployment="R-7-0"), keys, now=clock)
    write_stage(path, "canary", later(FULL, percentage=50, deployment="R-7-1b"), keys, now=clock)


def test_one_stage_file_serves_one_service(path, keys, clock):
    """A second service on the same path is refused, also its rollback; a person may hand the file over."""
    write_stage(path, "canary", FULL, keys, now=clock)
    foreign = StageBinding(actor="U", service="cart", environment="prod", release="R-8", deployment="R-8-1")
    for word in ("canary", "stable"):
        with pytest.raises(StageBelongsElsewhere, match="checkout@prod"):
            write_stage(path, word, foreign, keys, now=clock)
    assert path.read_text() == "canary\n"
    write_stage(path, "stable", by_hand(), keys, now=clock)
    write_stage(path, "canary", foreign, keys, now=clock)


def test_a_fallback_still_belongs_to_its_service(path, keys, clock):
    """Tampering is no way to take a stage file over."""
    write_stage(path, "canary", FULL, keys, now=clock)
    path.write_text("promote\n")
    binding = read_stage(path, keys, now=clock).binding
    assert binding is not None
    assert (binding.service, binding.environment, binding.deployment) == ("checkout", "prod", "")


def test_earlier_deployments_are_remembered_up_to_a_limit(path, keys, clock):
    """The manifest does not grow for ever."""
    for number in range(30):
        write_stage(path, "canary", later(FULL, deployment=f"d{number}"), keys, now=clock)
    manifest = parse_manifest(StagePaths(path).manifest.read_bytes())
    assert manifest is not None
    assert manifest.earlier == tuple(f"d{number}" for number in range(28, 8, -1))


def test_verifying_a_folder_that_is_not_there_makes_none(path, keys):
    """A look leaves no trace."""
    assert verify_stage(path, keys).fresh
    assert not path.parent.exists()


def test_text_that_json_cannot_carry_is_refused(path, keys, clock):
    """A lone surrogate in a name leaves the files as they were."""
    write_stage(path, "stable", by_hand(), keys, now=clock)
    before = snapshot(path.parent)
    with pytest.raises(ValueError, match="non-UTF-8"):
        write_stage(path, "canary", later(FULL, actor="\ud800"), keys, now=clock)
    assert snapshot(path.parent) == before
