"""The clock role's tick for digests: each reader of one gets it once an hour or a day, by its own clock."""

from collections.abc import Callable
from datetime import datetime

from gateway.maillog import MailLog
from gateway.store.digests import Waiting
from gateway.store.errors import Conflict, StoreUnavailable
from gateway.store.store import Store
from gateway.walk import Rules
from routing.hours import Hours, edition, wakes

AT_ONCE = 100
"""Letters that one tick writes; the others wait for the next."""


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
        written = 0
        try:
            for waiting, due in self._due(rules, moment)[:AT_ONCE]:
                written += self._gather(waiting, rules, due, moment)
        except StoreUnavailable as error:
            self._log.noted("digest", "store-unavailable", str(error))
        if written:
            self.wrote()
        return written

    def _due(self, rules: Rules, moment: datetime) -> list[tuple[Waiting, datetime]]:
        """For whom an edition is due by its own clock, and which; nobody is written to in its quiet hours."""
        readers = self._store.digest_readers()
        directory = self._store.directory() if readers else rules.desk.directory
        found = []
        for waiting in readers:
            person = directory.person(waiting.reader)
            hours = Hours(rules.desk.timezone) if person is None else rules.desk.hours(person)
            due = edition(waiting.cadence, hours, moment)
            if waiting.since < due and wakes(hours, moment) is None:
                found.append((waiting, due))
        return found

    def _gather(self, waiting: Waiting, rules: Rules, due: datetime, moment: datetime) -> bool:
        try:
            with self._store.write() as tx:
                notice = tx.gather(waiting, rules.desk, rules.keys, due, moment)
        except Conflict:
            return False
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one reader must not cost all others their letters
            self._log.noted("digest", "fault", f"{waiting.reader}: {type(error).__name__}: {error}")
            return False
        if notice is not None:
            self._log.gathered(notice)
        return notice is not None
