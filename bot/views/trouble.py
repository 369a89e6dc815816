"""What people read when Interlock itself has a problem."""


def sorry() -> str:
    """The answer to a request that failed inside; what it was stands in the log."""
    return (
        "Interlock hit an internal problem, and nothing was changed. Try again; if it stays, look at the bot's log. "
        "A rollback also works from the command line: `interlock release rollback SERVICE@ENVIRONMENT`."
    )
