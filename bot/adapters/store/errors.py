"""What can go wrong with the database itself, named so that nobody outside has to know SQLAlchemy."""


class StoreUnavailable(RuntimeError):
    """The database does not answer or is too busy. Ask again with the same key: the answer tells what was written."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class UnknownDatabase(ValueError):
    """DATABASE_URL is not understood. Write `sqlite:///path` for a file or `postgresql://user@host/name`."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class NewerDatabase(RuntimeError):
    """The database stands at a revision that this program does not know: a newer Interlock migrated it. Upgrade."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"{self.__doc__} It stands at {revision}.")


class UnknownIntent(LookupError):
    """A deployment was settled that nobody intended."""


class NestedWrite(RuntimeError):
    """This thread has a write transaction open already; a second one inside it could never begin."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class AbandonedUnit(RuntimeError):
    """The unit's transaction is already undone; nothing more can be done in it."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)
