"""What is wrong with evidence or its seal, in words; a sentence a flaw."""

from collections.abc import Iterator, Sequence

from bot.evidence.document import DocumentFlawed, Flaw
from handlers.cli.exits import Exit

FORGED = frozenset({"integrity.signature_mismatch", "evidence.tampered"})
"""Flaws of documents that can be read: they fail the check, where the others are no evidence at all."""

_SAID = {
    "evidence.not_json": "It is no JSON document as evidence has to be: {detail}.",
    "evidence.not_a_file": "It is {detail}.",
    "evidence.not_there": "There is no evidence at {place}.",
    "evidence.invalid": "{place}: {detail}.",
    "evidence.missing": "The block {place} is missing.",
    "evidence.unknown": "The block {place} is unknown.",
    "evidence.tampered": "It is marked as tampered, so it proves nothing.",
    "integrity.signature_mismatch": "Its blocks do not fit integrity.signature_sha256: something was changed.",
    "manifest.malformed": "{place} is not as Interlock wrote it.",
    "manifest.gone": "{place} was locked and is gone.",
    "manifest.changed": "{place} is not what it was when it was locked.",
    "archive.gone": "{place} was archived and is gone.",
    "archive.changed": "{place} is not what was archived.",
    "index.gone": "{place} is in the index and is gone.",
    "index.changed": "{place} is not what the index says.",
    "index.tampered": "{place} was tampered with: {detail}.",
    "seal.malformed": "The seal is no evidence seal: {place} {detail}",
    "seal.rewritten": "Not a figure was changed, but the {place} is not byte for byte as it was sealed.",
    "seal.signature": "The signature of key {key} does not fit: something that it covers was changed.",
    "seal.key_missing": "Key {key} is not known here, so its signature proves nothing.",
    "seal.key_retired": "Key {key} is retired, or was rotated before this was signed: its signature proves nothing.",
    "seal.unsigned": "A signature is missing that has to be there.",
    "seal.changed": "The block {place} is not what was sealed.",
    "seal.removed": "The block {place} was sealed and is gone.",
    "seal.added": "The block {place} was not there when it was sealed.",
    "seal.old": "It is old evidence: {detail}.",
    "seal.unlinked": "It does not follow from the evidence before it ({place}).",
    "seal.gap": "Evidence before place {place} of the chain is gone: {detail}.",
    "seal.unbound": "It is bound to no release ({place}).",
    "seal.other_subject": "It speaks for something else: {place} is {detail}.",
    "seal.stale": "It is {detail}, and was asked for newer.",
}


def sentence(flaw: Flaw) -> str:
    """One flaw in words, its code behind it."""
    said = _SAID.get(flaw.code.partition(":")[0], "{place} {detail}")
    detail = flaw.detail[:1].lower() + flaw.detail[1:] if flaw.detail[1:2].islower() else flaw.detail
    words = said.format(place=flaw.place, detail=detail, key=flaw.place.removeprefix("signatures."))
    return f"{words.strip()} ({flaw.code})"


def sentences(flaws: Sequence[Flaw]) -> Iterator[str]:
    """Every flaw on a line."""
    return (sentence(flaw) for flaw in flaws)


def document_trouble(flawed: DocumentFlawed) -> tuple[Exit, str, str]:
    """Exit code, code and words of a file that is no sound evidence: 2 for one that was changed, 4 for none at all."""
    forged = all(flaw.code in FORGED for flaw in flawed.flaws)
    return (Exit.FAILED if forged else Exit.INVALID), flawed.flaws[0].code, "\n".join(sentences(flawed.flaws))
