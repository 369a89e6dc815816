"""How single environment variables are read; every function raises ValueError without echoing a value."""

import re
import shlex
from base64 import b64decode
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import BeforeValidator, SecretStr

_SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Variable:
    """The environment variables that a setting is read from; the first one that is set wins (design 6)."""

    names: tuple[str, ...]


def variable(*names: str) -> Variable:
    """Marks a setting with its environment variables, the one that wins first."""
    return Variable(names)


def token(prefix: str, kind: str) -> BeforeValidator:
    """Refuses a Slack token of another kind; swapped tokens are the commonest mistake."""

    def check(value: object) -> object:
        if isinstance(value, str) and not value.startswith(prefix):
            raise ValueError(f"is not {kind}: that one begins with {prefix}")
        return value

    return BeforeValidator(check)


def read_api_url(value: str) -> str:
    """The address of a Web API, ending with a slash; without TLS only on this machine."""
    parts = urlsplit(value)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError("must be an address such as https://slack.com/api/")
    if parts.scheme == "http" and not _is_local(parts.hostname):
        raise ValueError("must begin with https://: the token would travel readable; http:// is for this machine only")
    return value if value.endswith("/") else f"{value}/"


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_database_url(value: SecretStr) -> SecretStr:
    """The address with the dialect spelled out; platforms hand over `postgres://`, which SQLAlchemy does not know."""
    scheme, found, rest = value.get_secret_value().partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        scheme = "postgresql+psycopg"
    if scheme not in ("sqlite", "postgresql+psycopg") or not found:
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return SecretStr(f"{scheme}://{rest}")


def read_port(value: object) -> object:
    """A port as digits only; its range is the setting's own rule."""
    if isinstance(value, str) and not re.fullmatch(r"\d{1,5}", value, re.ASCII):
        raise ValueError("must be a port number from 0 (any free one) to 65535")
    return value


def read_arguments(value: object) -> object:
    """A command line as its arguments; it is run without a shell, so what needs one is refused."""
    if not isinstance(value, str):
        return value
    try:
        words = shlex.split(value)
        signs = [word for word in _shell_words(value) if word and set(word) <= set("();<>|&")]
    except ValueError:
        raise ValueError("has a quote that does not close") from None
    if signs:
        raise ValueError(f"runs without a shell, so {signs[0]} has no meaning; put the commands into a script")
    return tuple(words)


def _shell_words(line: str) -> list[str]:
    words = shlex.shlex(line, posix=True, punctuation_chars=True)
    words.commenters = ""
    return list(words)


def read_seed(value: SecretStr) -> SecretStr:
    """The seed of the audit key: 32 bytes in base64."""
    try:
        size = len(b64decode(value.get_secret_value(), validate=True))
    except ValueError:
        size = 0
    if size != _SEED_BYTES:
        raise ValueError(
            f"must be {_SEED_BYTES} random bytes in base64, such as `openssl rand -base64 {_SEED_BYTES}` prints"
        )
    return value


def read_scopes(value: object) -> object:
    """Scopes between commas. A space between them is a mistake: read as one scope, it would deny everything."""
    if not isinstance(value, str):
        return value
    scopes = [scope.strip() for scope in value.split(",")]
    if any(re.search(r"\s", scope) for scope in scopes):
        raise ValueError("must be separated by commas, such as deploy:promote,deploy:abort")
    return tuple(scope for scope in scopes if scope)
