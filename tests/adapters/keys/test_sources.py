"""Where the ring comes from: one source, in one order, each failure with its name."""

import json
import os
import stat
from pathlib import Path

import pytest

from bot.adapters.keys.configured import open_ring, sources_of
from bot.adapters.keys.errors import KeysNotWritable, KeysUnusable
from bot.adapters.keys.sources import KeyFile, KeySource
from bot.settings import ConfigurationError, Settings
from tests.adapters.keys.rings import NOW, SECRET, Hands, key_file, listed, row

EVERY = {
    "INTERLOCK_JUDGE_KEYS": listed(row("env")),
    "INTERLOCK_JUDGE_KEYS_FILE": "keys.json",
    "INTERLOCK_KMS_PARAM_PATH": "/interlock/judge",
    "INTERLOCK_JUDGE_KEYS_KMS_FILE": "keys.kms",
    "INTERLOCK_JUDGE_KEYS_KMS": "AQIC",
    "INTERLOCK_JUDGE_HMAC_KEY": SECRET,
}


def sources(environ: dict[str, str]) -> list[str]:
    return [one.name for one in sources_of(Settings.read(environ))]


def why(source: KeySource) -> KeysUnusable:
    with pytest.raises(KeysUnusable) as caught:
        source.load()
    assert SECRET not in f"{caught.value} {caught.value.__cause__} {caught.value.detail}"
    return caught.value


def test_one_order_counts_whatever_is_set_beside_it() -> None:
    """D of 1.13: the document said one order and the code had another. Take the first away, and the next one counts."""
    left = dict(EVERY)
    for name in EVERY:
        assert sources(left) == list(left)
        del left[name]
    assert open_ring(Settings.read({}), Hands().now) is None


def test_keys_of_two_sources_are_never_mixed(tmp_path: Path) -> None:
    """D of 1.13: a later source replaced keys of the same id. Here the first one is the ring, whole."""
    path = key_file(tmp_path / "keys.json", row("env", notes="of the file"), row("file"))
    settings = Settings.read({"INTERLOCK_JUDGE_KEYS": listed(row("env")), "INTERLOCK_JUDGE_KEYS_FILE": str(path)})
    ring = open_ring(settings, Hands().now)
    assert ring is not None
    assert [(key.key_id, key.notes) for key in ring.ring().keys] == [("env", "")]


@pytest.mark.parametrize(
    ("names", "field"),
    [
        (("DECISIONOS_JUDGE_KEYS_FILE",), "judge_keys_file"),
        (("DECISIONOS_KMS_PARAM_PATH", "DECISIONOS_KMS_SSM_PATH"), "judge_keys_parameter"),
        (("DECISIONOS_JUDGE_HMAC_KEY",), "judge_key"),
    ],
)
def test_the_names_of_the_source_system_are_read(names: tuple[str, ...], field: str) -> None:
    """D of 1.13: its document named one variable and its code read another. Both are read, ours before either."""
    for name in names:
        assert getattr(Settings.read({name: "a-value"}), field) is not None
    both = {names[0]: "theirs", EVERY_BY_FIELD[field]: "ours"}
    assert "ours" in _plain(getattr(Settings.read(both), field))


EVERY_BY_FIELD = {
    "judge_keys_file": "INTERLOCK_JUDGE_KEYS_FILE",
    "judge_keys_parameter": "INTERLOCK_KMS_PARAM_PATH",
    "judge_key": "INTERLOCK_JUDGE_HMAC_KEY",
}


def _plain(value: object) -> str:
    return str(value.get_secret_value() if hasattr(value, "get_secret_value") else value)


def test_the_single_key_of_old_is_called_legacy() -> None:
    """It signs, and is as secret as the others."""
    settings = Settings.read({"DECISIONOS_JUDGE_HMAC_KEY": f"hex:{b'one'.hex()}"})
    ring = open_ring(settings, Hands().now)
    assert ring is not None
    key_id, signature = ring.sign(b"x")
    assert (key_id, ring.verify(b"x", "legacy", signature, NOW)) == ("legacy", "ok")
    assert ring.ring().signer.material == b"one"
    assert b"one".hex() in settings.secrets()


def test_a_malformed_single_key_is_a_named_error() -> None:
    """Said at the start, with its variable."""
    with pytest.raises(ConfigurationError, match="DECISIONOS_JUDGE_HMAC_KEY"):
        Settings.read({"DECISIONOS_JUDGE_HMAC_KEY": "hex:no-hex"})


def test_each_way_in_which_a_file_cannot_be_used_has_its_name(tmp_path: Path) -> None:
    """Never an empty ring."""
    file = KeyFile("THE_NAME", tmp_path / "keys.json")
    assert why(file).code == "keys.load_failed:not_there"
    key_file(tmp_path / "keys.json", row("k1")).chmod(0o644)
    assert why(file).code == "keys.load_failed:exposed"
    assert "chmod 600" in str(why(file))
    (tmp_path / "folder").mkdir()
    assert why(KeyFile("THE_NAME", tmp_path / "folder")).code == "keys.load_failed:unreadable"
    for text in ("", "[]", "{}", "nope", listed(row("k1", state="paused")), listed(row("k1", state="retired"))):
        (tmp_path / "keys.json").write_text(text)
        (tmp_path / "keys.json").chmod(0o600)
        problem = why(file)
        assert (problem.code, problem.source) == ("keys.load_failed:malformed", "THE_NAME"), text
    (tmp_path / "keys.json").write_bytes(b"\xff\xfe")
    assert why(file).code == "keys.load_failed:malformed"


def test_a_file_that_is_mounted_as_a_link_is_read(tmp_path: Path) -> None:
    """As orchestrators mount secrets; what the link leads to must be closed to others all the same."""
    key_file(tmp_path / "real.json", row("k1"))
    (tmp_path / "keys.json").symlink_to("real.json")
    file = KeyFile("THE_NAME", tmp_path / "keys.json")
    assert [key.key_id for key in file.load()] == ["k1"]
    (tmp_path / "real.json").chmod(0o604)
    assert why(file).code == "keys.load_failed:exposed"


def test_a_file_is_changed_in_one_step_and_stays_closed(tmp_path: Path) -> None:
    """Under its lock, 0600, with nothing lost of what a key holds."""
    moments = {"rotated_at": "2026-03-01T09:00:00Z", "expires_at": "2026-03-08T09:00:00Z", "created_at": "2026-01-01"}
    file = KeyFile("THE_NAME", key_file(tmp_path / "keys.json", row("k2"), row("k1", state="grace", **moments)))
    before = file.load()
    after = file.change(lambda keys: (keys[1], keys[0]))
    assert after == (before[1], before[0])
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    assert json.loads((tmp_path / "keys.json").read_text())[0] | moments == row("k1", state="grace", **moments)
    with pytest.raises(RuntimeError, match="no"):
        file.change(_refusing)
    assert file.load() == after


def _refusing(keys: object) -> tuple[()]:
    raise RuntimeError("no")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    """As one that is mounted to be read."""
    file = KeyFile("THE_NAME", key_file(tmp_path / "keys.json", row("k1")))
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(KeysNotWritable, match="may not be written"):
            file.change(lambda keys: keys)
    finally:
        tmp_path.chmod(0o700)


def test_the_environment_is_not_written() -> None:
    """Only whoever starts the process can."""
    (source,) = sources_of(Settings.read({"INTERLOCK_JUDGE_KEYS": listed(row("k1"))}))
    assert not source.writable
    with pytest.raises(KeysNotWritable):
        source.change(lambda keys: keys)
