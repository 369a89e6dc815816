"""What a judge answered, once it is known to count."""

from dataclasses import dataclass
from typing import Protocol

from bot.evidence.envelope import Envelope
from bot.evidence.question import Question
from bot.evidence.vote import Vote


@dataclass(frozen=True, slots=True)
class Answer:
    """A vote, the key that confirmed it (empty: none was asked for), and its envelope, which proves it to others."""

    vote: Vote
    key_id: str
    envelope: Envelope | None


class Asked(Protocol):
    """A judge that can be asked."""

    async def ask(self, question: Question) -> Answer:
        """Its vote. Raises NoVote."""
        ...
