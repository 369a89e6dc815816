"""Why a command was not started at all."""


class CannotStart(RuntimeError):
    """The command cannot be started, and will not be startable until somebody changes something."""


class CannotStartNow(RuntimeError):
    """The machine has no room for another process at the moment; nothing was started."""
