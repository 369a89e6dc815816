"""Seals: what they prove, what they refuse, and where they say a change is."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.evidence.keys import PairSeal, PublicSeal, RingSeal
from bot.adapters.keys.audit import AuditKey
from bot.evidence.chain import age_flaws, chain_flaws, follow, link_flaws, order_flaws, subject_flaws
from bot.evidence.document import DocumentFlawed, write_document
from bot.evidence.envelope import Envelope, Signature, read_envelope, write_envelope
from bot.evidence.hashes import content_hash, with_integrity
from bot.evidence.seal import Check, NotBound, SealKey, SealSigner, Standing, check_seal, seal
from bot.evidence.snapshot import Snapshot
from tests.evidence.documents import SHA, binding, document, perf, plain
from tests.evidence.keys import Ring

AT = datetime(2026, 3, 2, 10, 5, tzinfo=UTC)
RING = Ring({"k1": b"one", "k2": b"two"}, "k1")
PAIR = AuditKey(b"\x07" * 32)
BOTH: tuple[SealSigner, ...] = (RingSeal(RING), PairSeal(PAIR))
NAME = "evidence-20260302T100500Z.json"
BOUND = document(perf=perf(), binding=binding())


def sealed(snapshot: Snapshot = BOUND, signers: tuple[SealSigner, ...] = BOTH) -> bytes:
    return write_envelope(seal(snapshot, NAME, signers, AT))


def codes(check: Check) -> set[str]:
    assert check.sound == (not check.flaws)
    return {flaw.code for flaw in check.flaws}


def resigned(raw: bytes, change: bytes, into: bytes, ring: Ring = RING) -> bytes:
    """The envelope with its payload changed and signed again by the ring."""
    payload = read_envelope(raw).payload
    assert change in payload
    changed = Envelope("application/vnd.in-toto+json", payload.replace(change, into), ())
    return write_envelope(replace(changed, signatures=(RingSeal(ring).sign(changed.signed),)))


def test_a_seal_holds_for_everybody_who_has_a_key() -> None:
    """The ring's holder, an auditor with the public half, and who has both; what nobody can check says so."""
    raw, file = sealed(), write_document(BOUND)
    for keys, standings in (
        (BOTH, {Standing.OK}),
        ((RingSeal(RING),), {Standing.OK, Standing.UNCHECKED}),
        ((PublicSeal(PAIR.public),), {Standing.OK, Standing.UNCHECKED}),
    ):
        check = check_seal(raw, keys, file)
        assert check.flaws == ()
        assert check.snapshot == BOUND
        assert {standing for _, standing in check.signatures} == standings


def test_a_statement_names_artifact_and_file() -> None:
    """The subjects are what was built, by its digest, and the document's file, by the hash of its bytes."""
    statement = json.loads(read_envelope(sealed()).payload)
    assert [one["name"] for one in statement["subject"]] == ["checkout@v2.1.0", NAME]
    assert statement["subject"][0]["digest"] == {"sha256": SHA}


def test_any_changed_byte_of_a_seal_is_noticed() -> None:
    """Every single one of them, in signatures, payload and around, with both kinds of key at hand."""
    raw = sealed()
    for place in range(0, len(raw), 3):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        assert not check_seal(changed, BOTH).sound, place


def test_any_changed_byte_of_the_document_is_noticed_and_placed() -> None:
    """Against an intact seal, a change is named by its block, also when the integrity hash was made to fit again."""
    file, raw = write_document(BOUND), sealed()
    for place in range(0, len(file), 5):
        changed = file[:place] + bytes([file[place] ^ 1]) + file[place + 1 :]
        assert not check_seal(raw, BOTH, changed).sound, place
    better = with_integrity(document(perf=perf() | {"error_rate": 0.001}, binding=binding()))
    assert codes(check_seal(raw, BOTH, write_document(better))) == {"seal.changed:perf", "seal.changed:integrity"}
    assert codes(check_seal(raw, BOTH, file.replace(b"  ", b" "))) == {"seal.rewritten"}
    without = document(binding=binding())
    assert "seal.removed:perf" in codes(check_seal(raw, BOTH, write_document(without)))
    more = document(perf=perf(), drift={"abs_diff": 0.0}, binding=binding())
    assert "seal.added:drift" in codes(check_seal(raw, BOTH, write_document(more)))


def test_a_change_inside_the_seal_is_placed() -> None:
    """A payload that does not fit its signature names the block that does not fit its own hash."""
    raw = sealed()
    envelope = read_envelope(raw)
    assert b'"error_rate":0.002' in envelope.payload
    changed = replace(envelope, payload=envelope.payload.replace(b'"error_rate":0.002', b'"error_rate":0.001'))
    found = codes(check_seal(write_envelope(changed), BOTH))
    assert {"seal.signature", "seal.changed:perf", "integrity.signature_mismatch"} <= found


def test_a_signed_again_change_is_still_refused_where_hashes_disagree() -> None:
    """The right key over a document that says against itself helps nothing."""
    again = resigned(sealed(), b'"error_rate":0.002', b'"error_rate":0.001')
    assert "seal.changed:perf" in codes(check_seal(again, (RingSeal(RING),)))


@pytest.mark.parametrize(
    ("ring", "code"),
    [
        (Ring({"k9": b"theirs"}, "k9"), "seal.key_missing"),
        (Ring({"k1": b"theirs"}, "k1"), "seal.signature"),
        (Ring({"k2": b"two"}, "k2"), "seal.key_retired"),
    ],
    ids=["unknown", "same name", "retired"],
)
def test_signing_again_with_a_key_that_does_not_count_is_refused(ring: Ring, code: str) -> None:
    """An unknown key, another secret under a known name, a retired key."""
    ours = Ring({"k1": b"one", "k2": b"two"}, "k1", retired=frozenset({"k2"}))
    raw = sealed(signers=(RingSeal(ring),))
    assert codes(check_seal(raw, (RingSeal(ours),))) == {code, "seal.unsigned"}


def test_grace_holds_for_what_was_signed_before_the_rotation() -> None:
    """Not for what is signed with the old key afterwards."""
    before = Ring(RING.secrets, "k2", grace={"k1": AT + timedelta(seconds=1)})
    after = Ring(RING.secrets, "k2", grace={"k1": AT - timedelta(seconds=1)})
    raw = sealed(signers=(RingSeal(RING),))
    assert check_seal(raw, (RingSeal(before),)).signatures == (("k1", Standing.GRACE),)
    assert codes(check_seal(raw, (RingSeal(after),))) == {"seal.key_retired", "seal.unsigned"}


@pytest.mark.parametrize("left", [0, 1])
def test_a_signature_cannot_be_taken_away(left: int) -> None:
    """Who holds both kinds of key expects both signatures."""
    envelope = read_envelope(sealed())
    raw = write_envelope(replace(envelope, signatures=(envelope.signatures[left],)))
    assert codes(check_seal(raw, BOTH)) == {"seal.unsigned"}


def test_a_signature_cannot_be_added_unseen() -> None:
    """One by an unknown key beside the good ones is not passed over."""
    envelope = read_envelope(sealed())
    raw = write_envelope(replace(envelope, signatures=(*envelope.signatures, Signature("k9", b"x"))))
    assert codes(check_seal(raw, BOTH)) == {"seal.key_missing"}


def test_what_is_tampered_or_unbound_is_not_sealed() -> None:
    """Nor is a document whose own hash does not fit; and a signed one that says `tampered` is refused."""
    with pytest.raises(NotBound):
        seal(document(), NAME, BOTH, AT)
    tampered = document(meta=plain()["meta"] | {"tampered": True}, binding=binding())
    for bad in (tampered, BOUND.model_copy(update={"perf": None})):
        with pytest.raises(DocumentFlawed):
            seal(bad, NAME, BOTH, AT)
    again = resigned(sealed(), b'"tampered":false', b'"tampered":true')
    assert "evidence.tampered" in codes(check_seal(again, (RingSeal(RING),)))


def test_a_missing_block_is_refused_whoever_signed() -> None:
    """A required block that is not in the sealed document is named."""
    payload = json.loads(read_envelope(sealed()).payload)
    del payload["predicate"]["snapshot"]["budget"]
    unsigned = Envelope("application/vnd.in-toto+json", json.dumps(payload).encode(), ())
    raw = write_envelope(replace(unsigned, signatures=(RingSeal(RING).sign(unsigned.signed),)))
    assert codes(check_seal(raw, (RingSeal(RING),))) == {"evidence.missing:budget"}


def test_a_signature_over_something_else_is_no_seal() -> None:
    """The same key signs other things too; the type of the payload keeps them apart."""
    envelope = read_envelope(sealed())
    other = Envelope("application/json", envelope.payload, ())
    raw = write_envelope(replace(other, signatures=(RingSeal(RING).sign(other.signed),)))
    assert codes(check_seal(raw, (RingSeal(RING),))) == {"seal.malformed"}


def next_after(last: Snapshot | None, **blocks: object) -> Snapshot:
    return follow(document(binding=binding(), **blocks), last)


def test_old_evidence_presented_as_new_is_refused() -> None:
    """By its place in the chain, by the hash of the one before, and by its age."""
    first = next_after(None)
    second = next_after(first, perf=perf())
    third = next_after(second)
    assert order_flaws(third, second) == order_flaws(third, first) == []
    assert link_flaws(third, content_hash(second)) == []
    for flaws in (order_flaws(first, second), order_flaws(second, second), link_flaws(second, content_hash(second))):
        assert [one.code for one in flaws] == ["seal.old"]
    assert [one.code for one in link_flaws(second, content_hash(third))] == ["seal.unlinked"]
    forged = next_after(next_after(None, perf=perf() | {"count": 7}))
    assert [one.code for one in order_flaws(forged, first)] == ["seal.unlinked"]
    assert age_flaws(AT, AT + timedelta(minutes=5), timedelta(minutes=5)) == []
    assert [one.code for one in age_flaws(AT, AT + timedelta(minutes=6), timedelta(minutes=5))] == ["seal.stale"]
    assert [one.code for one in age_flaws(AT, AT - timedelta(minutes=2), timedelta(minutes=5))] == ["seal.stale"]


def test_a_chain_has_no_gap() -> None:
    """One that was taken out or exchanged is noticed by those that follow."""
    first = next_after(None)
    second = next_after(first, perf=perf())
    third = next_after(second)
    assert chain_flaws([first, second, third]) == []
    assert [one.code for one in chain_flaws([first, third])] == ["seal.gap"]
    assert [one.code for one in chain_flaws([first, next_after(first), third])] == ["seal.unlinked"]
    assert [one.code for one in chain_flaws([first, document()])] == ["seal.unbound"]


def test_evidence_speaks_for_its_own_release_only() -> None:
    """Asked for another release, version or artifact, it says whose it is."""
    assert subject_flaws(BOUND, {"release": "R-7", "version": "v2.1.0", "artifact": f"sha256:{SHA}"}) == []
    found = subject_flaws(BOUND, {"release": "R-8", "version": "v2.1.0"})
    assert [(one.code, one.place) for one in found] == [("seal.other_subject", "binding.release")]
    assert [one.code for one in subject_flaws(document(), {"release": "R-7"})] == ["seal.unbound"]


def test_no_key_is_no_opinion_about_a_signature() -> None:
    """Without any key every signature is unchecked; callers must not take that for a yes."""
    keys: tuple[SealKey, ...] = ()
    assert {standing for _, standing in check_seal(sealed(), keys).signatures} == {Standing.UNCHECKED}


def test_old_evidence_stays_evidence_when_the_ring_retires_its_key() -> None:
    """A fitting signature by a retired key proves nothing and disproves nothing: the other kind of key decides, and
    must be here to do it."""
    retired = RingSeal(Ring(RING.secrets, "k2", retired=frozenset({"k1"})))
    check = check_seal(sealed(), (retired, BOTH[1]))
    assert check.sound
    assert check.signatures[0] == ("k1", Standing.RETIRED)
    assert codes(check_seal(sealed(), (retired,))) == {"seal.key_retired", "seal.unsigned"}
    other = PairSeal(AuditKey(b"\x09" * 32))
    assert "seal.key_retired" in codes(check_seal(sealed(), (retired, other)))
