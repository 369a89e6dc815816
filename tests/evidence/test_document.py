"""Evidence documents: what is read, what is refused, and the hashes over them (contracts 1.8)."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.evidence.document import DocumentFlawed, flaws_of, read_document, write_document
from bot.evidence.hashes import block_hashes, content_hash, integrity_hash, tree_of, with_integrity
from bot.evidence.snapshot import CORE, REQUIRED, Snapshot
from tests.evidence.documents import SHA, binding, document, perf, plain


def codes(raw: object) -> set[str]:
    with pytest.raises(DocumentFlawed) as refused:
        read_document(raw if isinstance(raw, bytes) else json.dumps(raw).encode())
    return {one.code for one in refused.value.flaws}


def test_the_integrity_hash_is_the_contract_s() -> None:
    """The hash equals what the source system computes with Python's json over the seven core blocks and those optional
    ones that are not null, whatever the order, the spacing and the kind of number in the file."""
    tree = plain() | {"perf": perf(), "canary": None}
    tree["meta"]["tenant"] = "köln"
    covered = {name: tree[name] for name in (*CORE, "perf")}
    theirs = hashlib.sha256(json.dumps(covered, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    tree["integrity"]["signature_sha256"] = theirs
    shuffled = {name: tree[name] for name in reversed(tree)}

    snapshot = read_document(json.dumps(shuffled, indent=4).encode())

    assert integrity_hash(snapshot) == theirs
    assert flaws_of(snapshot) == ()


def test_the_binding_is_beside_the_contract_s_hash_and_inside_ours() -> None:
    """Tools of the source system still accept a bound document; our content hash covers the binding."""
    one, other = document(binding=binding()), document(binding=binding(2, SHA))
    assert one.integrity == other.integrity == document().integrity
    assert len({content_hash(one), content_hash(other), content_hash(document())}) == 3


def test_what_is_read_is_written_back_as_it_was() -> None:
    """Whole numbers stay whole, absent fields stay absent, null stays null."""
    tree = plain() | {"perf": {"count": 0}, "judges": None}
    assert tree_of(read_document(json.dumps(tree).encode())) == tree
    assert json.dumps(tree_of(read_document(json.dumps(tree).encode()))["rating"]["subtotal"]) == "1.0"


@pytest.mark.parametrize("block", REQUIRED)
def test_a_missing_block_is_named(block: str) -> None:
    """Every required block is required, with the contract's code."""
    tree = plain()
    del tree[block]
    assert codes(tree) == {f"evidence.missing:{block}"}


def test_an_unknown_block_is_refused() -> None:
    """What no judge looks at does not pass along."""
    assert codes(plain() | {"notes": {}}) == {"evidence.unknown:notes"}


HOSTILE: dict[str, Callable[[dict[str, Any]], object]] = {
    "unknown field": lambda tree: tree["budget"].update(mood="fine"),
    "text for a number": lambda tree: tree["witness"].update(rows="1200"),
    "true for a number": lambda tree: tree["witness"].update(rows=True),
    "1 for true": lambda tree: tree["meta"].update(tampered=1),
    "negative rows": lambda tree: tree["witness"].update(rows=-1),
    "other level": lambda tree: tree["budget"].update(level="fine"),
    "no time": lambda tree: tree["meta"].update(generated_at="yesterday"),
    "short hash": lambda tree: tree["witness"].update(csv_sha256="abc"),
    "share above one": lambda tree: tree.update(perf=perf() | {"error_rate": 1.5}),
    "window backwards": lambda tree: tree.update(
        perf=perf() | {"window": {"start": "2026-03-02T10:00:00Z", "end": "2026-03-02T09:00:00Z"}}
    ),
    "second of a chain without a first": lambda tree: tree.update(binding=binding(2, None)),
    "first of a chain with one before": lambda tree: tree.update(binding=binding(1, SHA)),
    "nameless service": lambda tree: tree.update(binding=binding() | {"service": ""}),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_fields_are_strict(case: str) -> None:
    """No kind is converted into another, and no value outside its range is taken."""
    tree = plain()
    HOSTILE[case](tree)
    assert codes(tree) == {"evidence.invalid"}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe{}",
        json.dumps(plain()).encode().replace(b"18.5", b"NaN", 1),
        json.dumps(plain()).encode().replace(b"18.5", b"-Infinity", 1),
        json.dumps(plain()).encode().replace(b"18.5", b"1e999", 1),
        json.dumps(plain()).encode().replace(b'"rows"', b'"rows": 1, "rows"', 1),
        json.dumps(plain()).encode().replace(b"18.5", b"9007199254740993", 1),
        b"[" * 100_000,
    ],
    ids=["empty", "cut", "list", "utf-16", "nan", "inf", "overflow", "key twice", "not exact", "deep"],
)
def test_what_is_not_one_json_object_is_refused(raw: bytes) -> None:
    """Python's json would take NaN and a key that stands twice; evidence does not."""
    assert codes(raw) <= {"evidence.not_json", "evidence.invalid"}


def test_marked_as_tampered_it_proves_nothing() -> None:
    """`tampered: true` is a flaw also when the hash was computed anew over it (the original never read it)."""
    tampered = document(meta=plain()["meta"] | {"tampered": True})
    assert [one.code for one in flaws_of(tampered)] == ["evidence.tampered"]


def test_a_changed_figure_breaks_the_checksum_and_one_block_hash() -> None:
    """The hash of the block that was changed differs, the others do not."""
    before = document(perf=perf())
    after = read_document(write_document(before).replace(b"0.002", b"0.001"))
    assert [one.code for one in flaws_of(after)] == ["integrity.signature_mismatch"]
    assert {name for name, seal in block_hashes(before).items() if block_hashes(after)[name] != seal} == {"perf"}
    assert flaws_of(with_integrity(after)) == ()


def test_the_optional_blocks_are_covered(  # the original's hook hashed the core alone (contracts 1.7)
) -> None:
    """Adding or changing any optional block changes the integrity hash."""
    blocks: dict[str, Any] = {
        "perf": perf(),
        "perf_judge": {"count": 0},
        "judges": {"k": 2, "n": 3, "final": "pass", "votes": []},
        "canary": {"windows": [{"pass": True, "burst": 0, "timestamp_unix": 1.5}]},
        "drift": {"abs_diff": 0.1},
        "saturation": {"cpu_percent": 12},
    }
    seals = {integrity_hash(document(**{name: block})) for name, block in blocks.items()}
    assert len(seals | {integrity_hash(document())}) == len(blocks) + 1


def test_a_document_made_here_reads_as_itself() -> None:
    """Made from blocks instead of read, it is written and read without a difference."""
    made = Snapshot(**{name: getattr(document(), name) for name in REQUIRED})
    assert read_document(write_document(made)) == made
    assert content_hash(made) == content_hash(document())
