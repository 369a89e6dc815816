"""A message as views make it and messengers send it: complete plain text, and blocks."""

from dataclasses import dataclass

Block = dict[str, object]
"""One Block Kit block; JSON at the edge of the system, so a plain mapping."""


@dataclass(frozen=True, slots=True)
class Message:
    """`text` says everything by itself (screen readers, push); `blocks` say it for the eye."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Modal:
    """A form: `callback` is `act:<action>`; `private` travels with it and is never trusted."""

    callback: str
    title: str
    submit: str
    blocks: tuple[Block, ...]
    private: str = ""
