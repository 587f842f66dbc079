"""The outbox loop: claim a few letters, compose each once and keep its bytes, then send them one by one.

A courier takes its next letter only when the outcome of the last is durable: a crash repeats at most the letter in
hand, with the same bytes and the same Message-ID. Outcomes of several couriers share a commit.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from gateway import failpoint
from gateway.aftermath import Aftermath, mishap
from gateway.composer import Leak
from gateway.group import GroupCommit
from gateway.maillog import MailLog
from gateway.store.errors import StoreUnavailable
from gateway.store.outbox import Fate
from gateway.store.store import OutboxRow, Store
from outbound import retry
from outbound.letter import Carrier, Deferred, Letter, Outcome, Refused, Sent
from routing.delivery import Mishap

LEASE = timedelta(minutes=15)
BATCH = 16
IDLE_SECONDS = 1.0
PATIENCE = 0.005  # seconds that an outcome waits for those of the letters in hand
STOP_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Settled:
    """The fate of one letter, ready to be written: its new state, and when it is due again where it waits.

    `mishap` is what its ticket should know.
    """

    row: OutboxRow
    outcome: Outcome
    state: str
    due: datetime | None = None
    mishap: Mishap | None = None

    @property
    def fate(self) -> Fate:
        """The same, as the store takes it."""
        return self.row, self.outcome.code, self.outcome.text, self.state, self.due


@dataclass(slots=True)
class _Owed:
    """What a courier has to tell the store still, should that not answer: outcomes, and rows that it gives back."""

    outcomes: list[Settled] = field(default_factory=list)
    rows: list[OutboxRow] = field(default_factory=list)


class Dispatcher:
    """Sends what the outbox holds, one thread a carrier."""

    def __init__(
        self,
        store: Store,
        compose: Callable[[OutboxRow], Letter],
        carriers: Sequence[Carrier],
        maillog: MailLog,
        now: Callable[[], datetime],
        jitter: Callable[[], float],
        aftermath: Aftermath,
    ) -> None:
        self._store = store
        self._aftermath = aftermath
        self._compose = compose
        self._carriers = carriers
        self._log = maillog
        self._now = now
        self._jitter = jitter
        self._stopping = threading.Event()
        self._wakes = [threading.Event() for _ in carriers]
        # A commit costs more than a letter: couriers that are in the middle of theirs are worth a short wait.
        self._in_hand: set[int] = set()
        self._outcomes: GroupCommit[Settled, None] = GroupCommit(
            "outcomes", self._write, expected=lambda: len(self._in_hand), patience=PATIENCE
        )
        self._threads = [
            # A relay may hang for minutes after the final dot: that must not keep the process from ending.
            threading.Thread(target=self._run, args=(carrier, wake), name=f"courier-{place}", daemon=True)
            for place, (carrier, wake) in enumerate(zip(carriers, self._wakes, strict=True))
        ]

    def start(self) -> None:
        """Begin."""
        self._outcomes.start()
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Letters were written."""
        for wake in self._wakes:
            wake.set()

    def stop(self) -> None:
        """Finish the letters in hand, give the rest back, end."""
        self._stopping.set()
        self.wake()
        end = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        if any(thread.is_alive() for thread in self._threads):
            self._log.noted("send", "abandoned", "a relay did not answer in time; its letter will be sent again")
            return
        self._outcomes.stop()
        for carrier in self._carriers:
            carrier.close()

    def _run(self, carrier: Carrier, wake: threading.Event) -> None:
        owed = _Owed()
        while not self._stopping.is_set():
            wake.clear()
            try:
                busy = self._round(carrier, owed)
            except StoreUnavailable as error:
                self._log.noted("send", "store-unavailable", str(error))
                busy = False
            except Exception as error:  # noqa: BLE001 - letters go on being written: a courier must not end silently
                self._log.noted("send", "fault", f"{type(error).__name__}: {error}")
                busy = False
            if not busy:
                wake.wait(IDLE_SECONDS)

    def _round(self, carrier: Carrier, owed: _Owed) -> bool:
        """Claim, compose and send one batch; False where nothing was due."""
        self._pay(owed)
        rows = self._store.outbox.claim(BATCH, LEASE, self._now())
        if not rows:
            return False
        owed.rows = list(rows)
        for row, letter in self._composed(rows):
            if self._stopping.is_set():
                break
            owed.rows.remove(row)  # whatever happens now, the relay may have it
            self._send(carrier, row, letter, owed)
        self._pay(owed)
        return True

    def _pay(self, owed: _Owed) -> None:
        """Tell the store what it has not heard; where a lease was lost meanwhile, that changes nothing."""
        if owed.outcomes:
            self._write(owed.outcomes)
            for settled in owed.outcomes:
                self._log.delivery(settled.row, settled.outcome, settled.state)
            owed.outcomes = []
        if owed.rows:
            self._store.outbox.release(owed.rows)
            owed.rows = []

    def _composed(self, rows: Sequence[OutboxRow]) -> list[tuple[OutboxRow, Letter]]:
        """Each row with its letter; new ones are kept before any is sent."""
        letters = []
        for row in rows:
            if row.withheld is not None:
                self._aftermath.withhold(row, row.withheld, self._now())
                continue
            try:
                letters.append((row, self._compose(row)))
            except Leak as leak:
                self._store.outbox.hold_letter(row, leak.letter.data, str(leak))
                self._log.delivery(row, Refused(0, str(leak)), "held")
            except Exception as error:  # noqa: BLE001 - one letter that cannot be written must not stop the next
                reason = f"the letter could not be composed: {type(error).__name__}: {error}"
                self._store.outbox.hold(row.id, row.lease, reason)
                self._log.delivery(row, Refused(0, reason), "held")
        failpoint.reached("send.before-keep")
        self._store.keep_letters([(row.id, row.lease, letter.data) for row, letter in letters if row.letter is None])
        failpoint.reached("send.after-keep")
        return letters

    def _send(self, carrier: Carrier, row: OutboxRow, letter: Letter, owed: _Owed) -> None:
        self._in_hand.add(row.id)
        try:
            failpoint.reached("send.before-relay")
            outcome = carrier.send(letter)
            failpoint.reached("send.after-relay")
            fate = settled(row, outcome, self._jitter, self._now())
            owed.outcomes = [fate]
            self._outcomes.submit(fate).result()
            owed.outcomes = []
        finally:
            self._in_hand.discard(row.id)
        self._log.delivery(row, outcome, fate.state)

    def _write(self, group: Sequence[Settled]) -> list[None]:
        """Outcomes share a commit, but for those that a ticket should know of: each has one with all that follows."""
        now = self._now()
        plain = [one.fate for one in group if one.mishap is None]
        if plain:
            self._store.settle(plain, now)
        for one in group:
            if one.mishap is not None:
                self._aftermath.write(one.fate, one.mishap, now)
        return [None] * len(group)


def settled(row: OutboxRow, outcome: Outcome, jitter: Callable[[], float], now: datetime) -> Settled:
    """What an outcome makes of a letter."""
    state, due = "waiting", None
    match outcome:
        case Sent():
            state = "sent"
        case Refused():
            state = "refused"
        case Deferred():
            if retry.given_up(row.created_at, now):
                state = "held"
            else:
                due = retry.next_try(row.attempts, jitter(), now)
        case _:
            assert_never(outcome)
    return Settled(row, outcome, state, due, mishap(row, outcome, state, now))
