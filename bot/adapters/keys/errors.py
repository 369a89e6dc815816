"""Why the judges' keys cannot be used: each failure with its code, its source and what to do, never a secret."""


class KeysUnusable(RuntimeError):
    """The judges' keys cannot be used. `code` is stable: `keys.load_failed:<reason>` (contracts 1.15)."""

    def __init__(self, reason: str, source: str, detail: str) -> None:
        super().__init__(f"{source}: {detail}")
        self.reason = reason
        self.source = source
        self.detail = detail

    @property
    def code(self) -> str:
        """What readiness and the command line call it."""
        return f"keys.load_failed:{self.reason}"


class KeysNotWritable(RuntimeError):
    """Interlock cannot write this source of keys; what has to stand in it has to be put there by hand."""


class KeysMoved(RuntimeError):
    """Somebody else wrote the keys at the same moment. Look at `interlock keys status`, then try again."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)
