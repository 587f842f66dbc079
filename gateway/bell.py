"""The clock role's tick for timers: whatever is due is done, each ticket in a transaction of its own."""

from collections.abc import Callable
from datetime import datetime

from gateway.maillog import MailLog
from gateway.store.errors import Conflict, StoreUnavailable
from gateway.store.store import Store
from gateway.walk import Rules

AT_ONCE = 100
"""Tickets for each timer and state that one tick takes in hand; the rest waits for the next."""


class Bell:
    """Rings for tickets whose time has come. It keeps nothing in mind: any number of processes may ring."""

    def __init__(self, store: Store, rules: Callable[[], Rules], maillog: MailLog, now: Callable[[], datetime]) -> None:
        self._store = store
        self._rules = rules
        self._log = maillog
        self._now = now
        self.rang: Callable[[], None] = lambda: None

    def step(self) -> int:
        """Do what is due; returns for how many tickets something was. What fails now is due at the next tick, too."""
        rules, moment = self._rules(), self._now()
        if not rules.desk.workflow.timers:
            return 0
        done = 0
        try:
            for key in self._store.due(rules.desk.workflow, moment, AT_ONCE):
                done += self._ring(key, rules, moment)
        except StoreUnavailable as error:
            self._log.noted("timer", "store-unavailable", str(error))
        if done:
            self.rang()
        return done

    def _ring(self, key: str, rules: Rules, moment: datetime) -> bool:
        try:
            with self._store.write() as tx:
                decision = tx.ring(key, rules.desk, rules.keys, moment)
        except Conflict:
            return False
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one ticket must not stop the timers of all others
            self._log.noted("timer", "fault", f"{key}: {type(error).__name__}: {error}")
            return False
        if decision is None:
            return False
        self._log.rang(decision)
        return True
