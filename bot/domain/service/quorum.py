"""The quorum gate: several judges look at the evidence of a release, and enough of them have to agree."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.domain.duration import Span
from bot.domain.evidence import Track
from bot.domain.quorum import Quorum, parse_quorum
from bot.domain.service.gates import PolledGate
from bot.domain.service.judges import Provider
from bot.domain.slo import SloDocument

PROVIDERS_FILE = "providers.yaml"


def _checked(written: str) -> str:
    return str(parse_quorum(written))


class QuorumGate(PolledGate):
    """Votes of several judges on the evidence of the release (contracts 1.12)."""

    kind: Literal["quorum"]
    file: str = Field(description="SLO file that the judges apply, relative to the configuration folder.")
    quorum: Annotated[str, AfterValidator(_checked)] = Field(description="How many must pass, of how many: `2/3`.")
    providers: str = Field(default=PROVIDERS_FILE, description="File that names the judges.")
    source: str | None = Field(
        default=None, description="Source that is measured for the judges; else what the other gates measured."
    )
    track: Track = Field(default="stable", description="Which track of the source is measured.")
    window: Span = Field(default=timedelta(minutes=5), description="How much of the log is judged, up to now.")
    deadline: Span = Field(default=timedelta(seconds=10), description="How long all judges have together.")
    slo: SloDocument | None = Field(default=None, exclude=False, description="Filled from `file` when read.")
    judges: tuple[Provider, ...] = Field(default=(), description="Filled from `providers` when read.")

    @property
    def rule(self) -> Quorum:
        """The quorum as numbers."""
        return parse_quorum(self.quorum)

    @property
    def fail_closed(self) -> bool:
        """Whether a judge that does not vote keeps the gate shut, as the SLO file says; without a word of it, yes."""
        block = self.slo.quorum if self.slo is not None else None
        return block is None or block.fail_closed_on_degrade

    @property
    def looks_back(self) -> timedelta:
        """The window that is measured; zero where nothing is."""
        return self.window if self.source is not None else timedelta(0)
