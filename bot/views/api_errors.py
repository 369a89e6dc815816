"""What a machine reads when its request was not carried out: a message and a hint for every code of the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.refusal import Code, Refusal
from bot.views.escape import clean
from bot.views.plain import words
from bot.views.refusals import hint, sentence

_SHOWN = 10
_CHECK = "Change it, and send the request again; /docs describes every field."
_TROUBLES = {
    "not_authenticated": (
        "This needs a token of INTERLOCK_API_TOKENS, and none that is known was sent.",
        "Send the header `Authorization: Bearer <id>.<secret>`.",
    ),
    "not_found": ("There is nothing at this address.", "/docs lists every endpoint."),
    "method_not_allowed": ("This address does not take that method.", "The header Allow names those that it takes."),
    "too_large": ("The body is too large.", "Send 1 MB at most; link to long reports instead of sending them."),
    "not_json": ("The body is not JSON in UTF-8: {reason}.", "Send one JSON object, without NaN or Infinity."),
    "not_json_type": ("The body is not marked as JSON.", "Send one JSON object with `Content-Type: application/json`."),
    "key_reused": (
        "This key was used before, for a request that said something else.",
        "Use a new key for a new request; use the same key only to repeat the same one.",
    ),
    "unavailable": (
        "The database does not answer, so nothing is known to have happened.",
        "Send the request again with the same key: the answer tells what was written.",
    ),
    "internal": (
        "Interlock hit an internal problem. It is in the log as {reason}.",
        "Send the request again with the same key; if the problem stays, look into the log.",
    ),
    "refused": ("The request cannot be answered.", "/docs lists every endpoint."),
}
_FIELDS = {
    "missing": "is required",
    "extra_forbidden": "is not a known field",
    "unknown": "is not a known field",
    "window": "must be a time span from an hour to 90 days, such as 24h or 7d",
    "future": "lies in the future; check the clock of the machine that measured",
    "string_type": "must be text",
    "string_unicode": "is not valid Unicode",
    "bool_type": "must be true or false",
    "model_attributes_type": "must be a JSON object",
    "literal_error": "must be {expected}",
    "string_too_long": "may have {max_length} characters at most",
    "string_pattern_mismatch": "is not written as expected; its pattern is {pattern}",
    "int_parsing": "must be a whole number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "value_error": "{error}",
}
UNSEEN = "holds characters that nobody can see: control characters, or marks that turn the reading direction"
ONE_LINE = "must be on one line"
NO_TIME = "must be a moment as RFC 3339 writes it, with its offset, such as 2026-03-03T10:00:00Z"
FAR_TIME = "lies too far away to be true"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A field that cannot be read: its name, pydantic's code for what is wrong, and the numbers that go with it."""

    field: str
    kind: str
    about: Mapping[str, object]
    otherwise: str = ""


def trouble(code: str, reason: str = "") -> tuple[str, str]:
    """Message and hint of a code that no rule of releases gave."""
    message, advice = _TROUBLES[code]
    return message.format(reason=reason), advice


def mistaken(mistakes: Sequence[Mistake]) -> tuple[str, str]:
    """Message and hint for fields that cannot be read, all of them at once."""
    said = [_mistake(one) for one in mistakes[:_SHOWN]]
    more = [f"{len(mistakes) - _SHOWN} more"] if len(mistakes) > _SHOWN else []
    return "; ".join([*said, *more]) + ".", _CHECK


def refused(refusal: Refusal) -> tuple[str, str]:
    """Message and hint of a refusal, without markup. A field goes by the name that it has in the body."""
    if refusal.code is Code.INVALID_INPUT and refusal.detail in _FIELDS:
        return mistaken([Mistake(refusal.subject, refusal.detail, {})])
    return words(sentence(refusal)), words(hint(refusal))


def _mistake(mistake: Mistake) -> str:
    plain = _FIELDS.get(mistake.kind, mistake.otherwise or "cannot be read")
    name = " ".join(clean(mistake.field[:80]).split()) or "the body"
    return f"{name}: {plain.format_map(dict(mistake.about))}"
