"""The ring in AWS: a parameter of SSM, and a list that KMS encrypted. boto3 is imported when it is first needed."""

import base64
import binascii
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from bot.adapters.keys.errors import KeysMoved, KeysNotWritable, KeysUnusable
from bot.adapters.keys.key_list import read_keys, write_keys
from bot.adapters.keys.sources import Change, Keys

_NOT_THERE = frozenset({"ParameterNotFound", "ParameterVersionNotFound", "NotFoundException"})
_DENIED = frozenset({"AccessDeniedException", "UnrecognizedClientException", "ExpiredTokenException"})
_LARGEST = {"ssm": 4096, "kms": 4096}
"""Bytes that a standard parameter and one call of KMS take."""


class _Aws:
    def __init__(self, name: str, region: str | None) -> None:
        self.name = name
        self._region = region

    def _client(self, service: str) -> Any:
        """A client that gives up soon: keys are read again anyway."""
        import boto3
        from botocore.config import Config

        config = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "max_attempts": 2})
        return boto3.client(service, region_name=self._region, config=config)

    @contextmanager
    def _named(self, what: str) -> Iterator[None]:
        """What AWS and its library raise, as KeysUnusable with the code that AWS gave and no word more."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            reason = "not_there" if code in _NOT_THERE else "denied" if code in _DENIED else "refused"
            raise KeysUnusable(reason, self.name, f"{what}: AWS answers {code}.") from None
        except BotoCoreError as error:
            raise KeysUnusable("unreachable", self.name, f"{what}: {type(error).__name__}.") from None


class SsmKeys(_Aws):
    """The list in one SecureString parameter."""

    writable = True

    def __init__(self, name: str, parameter: str, region: str | None) -> None:
        super().__init__(name, region)
        self.place = f"SSM {parameter}"
        self._parameter = parameter

    def load(self) -> Keys:
        """The keys in the parameter."""
        return self._get()[0]

    def change(self, change: Change) -> Keys:
        """SSM has no compare-and-swap: its version numbers show afterwards whether somebody else came between."""
        before, version = self._get()
        wanted = write_keys(change(before))
        _fits("ssm", wanted, self.name)
        with self._named(f"writing parameter {self._parameter}"):
            self._ssm.put_parameter(Name=self._parameter, Value=wanted.decode(), Type="SecureString", Overwrite=True)
        after, now = self._get()
        if now != version + 1 or write_keys(after) != wanted:
            raise KeysMoved
        return after

    @cached_property
    def _ssm(self) -> Any:
        return self._client("ssm")

    def _get(self) -> tuple[Keys, int]:
        with self._named(f"reading parameter {self._parameter}"):
            found = self._ssm.get_parameter(Name=self._parameter, WithDecryption=True)["Parameter"]
        if found["Type"] != "SecureString":
            raise KeysUnusable("exposed", self.name, f"parameter {self._parameter} is not a SecureString.")
        return read_keys(found["Value"].encode(), self.name), int(found["Version"])


class KmsKeys(_Aws):
    """A list that KMS encrypted: `read` gives the ciphertext, `write` takes the new one where there is a file to put
    it into. The key that decrypts it encrypts it again."""

    def __init__(
        self,
        name: str,
        place: str,
        region: str | None,
        read: Callable[[], bytes],
        write: Callable[[Callable[[], bytes]], None] | None = None,
    ) -> None:
        super().__init__(name, region)
        self.place = place
        self.writable = write is not None
        self._read = read
        self._write = write

    def load(self) -> Keys:
        """The keys in the plaintext."""
        return self._decrypt()[0]

    def change(self, change: Change) -> Keys:
        """Under the file's lock."""
        if self._write is None:
            raise KeysNotWritable(KeysNotWritable.__doc__)
        self._write(lambda: self._encrypted(change))
        return self.load()

    @cached_property
    def _kms(self) -> Any:
        return self._client("kms")

    def _decrypt(self) -> tuple[Keys, str]:
        ciphertext = _bare(self._read())
        with self._named("decrypting"):
            found = self._kms.decrypt(CiphertextBlob=ciphertext)
        return read_keys(found["Plaintext"], self.name), str(found["KeyId"])

    def _encrypted(self, change: Change) -> bytes:
        before, key = self._decrypt()
        wanted = write_keys(change(before))
        _fits("kms", wanted, self.name)
        with self._named("encrypting"):
            ciphertext: bytes = self._kms.encrypt(KeyId=key, Plaintext=wanted)["CiphertextBlob"]
        return base64.b64encode(ciphertext) + b"\n"


def _bare(ciphertext: bytes) -> bytes:
    """Ciphertext as bytes: AWS's command line prints base64, its library gives bytes."""
    try:
        return base64.b64decode(ciphertext.strip(), validate=True)
    except (ValueError, binascii.Error):
        return ciphertext


def _fits(service: str, wanted: bytes, source: str) -> None:
    if len(wanted) > _LARGEST[service]:
        detail = f"{len(wanted)} bytes are more than it takes ({_LARGEST[service]}); take retired keys out of the list."
        raise KeysUnusable("too_large", source, detail)
