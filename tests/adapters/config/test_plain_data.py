"""YAML and JSON are read strictly: nothing that two parsers could read differently gets through."""

import pytest

from bot.adapters.config.plain_data import Unreadable, parse_json, parse_yaml, strange_values


def test_yaml_is_version_1_2() -> None:
    """`10:00`, `on` and `no` stay words, as people mean them (design 9: PyYAML reads 600, True and False)."""
    assert parse_yaml("{at: 10:00, on: no, octal: 010}") == {"at": "10:00", "on": "no", "octal": 10}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: 1\nb: 2\na: 3\n", "line 3"),
        ("a: [1, 2\nb: 3\n", "line 2"),
        ("a: b: c\n", "line 1"),
        ("a: \x00\n", "not YAML"),
        ("a: 2026-13-45\n", "not YAML"),
        ("a: *unknown\n", "line 1"),
        ("a: 1\n---\nb: 2\n", "document"),
        ("a: !!python/object:os.system {}\n", "line 1"),
    ],
)
def test_broken_yaml_says_where(text: str, where: str) -> None:
    """Doubled keys, open brackets, tags and NUL bytes are refused with a place."""
    with pytest.raises(Unreadable, match=where):
        parse_yaml(text)


@pytest.mark.parametrize(
    "text", ['{"a": NaN}', '{"a": -Infinity}', '{"a": 1e999}', '{"a": 1, "a": 2}', '{"a": 1', "[" * 99999]
)
def test_json_is_strict(text: str) -> None:
    """NaN, infinities, doubled members and cut files are refused."""
    with pytest.raises(Unreadable):
        parse_json(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a: {b: [x, 2026-11-21]}", "a.b[1]"),
        ("a: .nan", "a"),
        ("a: {1: x}", "a.1"),
        ("a: !!binary aGk=", "a"),
        ("a: &loop [*loop]", "a" + "[0]" * 40),
    ],
)
def test_values_that_are_no_settings_are_found_by_key(text: str, key: str) -> None:
    """Dates, NaN, numbers as keys, binary data and loops have no place in a setting."""
    assert [path for path, _ in strange_values(parse_yaml(text))] == [key]
