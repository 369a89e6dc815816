"""Requests counted in a log: what sources hand over, and evidence blocks are made of."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.evidence import TrackSample


@dataclass(frozen=True, slots=True)
class Counted:
    """Some requests of a log. `flags`: wrong signatures among them, None in a log that has none. `oldest_at` and
    `newest_at`: first and last of them; None without any, and in a log without times."""

    sample: TrackSample
    flags: int | None = None
    oldest_at: datetime | None = None
    newest_at: datetime | None = None

    @property
    def flag_rate(self) -> float | None:
        """Share of wrong signatures, None without requests or in a log that has none."""
        return self.flags / self.sample.count if self.flags is not None and self.sample.count else None
