"""What a request came to; stored under its key, so that a repeated request gets the same answer."""

from pydantic import BaseModel, ConfigDict

from bot.domain.refusal import Refusal


class Outcome(BaseModel):
    """The answer to one request. `release` is empty when none was concerned; `happened` are the kinds of the events it
    caused; `noop` means that nothing was written. A refused request has a `refusal` and nothing happened. `places` are
    the services and environments that a question about no single release may be answered from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: str
    release: str = ""
    noop: bool = False
    happened: tuple[str, ...] = ()
    refusal: Refusal | None = None
    blockers: tuple[Refusal, ...] = ()
    replayed: bool = False
    places: tuple[tuple[str, str], ...] = ()

    @property
    def came_to(self) -> str:
        """In one word, for metrics: the refusal's code, or how it went."""
        if self.refusal is not None:
            return self.refusal.code.value
        return "replayed" if self.replayed else "noop" if self.noop else "accepted"

    @property
    def accepted(self) -> bool:
        """Whether the request went, or with `noop` would go."""
        return self.refusal is None
