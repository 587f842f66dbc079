"""The clock role's tick for digests: each reader of one gets it once a day."""

from collections.abc import Callable
from datetime import datetime

from gateway.maillog import MailLog
from gateway.store.errors import Conflict, StoreUnavailable
from gateway.store.store import Store
from gateway.walk import Rules
from routing.digest import edition

AT_ONCE = 100
"""Readers whom one tick takes in hand; the others wait for the next."""


class Digests:
    """Writes the letters of an edition. It keeps nothing in mind: any number of processes may write."""

    def __init__(self, store: Store, rules: Callable[[], Rules], maillog: MailLog, now: Callable[[], datetime]) -> None:
        self._store = store
        self._rules = rules
        self._log = maillog
        self._now = now
        self.wrote: Callable[[], None] = lambda: None

    def step(self) -> int:
        """Write what is due; returns how many letters. What fails now is due at the next tick, too."""
        rules, moment = self._rules(), self._now()
        due, written = edition(moment), 0
        try:
            for reader in self._store.digest_readers(due, AT_ONCE):
                written += self._gather(reader, rules, due, moment)
        except StoreUnavailable as error:
            self._log.noted("digest", "store-unavailable", str(error))
        if written:
            self.wrote()
        return written

    def _gather(self, reader: str, rules: Rules, due: datetime, moment: datetime) -> bool:
        try:
            with self._store.write() as tx:
                notice = tx.gather(reader, rules.desk, rules.keys, due, moment)
        except Conflict:
            return False
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one reader must not cost all others their letters
            self._log.noted("digest", "fault", f"{reader}: {type(error).__name__}: {error}")
            return False
        if notice is not None:
            self._log.gathered(notice)
        return notice is not None
