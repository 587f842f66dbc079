"""The outbox loop: claim a few letters, compose each once and keep its bytes, then give it to the lane of its relay.

A courier takes its next letter only when the outcome of the last is durable: a crash repeats at most the letter in
hand, with the same bytes and the same Message-ID. Outcomes of several couriers share a commit.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

from gateway import failpoint
from gateway.aftermath import Aftermath, mishap
from gateway.composer import Leak
from gateway.group import GroupCommit
from gateway.lane import PATIENCE as ROOM_PATIENCE
from gateway.lane import PROBE, Item, Lane
from gateway.maillog import MailLog
from gateway.store.errors import StoreUnavailable
from gateway.store.outbox import Fate
from gateway.store.store import OutboxRow, Store
from outbound import retry
from outbound.letter import Carrier, Cause, Deferred, Letter, Outcome, Refused, Sent
from routing.delivery import Mishap

LEASE = timedelta(minutes=30)
STALE = 300.0  # seconds after which a letter in a lane is given back rather than sent: its lease must outlast a try
BATCH = 16
IDLE_SECONDS = 1.0
PATIENCE = 0.005  # seconds that an outcome waits for those of the letters in hand
SWIFT = 0.1  # seconds that a letter is in hand at most to be waited for
STOP_SECONDS = 20.0
ALONE = 5.0  # seconds that a letter waits for room where all have the same relay
REST = 1.0  # seconds that a courier whose relay could not be used leaves it alone

NO_ROOM = "its turn has not come: the relay has as much in hand as it may"


@dataclass(frozen=True, slots=True)
class Settled:
    """The fate of one letter, ready to be written: its new state, and when it is due again where it waits.

    `counted` says whether this was an attempt: a letter that waits for its relay has not been tried. `mishap` is what
    its ticket should know.
    """

    row: OutboxRow
    outcome: Outcome
    state: str
    due: datetime | None = None
    counted: bool = True
    mishap: Mishap | None = None

    @property
    def fate(self) -> Fate:
        """The same, as the store takes it."""
        return self.row, self.outcome.code, self.outcome.text, self.state, self.due


class Dispatcher:
    """Sends what the outbox holds: one thread sorts letters into lanes, each lane has a thread a carrier."""

    def __init__(
        self,
        store: Store,
        compose: Callable[[OutboxRow], Letter],
        lanes: Sequence[Lane],
        route: Callable[[OutboxRow], Sequence[str]],
        maillog: MailLog,
        now: Callable[[], datetime],
        jitter: Callable[[], float],
        aftermath: Aftermath,
    ) -> None:
        """`route` gives the names of the lanes that a letter may take, the first before the others."""
        self._store = store
        self._aftermath = aftermath
        self._compose = compose
        self._lanes = {lane.name: lane for lane in lanes}
        # A single lane that is full holds nobody else up.
        self._patience = ROOM_PATIENCE if len(lanes) > 1 else ALONE
        self._route = route
        self._log = maillog
        self._now = now
        self._jitter = jitter
        self._stopping = threading.Event()
        self._woken = threading.Event()
        # A commit costs more than a letter: couriers that are in the middle of theirs are worth a short wait.
        self._in_hand: dict[int, float] = {}
        self._outcomes: GroupCommit[Settled, None] = GroupCommit(
            "outcomes", self._write, expected=self._expected, patience=PATIENCE
        )
        # A relay may hang for minutes after the final dot: that must not keep the process from ending.
        self._threads = [threading.Thread(target=self._sort, name="post", daemon=True)] if lanes else []
        self._threads += [
            threading.Thread(target=self._run, args=(lane, carrier), name=f"courier-{lane.name}-{place}", daemon=True)
            for lane in lanes
            for place, carrier in enumerate(lane.carriers)
        ]

    def start(self) -> None:
        """Begin."""
        self._outcomes.start()
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Letters were written."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the letters in hand, give the rest back, end."""
        self._stopping.set()
        self.wake()
        for lane in self._lanes.values():
            lane.stop()
        end = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        self._give_back()
        if any(thread.is_alive() for thread in self._threads):
            self._log.noted("send", "abandoned", "a relay did not answer in time; its letter will be sent again")
            return
        self._outcomes.stop()
        for lane in self._lanes.values():
            for carrier in lane.carriers:
                carrier.close()

    def _give_back(self) -> None:
        try:
            self._store.outbox.release([item.row for lane in self._lanes.values() for item in lane.emptied()])
        except StoreUnavailable as error:
            self._log.noted("send", "store-unavailable", str(error))

    # --- sorting: from the outbox into the lanes

    def _sort(self) -> None:
        owed: list[OutboxRow] = []
        while not self._stopping.is_set():
            self._woken.clear()
            if not self._safely(partial(self._round, owed)):
                self._woken.wait(IDLE_SECONDS)
        self._safely(partial(self._pay_rows, owed))

    def _safely(self, work: Callable[[], bool]) -> bool:
        """Do some work; False where there was none, or it failed."""
        try:
            return work()
        except StoreUnavailable as error:
            self._log.noted("send", "store-unavailable", str(error))
        except Exception as error:  # noqa: BLE001 - letters go on being written: no thread here must end silently
            self._log.noted("send", "fault", f"{type(error).__name__}: {error}")
        return False

    def _round(self, owed: list[OutboxRow]) -> bool:
        """Claim, compose and give out one batch; False where nothing was due. `owed` are the rows still to give out."""
        self._pay_rows(owed)
        rows = self._store.outbox.claim(BATCH, LEASE, self._now())
        claimed = time.monotonic()
        owed += rows
        put_off = []
        for row, letter in self._composed(rows):
            if self._stopping.is_set():
                break
            settled = self._place(Item(row, letter, tuple(self._route(row)), claimed))
            owed.remove(row)
            put_off += [settled] if settled else []
        self._pay(put_off)
        self._pay_rows(owed)
        return bool(rows)

    def _pay_rows(self, owed: list[OutboxRow]) -> bool:
        """Give rows back that nobody works on; where a lease was lost meanwhile, that changes nothing."""
        self._store.outbox.release(owed)
        owed.clear()
        return True

    def _place(self, item: Item) -> Settled | None:
        """Put a letter into the first of the lanes `elsewhere` that takes it; where none does, it waits untried."""
        return None if self._given(item) else self._put_off(item.row)

    def _given(self, item: Item) -> bool:
        """Whether one of the lanes `elsewhere` takes a letter."""
        names = item.elsewhere
        return any(
            self._lanes[name].offer(Item(item.row, item.letter, names[place + 1 :], item.claimed), self._patience)
            for place, name in enumerate(names)
        )

    def _put_off(self, row: OutboxRow) -> Settled:
        """A letter that no relay can take now comes back when one may."""
        lanes = [self._lanes[name] for name in self._route(row)]
        pause = timedelta(seconds=min(lane.returning() for lane in lanes))
        if any(lane.open and not lane.reason for lane in lanes):
            # Nothing has failed: it is not given up, however old it is.
            return Settled(row, Deferred(0, NO_ROOM, Cause.RELAY), "waiting", self._now() + pause, counted=False)
        return self._settle(row, Deferred(0, lanes[0].reason, Cause.RELAY), pause)

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

    # --- sending: from a lane to its relay

    def _run(self, lane: Lane, carrier: Carrier) -> None:
        owed: list[Settled] = []
        while not self._stopping.is_set():
            if not self._safely(partial(self._pay, owed)):
                self._stopping.wait(IDLE_SECONDS)
                continue
            work = lane.take()
            if work is None:
                break
            if work == PROBE:
                self._safely(partial(self._probe, lane, carrier))
                continue
            try:
                self._safely(partial(self._deliver, lane, carrier, work, owed))
            finally:
                lane.put_back(work)
        self._safely(partial(self._pay, owed))

    def _pay(self, owed: list[Settled]) -> bool:
        """Tell the store the outcomes that it has not heard; where a lease was lost meanwhile, that changes nothing."""
        if owed:
            self._write(owed)
            for settled in owed:
                self._told(settled)
            owed.clear()
        return True

    def _probe(self, lane: Lane, carrier: Carrier) -> bool:
        fault = carrier.probe()
        if fault is None:
            self._worked(lane)
        else:
            lane.failed(self._jitter(), fault.text)
        return True

    def _deliver(self, lane: Lane, carrier: Carrier, item: Item, owed: list[Settled]) -> bool:
        """Send one letter, and make its outcome durable."""
        if time.monotonic() - item.claimed > STALE:
            owed.append(self._put_off(item.row))
            return self._pay(owed)
        self._in_hand[item.row.id] = time.monotonic()
        try:
            failpoint.reached("send.before-relay")
            outcome = carrier.send(item.letter)
            failpoint.reached("send.after-relay")
            settled = self._after(lane, item, outcome)
            if settled is not None:
                owed.append(settled)
                self._outcomes.submit(settled).result()
                owed.clear()
        finally:
            self._in_hand.pop(item.row.id, None)
        if settled is not None:
            self._told(settled)
        if isinstance(outcome, Deferred) and outcome.cause is Cause.RELAY:
            self._stopping.wait(REST)
        return True

    def _after(self, lane: Lane, item: Item, outcome: Outcome) -> Settled | None:
        """What becomes of a letter after a try; None where another relay has it now."""
        if not isinstance(outcome, Deferred) or (outcome.cause is Cause.LETTER and outcome.code):
            self._worked(lane)
        if not isinstance(outcome, Deferred) or outcome.cause is Cause.LETTER:
            return self._settle(item.row, outcome)
        if outcome.cause is Cause.RELAY:
            self._failed(lane, outcome)
            return self._place(item)
        return None if self._given(item) else self._settle(item.row, outcome)

    def _failed(self, lane: Lane, outcome: Deferred) -> None:
        pause = lane.failed(self._jitter(), outcome.text)
        if pause is None:
            return
        self._log.noted("relay", "unusable", f"{lane.name}: {outcome.text}; its letters wait, and it is tried again")
        waiting = map(self._place, lane.emptied())
        self._pay([settled for settled in waiting if settled is not None])

    def _worked(self, lane: Lane) -> None:
        seconds = lane.worked()
        if seconds is not None:
            self._log.noted("relay", "usable", f"{lane.name}: letters go again after {seconds:.0f} s")
            self.wake()

    def _settle(self, row: OutboxRow, outcome: Outcome, pause: timedelta | None = None) -> Settled:
        return settled(row, outcome, self._jitter, self._now(), pause)

    def _told(self, settled: Settled) -> None:
        """A line of the log for each try; for a relay that cannot be used there is one of its own."""
        if settled.counted or settled.state != "waiting":
            self._log.delivery(settled.row, settled.outcome, settled.state)

    def _expected(self) -> int:
        """How many letters in hand will soon have an outcome."""
        swift = time.monotonic() - SWIFT
        return sum(since > swift for since in list(self._in_hand.values()))

    def _write(self, group: Sequence[Settled]) -> list[None]:
        """Outcomes share a commit, but for those that a ticket should know of: each has one with all that follows."""
        now = self._now()
        plain = [one for one in group if one.mishap is None]
        if plain:
            untried = {one.row.id for one in plain if not one.counted}
            self._store.settle([one.fate for one in plain], now, untried)
        for one in group:
            if one.mishap is not None:
                self._aftermath.write(one.fate, one.mishap, now, untried=not one.counted)
        return [None] * len(group)


def settled(
    row: OutboxRow, outcome: Outcome, jitter: Callable[[], float], now: datetime, pause: timedelta | None = None
) -> Settled:
    """What an outcome makes of a letter; with a `pause` it was no attempt, and the letter is due after that."""
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
                due = retry.next_try(row.attempts, jitter(), now) if pause is None else now + pause
        case _:
            assert_never(outcome)
    return Settled(row, outcome, state, due, pause is None, mishap(row, outcome, state, now))
