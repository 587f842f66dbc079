"""What can go wrong between us and the database. All but the last three are temporary: nothing was written."""


class StoreUnavailable(Exception):  # noqa: N818 - a state of the database
    """The database cannot be reached, or does not do what durability needs. Nothing was written."""


class StoreFull(StoreUnavailable):
    """No space is left for the database (an SMTP server answers 452)."""


class SyncFailed(StoreUnavailable):
    """The operating system could not flush our writes. What was written before is in doubt: end the process."""


class SchemaTooNew(StoreUnavailable):
    """A later release of Postern has changed the tables."""


class Conflict(StoreUnavailable):
    """Somebody else changed the same thing at the same time: the whole transaction may be tried again at once."""


class LeaseLost(Exception):  # noqa: N818 - what happened, not a fault
    """Another worker has taken the row over: what was done for it must not be written."""


class NoSuchRow(LookupError):  # noqa: N818 - what is asked for, not a fault
    """The message or letter that a human named does not exist."""


class ActionRefused(Exception):  # noqa: N818 - what happened, not a fault
    """What a human asked for would do harm in the state that the row is in."""
