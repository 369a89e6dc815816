"""What the asker of a judge server reads when it gets no vote."""

_AGAIN = "Send a new request: a fresh nonce, the time now, and a signature over all of it."
_TROUBLES = {
    "missing_headers": (
        "A question needs the headers {reason}.",
        "Sign timestamp, nonce and body with a key of the ring, and send all four headers.",
    ),
    "invalid_headers": (
        "The header {reason} is not written as expected.",
        "A nonce is 16 to 128 letters, digits, - or _; a timestamp is whole seconds since 1970.",
    ),
    "invalid_body": (
        "The body is no question: {reason}.",
        "Send {{evidence, slo, ts, nonce}}: an evidence document, an SLO document, and what the headers say.",
    ),
    "key.missing": ("The key that signed is not in this judge's ring.", "Give both sides the same keys."),
    "key.retired": ("The key that signed counts no longer.", "Sign with the active key."),
    "sig.mismatch": ("The signature does not fit timestamp, nonce and body.", _AGAIN),
    "clock.skew": ("The timestamp is {reason} s away from this judge's clock.", "Set both clocks; 90 s are accepted."),
    "replay": ("This nonce was used before.", _AGAIN),
    "rbac": (
        "The key {reason} may not ask: it holds no scope judge:run here.",
        "Let rbac.yaml bind a role with judge:run to that key id, under api_tokens.",
    ),
}


def judge_trouble(code: str, reason: str = "") -> tuple[str, str]:
    """Message and hint of a code."""
    message, advice = _TROUBLES[code]
    return message.format(reason=reason), advice.format(reason=reason)
