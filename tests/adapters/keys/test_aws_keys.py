"""The ring in AWS, against moto. It checks neither rights nor what a parameter takes, so what AWS would refuse is said
by botocore's own stubs, and sizes by ourselves (engines C)."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from bot.adapters.keys.aws import KmsKeys, SsmKeys
from bot.adapters.keys.configured import sources_of
from bot.adapters.keys.errors import KeysMoved, KeysNotWritable, KeysUnusable
from bot.adapters.keys.sources import KeySource
from bot.settings import Settings
from tests.adapters.keys.rings import SECRET, listed, row

NAME, REGION = "/interlock/judge", "ap-northeast-2"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS of the test's own; credentials lead nowhere else."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with mock_aws():
        yield


def source(**environ: str) -> KeySource:
    """The one source of this environment."""
    (found,) = sources_of(Settings.read({"AWS_REGION": REGION, **environ}))
    return found


def parameter(value: str, kind: str = "SecureString", region: str = REGION) -> SsmKeys:
    boto3.client("ssm", region_name=region).put_parameter(Name=NAME, Value=value, Type=kind, Overwrite=True)
    found = source(DECISIONOS_KMS_SSM_PATH=NAME)
    assert isinstance(found, SsmKeys)
    return found


def encrypted(text: str) -> bytes:
    kms = boto3.client("kms", region_name=REGION)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    blob: bytes = kms.encrypt(KeyId=key, Plaintext=text.encode())["CiphertextBlob"]
    return blob


def reason(found: KeySource) -> str:
    with pytest.raises(KeysUnusable) as caught:
        found.load()
    assert SECRET not in f"{caught.value!r} {caught.value} {caught.value.__cause__}"
    return caught.value.reason


def test_a_parameter_is_read_in_the_region_that_is_set() -> None:
    """AWS_REGION decides; in another region there is nothing."""
    found = parameter(listed(row("k1"), row("k2")))
    assert [key.key_id for key in found.load()] == ["k1", "k2"]
    assert reason(SsmKeys("THE_NAME", NAME, "eu-west-1")) == "not_there"


def test_each_failure_of_ssm_has_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """D of 1.13: SSM's failures were silent, and gave an empty ring."""
    assert reason(source(INTERLOCK_KMS_PARAM_PATH="/not/there")) == "not_there"
    assert reason(parameter("[]")) == "malformed"
    assert reason(parameter(listed(row("k1")), kind="String")) == "exposed"
    assert reason(SsmKeys("THE_NAME", NAME, None)) == "unreachable"
    found = parameter(listed(row("k1")))
    for raised, named in (
        (ClientError({"Error": {"Code": "AccessDeniedException", "Message": SECRET}}, "GetParameter"), "denied"),
        (ClientError({"Error": {"Code": "ThrottlingException", "Message": SECRET}}, "GetParameter"), "refused"),
        (EndpointConnectionError(endpoint_url="https://ssm.invalid"), "unreachable"),
    ):
        monkeypatch.setattr(found._ssm, "get_parameter", _raising(raised))
        assert reason(found) == named


def _raising(error: Exception) -> Any:
    def call(**given: object) -> None:
        raise error

    return call


def test_a_parameter_is_changed_as_a_secure_string() -> None:
    """And read back as it was written."""
    found = parameter(listed(row("k1")))
    after = found.change(lambda keys: (*keys, keys[0].model_copy(update={"key_id": "k2"})))
    assert [key.key_id for key in after] == ["k1", "k2"]
    stands = boto3.client("ssm", region_name=REGION).get_parameter(Name=NAME, WithDecryption=True)["Parameter"]
    assert (stands["Type"], stands["Version"]) == ("SecureString", 2)


def test_somebody_who_comes_between_is_noticed() -> None:
    """SSM swaps without comparing; its version number tells."""
    found = parameter(listed(row("k1")))

    def meanwhile(keys: Any) -> Any:
        parameter(listed(row("theirs")))
        return keys

    with pytest.raises(KeysMoved):
        found.change(meanwhile)


def test_what_aws_would_not_take_is_refused_before() -> None:
    """moto takes any size."""
    found = parameter(listed(row("k1")))
    with pytest.raises(KeysUnusable, match="take retired keys out") as caught:
        found.change(lambda keys: (keys[0].model_copy(update={"notes": "x" * 4096}),))
    assert caught.value.reason == "too_large"
    assert [key.key_id for key in found.load()] == ["k1"]


@pytest.mark.parametrize("write", [bytes, base64.b64encode], ids=["bytes", "base64"])
def test_a_file_that_kms_encrypted_is_read_and_changed(tmp_path: Path, write: Any) -> None:
    """With the key that decrypts it; the plain list never lies on the disk."""
    path = tmp_path / "keys.kms"
    path.write_bytes(write(encrypted(listed(row("k1")))))
    path.chmod(0o600)
    found = source(INTERLOCK_JUDGE_KEYS_KMS_FILE=str(path))
    assert [key.key_id for key in found.load()] == ["k1"]
    after = found.change(lambda keys: (keys[0].model_copy(update={"key_id": "k2"}),))
    assert [key.key_id for key in after] == ["k2"]
    assert SECRET.encode() not in path.read_bytes()
    path.write_bytes(b"no ciphertext")
    assert reason(found) in ("refused", "not_there")
    path.chmod(0o644)
    assert reason(found) == "exposed"


def test_ciphertext_in_the_environment_is_read_and_not_changed() -> None:
    """Nobody can write an environment."""
    given = base64.b64encode(encrypted(listed(row("k1")))).decode()
    found = source(INTERLOCK_JUDGE_KEYS_KMS=given)
    assert isinstance(found, KmsKeys)
    assert [key.key_id for key in found.load()] == ["k1"]
    assert not found.writable
    with pytest.raises(KeysNotWritable):
        found.change(lambda keys: keys)
