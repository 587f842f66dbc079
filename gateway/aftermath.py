"""What comes of a letter that did not arrive: its outcome is written in one transaction with all that follows."""

from collections.abc import Callable
from datetime import datetime

from gateway.maillog import MailLog
from gateway.store.errors import Conflict, StoreUnavailable
from gateway.store.failures import sentence
from gateway.store.outbox import Fate
from gateway.store.store import OutboxRow, Store
from gateway.walk import Rules
from outbound import retry
from outbound.letter import Cause, Deferred, Outcome, Refused, Sent
from routing import delivery
from routing.delivery import Mishap
from routing.model import Decision
from routing.suppression import Suppression

TRIES = 3


class Aftermath:
    """Tells tickets and people of letters that did not arrive. Safe for several threads."""

    def __init__(self, store: Store, rules: Callable[[], Rules], maillog: MailLog) -> None:
        self._store = store
        self._rules = rules
        self._log = maillog

    def write(self, fate: Fate, mishap: Mishap, now: datetime, *, untried: bool = False) -> None:
        """Write an outcome and what comes of it. Raises StoreUnavailable where the store does not take it now.

        With `untried` it was no attempt. A fault of ours costs the ticket its event, never the letter its outcome.
        """
        rules, row = self._rules(), fate[0]

        def write() -> Decision | None:
            return self._store.befell(fate, mishap, rules.desk, rules.keys, now, untried=untried)

        self._do(row, write, lambda: self._store.settle([fate], now, {row.id} if untried else ()))

    def withhold(self, row: OutboxRow, found: Suppression, now: datetime) -> None:
        """Hold a letter to a suppressed address, and write what comes of it. Raises as `write` does."""
        rules, reason = self._rules(), sentence(found)
        held: Fate = (row, 0, reason, "held", None)
        self._do(
            row,
            lambda: self._store.withhold(row, found, rules.desk, rules.keys, now),
            lambda: self._store.settle([held], now),
        )
        # Not as one that is held for an unknown reason: nobody need look at it.
        self._log.delivery(row, Refused(0, reason), "withheld")

    def _do(self, row: OutboxRow, write: Callable[[], Decision | None], settle: Callable[[], int]) -> None:
        for left in reversed(range(TRIES)):
            try:
                decision = write()
            except Conflict:
                if not left:
                    raise
            except StoreUnavailable:
                raise
            except Exception as error:  # noqa: BLE001 - the relay will not say it again
                self._log.noted("send", "fault", f"{type(error).__name__}: {error}", identifier=f"out-{row.id}")
                settle()
                return
            else:
                if decision is not None:
                    self._log.befell(row, decision)
                return


def mishap(row: OutboxRow, outcome: Outcome, state: str, now: datetime) -> Mishap | None:
    """What befell a letter by an outcome of the relay, None for nothing that anybody should know of."""
    stranger = row.notice.stranger
    match outcome:
        case Sent():
            return None
        case Refused(code=code, text=text, of_recipient=about):
            fate = delivery.Fate.REFUSED
            return delivery.of_relay(fate, code, text, about_recipient=about, stranger=stranger)
        case Deferred(code=code, text=text, cause=cause):
            if state == "held":
                fate = delivery.Fate.EXPIRED
            elif not row.warned and retry.is_late(row.created_at, now):
                fate = delivery.Fate.LATE
            else:
                return None
            # Where the relay cannot be used, that says nothing of whom the letter is for.
            return delivery.of_relay(fate, code, text, about_recipient=cause is Cause.LETTER, stranger=stranger)
