"""`evidence upload` into a bucket, against moto: from the command's words to what lies there."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from bot.adapters.evidence.keys import PairSeal
from bot.adapters.evidence.locking import lock_documents
from bot.adapters.evidence.sealed import write_sealed
from bot.adapters.keys.audit import AuditKey
from handlers.cli.program import run
from tests.evidence.documents import binding, document, perf
from tests.handlers.cli_house import CliHouse

BUCKET = "acme-evidence"
KEYS = (PairSeal(AuditKey(b"\x07" * 32)),)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of evidence with three locked documents, and a bucket; commands run in this process, as moto needs."""
    house = CliHouse(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}")
    more = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in (house.environ | more).items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "var/evidence/R-7"
    for second in range(3):
        made = document(perf=perf(), binding=binding())
        write_sealed(folder, made, KEYS, datetime(2026, 3, 2, 10, 0, second, tzinfo=UTC))
    lock_documents(folder, KEYS, datetime.now(UTC))
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
        boto3.client("s3").create_bucket(Bucket="plain-bucket")
        yield folder.parent
    boto3.DEFAULT_SESSION = None


def upload(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the one object on stdout."""
    code = run(["evidence", "upload", "--prefix", "il/", *words, "--json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, found


def test_locked_evidence_lies_in_the_bucket_and_the_report_says_how(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Documents and seals, by version, under the mode and for the days that were typed; a second run finds them."""
    words = ("--bucket", BUCKET, "--mode", "COMPLIANCE", "--retain-days", "30")
    code, found = upload(capsys, *words)
    assert (code, found["counts"]) == (0, {"uploaded": 6, "skipped": 0, "failed": 0})
    assert (found["mode"], found["bucket"], found["prefix"]) == ("s3", BUCKET, "il/")
    assert found["policy"] == {"mode": "COMPLIANCE", "retention_days": 30.0}
    for line in found["uploaded"]:
        head = boto3.client("s3").head_object(Bucket=BUCKET, Key=f"il/{line['path']}", VersionId=line["version_id"])
        assert head["ObjectLockMode"] == "COMPLIANCE"
        assert 29 <= (head["ObjectLockRetainUntilDate"] - datetime.now(UTC)).days <= 30
    assert json.loads((root / "objectlock-report.json").read_text())["counts"] == found["counts"]
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=f"il/{found['uploaded'][0]['path']}")
    code, again = upload(capsys, *words)
    assert (code, {line["reason"] for line in again["uploaded"]}) == (0, {"there"})
    assert [one["version_id"] for one in again["uploaded"]] == [one["version_id"] for one in found["uploaded"]]


def test_an_upload_that_broke_off_goes_on(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The network ends in the middle: 5, and what was sent by then is in the report and is not sent again."""
    sent: list[str] = []

    def end_after_two(params: dict[str, Any], **_: Any) -> None:
        sent.append(params["url_path"])
        if len(sent) == 3:
            raise EndpointConnectionError(endpoint_url="nowhere")

    session = botocore.session.get_session()
    session.register("before-call.s3.PutObject", end_after_two)
    boto3.setup_default_session(botocore_session=session)
    code, said = upload(capsys, "--bucket", BUCKET)
    assert (code, said["error"]["code"]) == (5, "archive_away")
    assert json.loads((root / "objectlock-report.json").read_text())["counts"]["uploaded"] == 2
    boto3.DEFAULT_SESSION = None
    code, found = upload(capsys, "--bucket", BUCKET)
    assert (code, [line["reason"] for line in found["uploaded"]]) == (0, ["there"] * 2 + ["new"] * 4)


def test_a_bucket_without_object_lock_takes_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """4 and what to do; so is a bucket that is not there. Nothing was sent, and no report says it was."""
    for bucket, words in (("plain-bucket", "create another one with it"), ("missing-bucket", "There is no bucket")):
        code, said = upload(capsys, "--bucket", bucket)
        assert (code, said["error"]["code"]) == (4, "archive_refused")
        assert words in said["error"]["message"]
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket="plain-bucket")
    assert not (root / "objectlock-report.json").exists()
