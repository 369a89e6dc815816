"""Keys of clients: a request that is repeated under its key happens once, and a key stands for one request alone.

Dispatch already answers a key that it has seen with the stored outcome, in the transaction that decides. Its keys
carry the token's id here, so that two machines cannot meet under one. What Dispatch cannot tell is whether the
repetition says the same: so before a key is used, it is bound to a fingerprint of what the request says, by the store's
only write that the first one wins on both databases (`Unit.remember`, insert or refuse). Bound but not yet decided, as
after a crash between the two, the same request goes on as if it were new, and another one is still refused.
"""

import hashlib
import json

from bot.app import Core
from bot.domain.actor import Actor
from bot.domain.outcome import Outcome
from bot.ports import StaleCopy
from handlers.api.errors import error


def own_key(core: Core, actor: Actor, key: str, says: object) -> str:
    """The key as Dispatch knows it; empty without one. `says` is the whole request as JSON would write it.
    Raises ApiError 409 when the key stands for another request. Blocking: call it in the store's threads."""
    if not key:
        return ""
    fingerprint = hashlib.sha256(json.dumps(says, sort_keys=True).encode()).hexdigest()
    if _bound_to(core, f"http-says:{actor.id}:{key}", fingerprint) != fingerprint:
        raise error(409, "key_reused")
    return f"http:{actor.id}:{key}"


def _bound_to(core: Core, name: str, fingerprint: str) -> str:
    """The fingerprint that a key stands for: this one, unless another was first."""
    with core.store.read() as reader:
        bound = reader.outcome(name)
    if bound is None:
        try:
            with core.store.write() as unit:
                bound = unit.outcome(name)
                if bound is None:
                    bound = Outcome(action=fingerprint)
                    unit.remember(name, bound, core.clock.now())
        except StaleCopy:  # somebody else was faster
            with core.store.read() as reader:
                bound = reader.outcome(name)
    return bound.action if bound else ""
