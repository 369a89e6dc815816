"""The audit key: made once, kept private, checkable with its public half alone."""

import base64
import stat
import subprocess
import sys

import pytest
from pydantic import SecretStr

from bot.adapters.keys.audit import KEY_FILE, AuditKeyExposed, AuditKeyMalformed, AuditVerifier, open_audit_key

SEED = base64.b64encode(bytes(range(32))).decode()

RACER = """
import sys
from pathlib import Path
from bot.adapters.keys.audit import open_audit_key
sys.stdin.readline()
print(open_audit_key(None, Path(sys.argv[1])).public.key_id)
"""


def test_the_first_use_makes_a_private_file_and_a_public_one(tmp_path):
    """The seed is readable by its owner only, and the public half lies beside it."""
    key = open_audit_key(None, tmp_path)
    path = tmp_path / KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.with_name("audit.ed25519.pub").read_text() == f"{key.public.text}\n"
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["audit.ed25519", "audit.ed25519.pub"]


def test_the_second_use_finds_the_same_key(tmp_path):
    """What was signed yesterday verifies today."""
    signed = open_audit_key(None, tmp_path).sign(b"checkpoint")
    assert open_audit_key(None, tmp_path).verify(b"checkpoint", *signed)


def test_the_variable_goes_before_the_file_and_writes_nothing(tmp_path):
    """A seed from a secret store leaves no trace on the disk."""
    key = open_audit_key(SecretStr(SEED), tmp_path)
    assert key.sign(b"x") == open_audit_key(SecretStr(SEED), tmp_path).sign(b"x")
    assert list(tmp_path.iterdir()) == []


def test_the_public_half_alone_verifies(tmp_path):
    """An auditor needs the .pub file and nothing else."""
    key_id, signature = open_audit_key(None, tmp_path).sign(b"checkpoint")
    verifier = AuditVerifier.parse((tmp_path / "keys/audit.ed25519.pub").read_text())
    assert verifier.verify(b"checkpoint", key_id, signature)
    assert not verifier.verify(b"checkpoint.", key_id, signature)
    assert not verifier.verify(b"checkpoint", "ed25519:0000000000000000", signature)
    assert not verifier.verify(b"checkpoint", key_id, signature[:-4] + "AAA=")
    assert not verifier.verify(b"checkpoint", key_id, "not base64 é")


@pytest.mark.parametrize(
    "text", ["short", base64.b64encode(b"x" * 31).decode(), "é", base64.b64encode(b"x" * 64).decode()]
)
def test_a_malformed_variable_is_a_named_error_that_keeps_it(text, tmp_path):
    """The message names the variable, not its content."""
    with pytest.raises(AuditKeyMalformed, match="INTERLOCK_AUDIT_KEY") as caught:
        open_audit_key(SecretStr(text), tmp_path)
    assert text not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"garbage\n", b"\xff\xfe"])
def test_a_broken_file_is_an_error_and_stays_as_it_is(content, tmp_path):
    """A new key in its place would orphan every signature of the old one."""
    path = tmp_path / KEY_FILE
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(AuditKeyMalformed):
        open_audit_key(None, tmp_path)
    assert path.read_bytes() == content


def test_a_file_that_others_can_read_is_refused(tmp_path):
    """The message says what to run."""
    open_audit_key(None, tmp_path)
    (tmp_path / KEY_FILE).chmod(0o640)
    with pytest.raises(AuditKeyExposed, match="chmod 600"):
        open_audit_key(None, tmp_path)


def test_a_link_in_place_of_the_file_is_refused(tmp_path):
    """Nobody chooses our key by pointing elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text(SEED)
    elsewhere.chmod(0o600)
    path = tmp_path / KEY_FILE
    path.parent.mkdir()
    path.symlink_to(elsewhere)
    with pytest.raises(AuditKeyMalformed, match="plain file"):
        open_audit_key(None, tmp_path)


def test_a_public_file_of_another_key_is_refused(tmp_path):
    """Two halves that do not match would make every audit fail later."""
    open_audit_key(None, tmp_path)
    (tmp_path / KEY_FILE).unlink()
    with pytest.raises(AuditKeyMalformed, match="another key"):
        open_audit_key(None, tmp_path)


def test_processes_that_race_for_the_first_use_end_with_one_key(tmp_path):
    """Several processes start at once on an empty folder; all sign with the same key."""
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    ids = {racer.communicate(timeout=60)[0] for racer in racers}
    assert [racer.returncode for racer in racers] == [0] * 4
    assert len(ids) == 1
    assert len(list((tmp_path / "keys").iterdir())) == 2
