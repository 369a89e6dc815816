"""The command line's own failures, apart from everything heavy."""


class NotUsable(ValueError):
    """Something that was typed cannot be used; the message says what, and what to do."""


class NoQuorum(ValueError):
    """What was named is no quorum: too few judges, or one of them several times; the message says which."""


class PartFailed(RuntimeError):
    """Something that the command needs does not run or does not answer; the message says what, and what to do."""


class StoryBroke(RuntimeError):
    """The demo's story did not go as told; the message says what was expected and what was seen."""
