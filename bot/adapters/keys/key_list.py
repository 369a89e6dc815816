"""The ring as it is written down everywhere: a JSON list of keys (contracts 1.13)."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from bot.adapters.keys.errors import KeysUnusable
from bot.settings.credentials import JudgeKey, distinct_judge_keys, parse_list
from bot.settings.mistakes import reason_of

_LIST: TypeAdapter[tuple[JudgeKey, ...]] = TypeAdapter(
    Annotated[tuple[JudgeKey, ...], BeforeValidator(parse_list), AfterValidator(distinct_judge_keys)],
    config=ConfigDict(hide_input_in_errors=True),
)


def read_keys(raw: bytes, source: str) -> tuple[JudgeKey, ...]:
    """The keys in these bytes; at least one, at least one of them active. Raises KeysUnusable, which quotes nothing."""
    try:
        return _LIST.validate_python(raw.decode())
    except UnicodeDecodeError:
        raise KeysUnusable("malformed", source, "is not text in UTF-8.") from None
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        raise KeysUnusable("malformed", source, f"{'; '.join(_said(one) for one in found)}.") from None


def write_keys(keys: Sequence[JudgeKey]) -> bytes:
    """The keys as such a list, a key a line. It holds the secrets: for the source itself, and nothing else."""
    return ("[\n  " + ",\n  ".join(json.dumps(_written(key), ensure_ascii=False) for key in keys) + "\n]\n").encode()


def _written(key: JudgeKey) -> dict[str, Any]:
    kept = key.model_dump(mode="json", exclude_defaults=True, exclude={"secret"})
    return {"key_id": key.key_id, "secret": key.secret.get_secret_value(), "state": key.state} | kept


def _said(found: Any) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in found["loc"]).lstrip(".")
    return f"{place}: {reason_of(found)}" if place else str(reason_of(found))
