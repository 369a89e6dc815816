"""The archive in S3, against moto and against a store that is kinder than moto: what it says is never believed."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from bot.adapters.archive.s3 import S3Keeps, open_client
from bot.ports import ArchiveAway, ArchiveRefused, Parcel

BUCKET = "acme-evidence"
UNTIL = datetime(2099, 1, 1, 12, 0, 0, 250_000, tzinfo=UTC)
PARCEL = Parcel("R-1/evidence-1.locked.json", b'{"a": 1}\n', UNTIL)
KEY = f"il/{PARCEL.name}"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """S3 with a bucket that has Object Lock, and one that has not."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
        client.create_bucket(Bucket="plain-bucket")
        yield client


def keeps(client: Any, mode: str = "GOVERNANCE") -> S3Keeps:
    return S3Keeps(client, BUCKET, "il/", mode)


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(ArchiveRefused) as caught:
        work()
    return caught.value.code


@pytest.mark.parametrize("mode", ["GOVERNANCE", "COMPLIANCE"])
def test_an_object_is_locked_checked_and_named_by_its_version(s3: Any, mode: str) -> None:
    """Mode, date, checksum; a second put finds it, with or without the version that the first one gave."""
    archive = keeps(s3, mode)
    archive.check()
    first = archive.put(PARCEL)
    head = s3.head_object(Bucket=BUCKET, Key=KEY, ChecksumMode="ENABLED")
    assert (head["ObjectLockMode"], head["VersionId"]) == (mode, first.version)
    assert abs(head["ObjectLockRetainUntilDate"] - UNTIL) <= timedelta(seconds=1)
    assert base64.b64decode(head["ChecksumSHA256"]) == hashlib.sha256(PARCEL.content).digest()
    assert not first.was_there
    for version in ("", first.version):
        again = archive.put(PARCEL, version)
        assert (again.was_there, again.version) == (True, first.version)
    assert len(s3.list_object_versions(Bucket=BUCKET)["Versions"]) == 1


def test_nothing_is_replaced(s3: Any) -> None:
    """Other bytes under the name, whatever date they have, are a failure and stay."""
    other = Parcel(PARCEL.name, b"other", UNTIL)
    keeps(s3).put(other)
    assert refusal(lambda: keeps(s3).put(PARCEL)) == "other_bytes"
    assert s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == b"other"


def test_a_retention_that_is_too_short_is_a_failure(s3: Any) -> None:
    """Moto lets anybody shorten COMPLIANCE; and an earlier run may have asked for less."""
    archive = keeps(s3, "COMPLIANCE")
    first = archive.put(PARCEL)
    assert refusal(lambda: archive.put(Parcel(PARCEL.name, PARCEL.content, UNTIL + timedelta(days=1)))) == "short"
    shorter = {"Mode": "COMPLIANCE", "RetainUntilDate": UNTIL - timedelta(days=9)}
    s3.put_object_retention(Bucket=BUCKET, Key=KEY, VersionId=first.version, Retention=shorter)
    assert refusal(lambda: archive.put(PARCEL)) == "short"
    assert refusal(lambda: archive.put(PARCEL, first.version)) == "short"


def test_governance_does_not_pass_for_compliance(s3: Any) -> None:
    """The weaker mode under the name is a failure; the stronger one is enough."""
    keeps(s3, "GOVERNANCE").put(PARCEL)
    assert refusal(lambda: keeps(s3, "COMPLIANCE").put(PARCEL)) == "not_locked"
    stronger = Parcel("R-2/x.json", b"x", UNTIL)
    keeps(s3, "COMPLIANCE").put(stronger)
    assert keeps(s3, "GOVERNANCE").put(stronger).was_there


def test_an_object_without_lock_or_checksum_is_a_failure(s3: Any) -> None:
    """Somebody put the very bytes there by hand."""
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=PARCEL.content)
    assert refusal(lambda: keeps(s3).put(PARCEL)) in ("no_checksum", "not_locked")


def test_a_delete_marker_hides_nothing(s3: Any) -> None:
    """By its version the object is still found."""
    first = keeps(s3).put(PARCEL)
    s3.delete_object(Bucket=BUCKET, Key=KEY)
    again = keeps(s3).put(PARCEL, first.version)
    assert (again.was_there, again.version) == (True, first.version)


def test_a_store_that_keeps_other_bytes_is_found_out(s3: Any) -> None:
    """Moto takes a body that does not fit its checksum (engines C), and then says that it fits."""

    def corrupt(params: dict[str, Any], **_: Any) -> None:
        params["body"] = b'{"a": 2}\n'

    s3.meta.events.register("before-call.s3.PutObject", corrupt)
    assert refusal(lambda: keeps(s3).put(PARCEL)) == "other_bytes"


def test_a_store_that_drops_the_lock_is_found_out(s3: Any) -> None:
    """It answered 200, and the object can be deleted."""

    def forget(params: dict[str, Any], **_: Any) -> None:
        for name in [name for name in params["headers"] if name.lower().startswith("x-amz-object-lock")]:
            del params["headers"][name]

    s3.meta.events.register("before-call.s3.PutObject", forget)
    assert refusal(lambda: keeps(s3).put(PARCEL)) == "not_locked"


def test_a_bucket_without_object_lock_is_refused_with_a_hint(s3: Any) -> None:
    """Before anything is sent; so is one that is not there."""
    with pytest.raises(ArchiveRefused, match=r"no Object Lock.*create another one"):
        S3Keeps(s3, "plain-bucket", "", "GOVERNANCE").check()
    with pytest.raises(ArchiveRefused, match="no bucket missing-bucket"):
        S3Keeps(s3, "missing-bucket", "", "GOVERNANCE").check()


def test_a_store_that_does_not_answer_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens there: not a refusal, since it may answer later. Without credentials it is one."""
    client = open_client("us-east-1", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert refusal(S3Keeps(client, BUCKET, "", "GOVERNANCE").check) == "no_credentials"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with pytest.raises(ArchiveAway):
        S3Keeps(open_client("us-east-1", "http://127.0.0.1:9"), BUCKET, "", "GOVERNANCE").check()
    assert refusal(lambda: open_client("us-east-1", "no address")) == "not_addressed"
