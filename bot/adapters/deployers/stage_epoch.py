"""The highest epoch that a stage file has had, kept apart from it so that an older pair cannot come back."""

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.adapters.deployers.stage_manifest import render
from bot.adapters.keys.stage import StageKeys


class EpochNote(BaseModel):
    """The epoch file as stored: the number, and our signature over it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epoch: int = Field(ge=1)
    key_id: str
    sig: str

    def render(self) -> bytes:
        """The note's only legal spelling."""
        return render(self.model_dump(mode="json"))


def seal_epoch(epoch: int, keys: StageKeys) -> bytes:
    """The epoch file's content."""
    key_id, signature = keys.sign(_signed_part(epoch))
    return EpochNote(epoch=epoch, key_id=key_id, sig=signature).render()


def open_epoch(content: bytes, keys: StageKeys) -> int | None:
    """The epoch that we wrote, or None for a file that is not ours."""
    try:
        note = EpochNote.model_validate_json(content)
    except ValidationError:
        return None
    genuine = note.render() == content and keys.verify(_signed_part(note.epoch), note.key_id, note.sig)
    return note.epoch if genuine else None


def _signed_part(epoch: int) -> bytes:
    return rfc8785.dumps({"purpose": "interlock stage epoch", "epoch": epoch})
