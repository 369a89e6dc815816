"""Mistakes in the configuration, as data and in plain words."""

from dataclasses import dataclass

from pydantic_core import ErrorDetails


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the configuration: the file, the path of the key in it (may be empty), and what is wrong."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.key, self.reason) if part)


class ConfigurationError(ValueError):
    """The configuration cannot be used; `problems` lists every mistake."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


_PLAIN = {
    "missing": "is required",
    "extra_forbidden": "is not a known setting",
    "string_type": "must be text; put it in quotes",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "model_type": "must be a mapping of settings",
    "model_attributes_type": "must be a mapping of settings",
    "dict_type": "must be a mapping",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "union_tag_not_found": "is required",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "union_tag_invalid": "must be one of {expected_tags}",
    "string_pattern_mismatch": "is not written as expected; its pattern is {pattern}",
    "string_too_short": "must not be empty",
    "too_short": "must hold at least {min_length}",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "value_error": "{error}",
}


def reason_of(found: ErrorDetails) -> str:
    """What pydantic found, in plain words and without the value that was found."""
    plain = _PLAIN.get(found["type"])
    return found["msg"] if plain is None else plain.format_map(found.get("ctx", {}))
