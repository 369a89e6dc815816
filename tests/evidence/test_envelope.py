"""DSSE envelopes and in-toto statements, against the published vector, schema and samples."""

import base64
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from bot.evidence.document import DocumentFlawed
from bot.evidence.envelope import Envelope, Signature, pae, parse_envelope, read_envelope, write_envelope
from bot.evidence.statement import test_result as result_of_tests
from tests.evidence.documents import SHA

VENDOR = Path(__file__).resolve().parents[3] / "shared" / "vendor" / "attestation"
needs_vendor = pytest.mark.skipif(not VENDOR.is_dir(), reason="the vendors' samples are not beside this repository")
ONE = Envelope("text/plain", b"hello", (Signature("k1", b"\x01\x02"),))


def vendor(name: str) -> Any:
    return json.loads((VENDOR / name).read_text())


@needs_vendor
def test_the_published_vector_verifies() -> None:
    """Our encoding of type and payload is the one that the vector's ECDSA key signed; another type is refused."""
    vector = vendor("dsse.test-vector.json")
    envelope = parse_envelope(json.dumps(vector["envelope"]).encode())
    assert envelope.signed == vector["pae"].encode()
    key = ec.EllipticCurvePublicNumbers(int(vector["key"]["x"]), int(vector["key"]["y"]), ec.SECP256R1()).public_key()
    raw = envelope.signatures[0].sig
    signature = utils.encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key.verify(signature, envelope.signed, ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(signature, pae("http://example.com/HelloWorl", envelope.payload), ec.ECDSA(hashes.SHA256()))


@needs_vendor
def test_our_envelopes_fit_the_schema() -> None:
    """Field by field, and nothing else."""
    jsonschema.Draft4Validator(vendor("dsse.envelope.schema.json")).validate(json.loads(write_envelope(ONE)))


def test_type_and_payload_cannot_run_into_each_other() -> None:
    """Lengths are part of what is signed."""
    assert pae("a", b"b c") != pae("a b", b"c")
    assert pae("t", b"") == b"DSSEv1 1 t 0 "


def test_an_envelope_reads_as_it_was_written() -> None:
    assert read_envelope(write_envelope(ONE)) == ONE


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(b"\n ", b"\n  ", 1),
        lambda raw: raw.rstrip(),
        lambda raw: raw.replace(b'"AQI="', b'"AQJ="'),
        lambda raw: raw.replace(b'"AQI="', b'"A-I="'),
        lambda raw: raw.replace(b'"k1"', b'"k1", "keyid": "k2"'),
        lambda raw: raw.replace(b'"keyid"', b'"key"'),
        lambda raw: json.dumps(json.loads(raw) | {"signatures": []}).encode(),
        lambda raw: json.dumps(json.loads(raw) | {"note": ""}).encode(),
        lambda raw: b"[]",
    ],
    ids=["spaces", "end", "unused bits", "url base64", "two ids", "other name", "unsigned", "more", "list"],
)
def test_an_envelope_has_one_spelling(change: Any) -> None:
    """Also where JSON or base64 would read the same."""
    raw = write_envelope(ONE)
    assert change(raw) != raw
    with pytest.raises(DocumentFlawed):
        read_envelope(change(raw))


@needs_vendor
def test_a_test_result_has_the_fields_of_the_sample() -> None:
    """Same fields at every level as the published test-result, and a result that follows from the lists."""
    sample = vendor("test-result.v0.1.sample.json")
    ours = json.loads(result_of_tests({"checkout": SHA}, {"slo.json": SHA}, ["a"], [], []))
    assert ours.keys() == sample.keys()
    assert ours["predicate"].keys() == sample["predicate"].keys() - {"url"}
    assert (ours["_type"], ours["predicateType"]) == (sample["_type"], sample["predicateType"])


@pytest.mark.parametrize(
    ("passed", "warned", "failed", "result"),
    [
        (["a"], [], [], "PASSED"),
        (["a"], ["b"], [], "WARNED"),
        (["a"], ["b"], ["c"], "FAILED"),
        ([], [], [], "FAILED"),
    ],
)
def test_nothing_tested_is_no_pass(passed: list[str], warned: list[str], failed: list[str], result: str) -> None:
    """A result needs something that was tested."""
    ours = json.loads(result_of_tests({"x": SHA}, {}, passed, warned, failed))
    assert ours["predicate"]["result"] == result


def test_base64_is_padded() -> None:
    """As the standard alphabet has it, so that every DSSE library reads it."""
    assert json.loads(write_envelope(ONE))["payload"] == base64.b64encode(b"hello").decode()
