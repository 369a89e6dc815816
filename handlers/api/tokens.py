"""Who calls: `Authorization: Bearer <id>.<secret>`, compared in constant time against the hashes of the settings."""

import hashlib
from collections.abc import Sequence
from hmac import compare_digest

from bot.domain.actor import Actor, ActorKind
from bot.settings.credentials import ApiToken
from handlers.api.errors import ApiError, error


def authenticate(headers: Sequence[str], tokens: Sequence[ApiToken]) -> Actor:
    """The machine behind the Authorization headers of a request (there must be one). Raises ApiError 401.

    Every known token is compared in full, so that an unknown id takes as long as a wrong secret.
    """
    if len(headers) != 1:
        raise _unknown()
    scheme, _, credentials = headers[0].partition(" ")
    name, _, secret = credentials.strip().encode("latin-1").partition(b".")
    digest = hashlib.sha256(secret).hexdigest().encode()
    found: Actor | None = None
    for token in tokens:
        same = compare_digest(token.id.encode(), name) & compare_digest(token.sha256.encode(), digest)
        found = Actor(kind=ActorKind.TOKEN, id=token.id) if same else found
    if found is None or scheme.lower() != "bearer":
        raise _unknown()
    return found


def _unknown() -> ApiError:
    return error(401, "not_authenticated", headers={"WWW-Authenticate": 'Bearer realm="interlock"'})
