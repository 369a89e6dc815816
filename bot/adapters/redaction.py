"""Takes secrets out of text before anybody keeps or reads it: deployers' output, logs, error messages."""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

HIDDEN = "[redacted]"

SHORTEST_NAMED = 4
"""Characters. A value whose variable's name speaks of a secret is hidden from this length on."""
SHORTEST_OTHER = 8
"""Characters. Other values that a child may see; shorter ones (`eu`, `prod`, `true`) would blank out plain words."""

_SENSITIVE_NAME = re.compile(
    r"SECRET|TOKENS?(?:$|_)|PASSWORD|PASSWD|PASSPHRASE|PWD|CREDENTIAL|PRIVATE|AUTH(?!OR)|COOKIE|DSN|DATABASE_URL"
    r"|(?:^|_)(?:API)?KEYS?(?:$|_)",
    re.IGNORECASE,
)
_NOT_SECRET = frozenset({"PWD", "OLDPWD", "SSH_AUTH_SOCK"})

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # Whole private keys, also when one end of the block was cut off.
    (
        re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [^\n-]{0,60}-----|\Z)", re.S),
        HIDDEN,
    ),
    (re.compile(r"\A[A-Za-z0-9+/=\s]{1,16384}-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----"), HIDDEN),
    # User and password inside an address.
    (re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]{0,30}://)[^\s/@\"'<>]{1,500}@"), rf"\1{HIDDEN}@"),
    # Slack's one-time addresses.
    (
        re.compile(
            r"(https://[a-z0-9.-]{0,60}slack(?:-gov)?\.com/(?:services|commands|actions|workflows)/)[^\s\"'<>]+"
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"\b(Bearer|Negotiate)(\s{1,5})[A-Za-z0-9._~+/=-]{6,}", re.I), rf"\1\2{HIDDEN}"),
    # "basic" is a plain word as well; credentials in base64 have a capital, a digit or a padding.
    (re.compile(r"\b([Bb]asic|BASIC)(\s{1,5})(?=[a-z+/]{0,200}[A-Z0-9=])[A-Za-z0-9+/]{6,}={0,2}"), rf"\1\2{HIDDEN}"),
    # Tokens that can be told by their shape: Slack's tokens, signatures and trigger ids, then other houses'.
    (re.compile(r"\b(?:xox[a-z](?:\.xox[a-z])?|xapp)-[A-Za-z0-9-]{4,}"), HIDDEN),
    (re.compile(r"\bv0=[0-9a-fA-F]{64}\b"), HIDDEN),
    (re.compile(r"\b\d{6,16}\.\d{6,16}\.[0-9a-f]{16,40}\b"), HIDDEN),
    (re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-|npm_)[A-Za-z0-9_-]{16,}"), HIDDEN),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), HIDDEN),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"), HIDDEN),
)

_FIELD = re.compile(
    r"""
    (?<![A-Za-z0-9])
    (?P<name>
        (?:[A-Za-z0-9_.-]{0,40}[_.-])?
        (?: [a-z]{0,20}secret | [a-z]{0,20}token | passw(?:or)?d | passphrase | pwd
          | (?:api|access|private|signing|secret|client|account|hmac|encryption)[_-]?key
          | credential | signature | cookie | sig | sig_hmac | sig_bound | hmac
          | trigger_id | response_url | authorization )s?
    )
    (?P<between> (?P<quoted>\\?["'])? \s{0,3} [:=] \s{0,3} )
    (?P<value> "(?:[^"\\\n]|\\.)*" | '[^'\n]*' | (?:(?:Bearer|Basic|Negotiate)\ )?\[redacted\] | [^\s,;&"'}\])]+ )
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A field whose name speaks of a secret, as `name=value`, `name: value` or `"name": "value"`."""


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with known secrets, and whatever looks like one, replaced by `[redacted]`.

    `secrets` are found as they are and as they look in JSON, in an address and in base64. Applying it twice changes
    nothing more.
    """
    forms = {form for secret in secrets if secret for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    for pattern, shown in _RULES:
        text = pattern.sub(shown, text)
    return _FIELD.sub(_hide_value, text)


def secrets_of(environ: Mapping[str, str], seen: Iterable[str] = ()) -> frozenset[str]:
    """The values to hide: of every variable whose name speaks of a secret, and of those in `seen`, which a child may
    print. Lines of a value, and strings inside a JSON value, are hidden on their own as well."""
    named = {
        value
        for name, value in environ.items()
        if _SENSITIVE_NAME.search(name) and name not in _NOT_SECRET and len(value) >= SHORTEST_NAMED
    }
    other = {environ[name] for name in seen if len(environ.get(name, "")) >= SHORTEST_OTHER}
    parts = {part for value in named | other for part in _parts(value) if len(part) >= SHORTEST_OTHER}
    return frozenset(named | other | parts)


def _parts(value: str) -> Iterable[str]:
    """What of a value may turn up alone: its lines, and the strings inside when it is JSON (a ring of keys)."""
    yield from value.splitlines()
    try:
        yield from _strings(json.loads(value))
    except (ValueError, RecursionError):
        yield value.removeprefix("hex:").removeprefix("b64:")


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value.removeprefix("hex:").removeprefix("b64:")
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _hide_value(field: re.Match[str]) -> str:
    """The field with its value hidden; what was quoted stays so, and JSON stays JSON."""
    value, between = field["value"], field["between"]
    quote_mark = value[0] if value[0] in "\"'" else '"' if field["quoted"] == '"' else ""
    return f"{field['name']}{between}{quote_mark}{HIDDEN}{quote_mark}"


def _forms(secret: str) -> frozenset[str]:
    raw = secret.encode("utf-8", "surrogateescape")
    return frozenset(
        {
            secret,
            json.dumps(secret)[1:-1],
            json.dumps(secret, ensure_ascii=False)[1:-1],
            quote(raw, safe=""),
            base64.b64encode(raw).decode(),
            base64.b64encode(raw).decode().rstrip("="),
        }
    )
