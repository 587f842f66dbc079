"""The letters in hand for one relay: how many wait, which may go next, and whether any may. Threads meet here."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.store.store import OutboxRow
from outbound.breaker import Breaker
from outbound.letter import Carrier, Letter
from outbound.pacing import Pace
from outbound.routes import domain

ROOM = 64  # letters that wait for a courier
ROOM_OF_DOMAIN = 32
ROOM_IN_BYTES = 16 * 1024**2
PATIENCE = 0.25  # seconds that a new letter waits for room where letters go
RETURNS = Pace(1 / 200)  # how densely letters come back for which there was no room
SOON = 1.0  # seconds

EVERYBODY = ""
"""Stands for all domains where it is the lane that is full."""
PROBE: Literal["probe"] = "probe"


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A claimed letter on its way: `elsewhere` are the relays that may take it if this one cannot."""

    row: OutboxRow
    letter: Letter
    elsewhere: tuple[str, ...]
    claimed: float

    @property
    def domain(self) -> str:
        """Where it goes."""
        return domain(self.letter.recipient)


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast letters go: by a relay, and to a domain by that relay. None is no limit."""

    per_minute: int | None = None
    domain_connections: int | None = None
    domain_per_minute: int | None = None


class Lane:
    """What waits for one relay, and what its couriers have in hand. Safe for threads.

    A domain has at most `domain_connections` of the couriers, and never all of several: one that answers slowly leaves
    a way to the others.
    """

    def __init__(
        self,
        name: str,
        carriers: Sequence[Carrier],
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        limits = limits or Limits()
        self.name = name
        self.carriers = carriers
        self._clock = clock
        self._lock = threading.Lock()
        self._work = threading.Condition(self._lock)
        self._freed = threading.Condition(self._lock)
        self._waiting: deque[Item] = deque()
        self._bytes = 0
        self._in_hand: Counter[str] = Counter()
        self._share = max(1, min(limits.domain_connections or len(carriers), len(carriers) - 1))
        self._pace = Pace.of(limits.per_minute)
        self._domain_pace = Pace.of(limits.domain_per_minute)
        self._domain_paces: dict[str, Pace] = {}
        self._returns = RETURNS
        self._breaker = Breaker()
        self.reason = ""
        self._probing = False
        self._stuck: set[str] = set()
        self._stopping = False

    @property
    def open(self) -> bool:
        """Whether letters may be given to it: its breaker is closed."""
        return not self._breaker.open

    def offer(self, item: Item, patience: float = PATIENCE) -> bool:
        """Take a letter; False where there is no room for it, even after a moment if letters are going.

        For room in the lane as a whole it waits up to `patience` seconds.
        """
        with self._lock:
            if self._breaker.open or self._stopping:
                return False
            if not self._room(item) and not self._patient(item, patience):
                return False
            self._stuck -= {EVERYBODY, item.domain}
            self._waiting.append(item)
            self._bytes += len(item.letter.data)
            self._work.notify()
            return True

    def _patient(self, item: Item, patience: float) -> bool:
        """Wait for room where that may come soon; what waited in vain is not waited for again until it moves."""
        whole = not self._room(None)
        stuck, most = (EVERYBODY, patience) if whole else (item.domain, PATIENCE)
        if stuck in self._stuck and most <= PATIENCE:
            return False
        self._freed.wait_for(lambda: self._stopping or self._breaker.open or self._room(item), most)
        if self._room(item) and not self._stopping and not self._breaker.open:
            return True
        self._stuck.add(stuck)
        return False

    def take(self, *, wait: bool = True) -> Item | Literal["probe"] | None:
        """The next letter that may go, or that the relay is to be probed; waits for it. None: it is over.

        Without a `wait` it is None, too, where nothing may go now.
        """
        with self._lock:
            while not self._stopping:
                found, pause = self._next(self._clock())
                if found is not None:
                    return found
                if not wait:
                    return None
                self._work.wait(pause)
            return None

    def put_back(self, item: Item) -> None:
        """A courier has no more to do with a letter that it took."""
        with self._lock:
            self._in_hand[item.domain] -= 1
            if not self._in_hand[item.domain]:
                del self._in_hand[item.domain]
            self._work.notify()

    def returning(self) -> float:
        """In how many seconds a letter should come back for which there is no way now: each a little later."""
        with self._lock:
            now = self._clock()
            earliest = self._breaker.probe_at if self._breaker.open else now + SOON
            self._returns = self._returns.went(max(now, earliest))
            return max(SOON, self._returns.next_at - now)

    def failed(self, jitter: float, reason: str) -> float | None:
        """The relay cannot be used. The seconds until it is probed where that is news: the breaker has opened."""
        with self._lock:
            before, now, self.reason = self._breaker, self._clock(), reason
            self._breaker = before.failed(now, jitter)
            self._probing = False
            self._work.notify_all()
            self._freed.notify_all()
            return self._breaker.probe_at - now if self._breaker.open and not before.open else None

    def worked(self) -> float | None:
        """The relay speaks with us. For how many seconds it did not where that is news: the breaker has closed."""
        with self._lock:
            before, self._breaker, self.reason = self._breaker, self._breaker.worked(), ""
            self._probing = False
            if before.since is None:
                return None
            self._returns = RETURNS
            self._work.notify_all()
            return self._clock() - before.since

    def emptied(self) -> list[Item]:
        """The letters that wait, which are then no longer here."""
        with self._lock:
            items, self._bytes = list(self._waiting), 0
            self._waiting.clear()
            self._freed.notify_all()
            return items

    def stop(self) -> None:
        """No letter is taken from here any more."""
        with self._lock:
            self._stopping = True
            self._work.notify_all()
            self._freed.notify_all()

    def _room(self, item: Item | None) -> bool:
        """Whether a letter finds room, or a small one of a domain that has none here."""
        waiting = len(self._waiting)
        if waiting >= ROOM or (waiting and self._bytes + (len(item.letter.data) if item else 0) > ROOM_IN_BYTES):
            return False
        if item is None or waiting < ROOM_OF_DOMAIN:
            return True
        return sum(one.domain == item.domain for one in self._waiting) < ROOM_OF_DOMAIN

    def _next(self, now: float) -> tuple[Item | Literal["probe"] | None, float | None]:
        """What a courier may do now, else in how many seconds to look again, None for when something changes."""
        if self._breaker.open:
            pause = self._breaker.probe_at - now
            if self._probing or pause > 0:
                return None, None if self._probing else pause
            self._probing = True
            return PROBE, None
        if not self._waiting:
            return None, None
        if pause := self._pace.wait(now):
            return None, pause
        soonest: float | None = None
        for item in self._waiting:
            pause = self._domain_paces.get(item.domain, self._domain_pace).wait(now)
            if pause:
                soonest = min(pause, soonest or pause)
            elif self._in_hand[item.domain] < self._share:
                self._begin(item, now)
                return item, None
        return None, soonest

    def _begin(self, item: Item, now: float) -> None:
        self._waiting.remove(item)
        self._bytes -= len(item.letter.data)
        self._in_hand[item.domain] += 1
        self._pace = self._pace.went(now)
        if self._domain_pace.interval:
            paces = {name: pace for name, pace in self._domain_paces.items() if pace.wait(now)}
            paces[item.domain] = paces.get(item.domain, self._domain_pace).went(now)
            self._domain_paces = paces
        self._freed.notify_all()
