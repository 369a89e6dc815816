"""An archive in an S3 bucket with Object Lock, which believes nothing it has not seen (engines C).

A store that speaks like S3 may accept a wrong checksum, drop the retention, or shorten it later (moto does). So after
every put the object is asked for again, by its version: its mode, its date, its checksum, and its very bytes.
"""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, FlexibleChecksumError, NoCredentialsError

from bot.ports import ArchiveAway, ArchiveRefused, Kept, Parcel

_GONE = frozenset({"404", "NoSuchKey", "NotFound", "NoSuchVersion", "405", "MethodNotAllowed"})
_THERE = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})
_AWAY = frozenset({"SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "500", "503", "Throttling"})
_ROUNDED = timedelta(seconds=1)
"""S3 keeps dates of retention by the second."""

_HINTS = {
    "NoSuchBucket": "There is no bucket {bucket}. Create it with Object Lock enabled.",
    "404": "There is no bucket {bucket}. Create it with Object Lock enabled.",
    "ObjectLockConfigurationNotFoundError": (
        "Bucket {bucket} has no Object Lock, so anybody could delete evidence there. Object Lock is chosen when a "
        "bucket is created: create another one with it."
    ),
    "AccessDenied": (
        "Bucket {bucket} does not let us in. The role needs s3:PutObject, s3:PutObjectRetention, s3:GetObject, "
        "s3:GetObjectVersion, s3:GetObjectRetention and s3:GetBucketObjectLockConfiguration."
    ),
    "InvalidBucketName": "{bucket} is no name of a bucket.",
}


def open_client(region: str | None, endpoint_url: str | None) -> Any:
    """A client with the environment's credentials, which gives up after a while. Raises ArchiveRefused."""
    config = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "max_attempts": 3})
    try:
        return boto3.client("s3", region_name=region, endpoint_url=endpoint_url, config=config)
    except (BotoCoreError, ValueError) as error:
        raise ArchiveRefused("not_addressed", f"S3 cannot be addressed: {error}.") from error


class S3Keeps:
    """A bot.ports.Archive in one bucket. Calls wait for the network: use a thread."""

    def __init__(self, client: Any, bucket: str, prefix: str, mode: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix
        self._mode = mode

    @property
    def place(self) -> str:
        """Bucket and prefix."""
        return f"s3://{self._bucket}/{self._prefix}"

    def check(self) -> None:
        """See whether the bucket has Object Lock. Raises ArchiveRefused, ArchiveAway."""
        answer = self._ask("get_object_lock_configuration")
        if answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") != "Enabled":
            raise self._refused("ObjectLockConfigurationNotFoundError", "")

    def put(self, parcel: Parcel, version: str = "") -> Kept:
        """Write the object unless it is there, then look whether it is kept as it has to be."""
        if version and (held := self._look(parcel, version)) is not None:
            return held
        try:
            answer = self._ask(
                "put_object",
                Key=self._prefix + parcel.name,
                Body=parcel.content,
                ContentType="application/json",
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=_checksum(parcel.content),
                IfNoneMatch="*",
                ObjectLockMode=self._mode,
                ObjectLockRetainUntilDate=parcel.keep_until,
            )
        except _Taken:
            held = self._look(parcel, "")
            if held is None:
                raise ArchiveAway(f"{parcel.name} came and went while it was being written") from None
            return held
        written = str(answer.get("VersionId") or "")
        if not written or written == "null":
            raise ArchiveRefused("no_version", f"{self.place} gave no version id, so versions are not kept there.")
        held = self._look(parcel, written)
        if held is None:
            raise ArchiveRefused("vanished", f"{parcel.name} was written to {self.place} and is not there.")
        return Kept(held.name, held.sha256, held.version, held.keep_until, was_there=False)

    def _look(self, parcel: Parcel, version: str) -> Kept | None:
        """The object as it is kept, None when it is not there. Raises ArchiveRefused when it is not what we want."""
        which = {"Key": self._prefix + parcel.name} | ({"VersionId": version} if version else {})
        try:
            head = self._ask("head_object", ChecksumMode="ENABLED", **which)
        except _Gone:
            return None
        found = str(head.get("VersionId") or "")
        wanted, said = _checksum(parcel.content), head.get("ChecksumSHA256")
        if self._read(which["Key"], found) != parcel.content or said not in (None, wanted):
            raise ArchiveRefused("other_bytes", f"{self.place}{parcel.name} holds something else.")
        if said is None:
            raise ArchiveRefused("no_checksum", f"{self.place}{parcel.name} lies there without its SHA-256.")
        until = head.get("ObjectLockRetainUntilDate")
        if head.get("ObjectLockMode") not in (self._mode, "COMPLIANCE") or not isinstance(until, datetime):
            raise ArchiveRefused("not_locked", f"{self.place}{parcel.name} is not locked as {self._mode}.")
        if until < parcel.keep_until - _ROUNDED:
            ends = f"{until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}, not {parcel.keep_until:%Y-%m-%dT%H:%M:%SZ}"
            raise ArchiveRefused("short", f"{self.place}{parcel.name} is kept until {ends}.")
        return Kept(parcel.name, parcel.sha256, found, until, was_there=True)

    def _read(self, key: str, version: str) -> bytes | None:
        """The bytes of an object; None for some that do not even fit their own checksum. Raises ArchiveAway."""
        answer = self._ask("get_object", Key=key, VersionId=version)
        try:
            content: bytes = answer["Body"].read()
        except FlexibleChecksumError:
            return None
        except (BotoCoreError, OSError) as error:
            raise ArchiveAway(f"{self.place}: {type(error).__name__}") from error
        return content

    def _ask(self, call: str, **values: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client, call)(Bucket=self._bucket, **values)
            return answer
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if call == "put_object" and code in _THERE:
                raise _Taken from error
            if call in ("head_object", "get_object") and code in _GONE:
                raise _Gone from error
            if code in _AWAY:
                raise ArchiveAway(f"{self.place}: {code}") from error
            raise self._refused(code, str(error.response.get("Error", {}).get("Message", ""))) from error
        except NoCredentialsError:
            words = "There are no credentials for S3 here: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a role."
            raise ArchiveRefused("no_credentials", words) from None
        except BotoCoreError as error:  # its message may hold the address with a signature
            raise ArchiveAway(f"{self.place}: {type(error).__name__}") from error

    def _refused(self, code: str, message: str) -> ArchiveRefused:
        words = _HINTS.get(code, f"{self.place} refuses: {code} {message}".strip() + ".")
        return ArchiveRefused(code or "refused", words.format(bucket=self._bucket))


class _Taken(Exception):
    """An object lies there under that name."""


class _Gone(Exception):
    """No object lies there under that name."""


def _checksum(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()
