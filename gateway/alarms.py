"""Alarms: the log is listened to, and what the operator must know goes out as letters, gathered and well apart.

What waits to be told is kept in mind only, and told before the daemon ends: a crash may lose it, but it stands in the
log as well, and what is still wrong after a restart says so again. That one letter of a kind goes out within an hour
holds for all processes: the key of its row sees to it.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.store.errors import Conflict, StoreUnavailable
from gateway.store.store import Store
from gateway.walk import Rules
from routing.alarm import ALARMING, BOUNCE, MOST, OVER, PACE, Alarm, letter
from routing.delivery import UNREACHABLE
from routing.directory import canonical
from routing.model import Notice

Fact = Mapping[str, str | None]


@dataclass(slots=True)
class _Gathered:
    """What the log said of one kind of alarm since `since`, by what it is about and sentence, with those who know it by
    a letter of their own; `count` is how often.
    """

    since: datetime
    said: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    count: int = 0


class Alarms:
    """Gathers facts from any thread; a tick writes the letters."""

    def __init__(
        self, store: Store, rules: Callable[[], Rules], recipients: Sequence[str], now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._rules = rules
        self._recipients = tuple(recipients)
        self._now = now
        self._lock = threading.Lock()
        self._gathered: dict[Alarm, _Gathered] = {}
        self._told: dict[Alarm, datetime] = {}
        self.wrote: Callable[[], None] = lambda: None

    def hear(self, facts: Sequence[Fact]) -> None:
        """Facts that were written to the log."""
        informed = frozenset(self._owner(fact.get("address") or "") for fact in facts if _tells_of_failure(fact))
        with self._lock:
            for fact in facts:
                said = (fact.get("step") or "", fact.get("outcome") or "")
                for over in OVER.get(said, ()):
                    self._forget(over, _about(fact))
                alarm = ALARMING.get(said)
                knows = informed if alarm is BOUNCE else frozenset[str]()
                if alarm is not None and self._reaches(alarm, fact, knows):
                    self._gather(alarm, fact, knows)

    def step(self) -> int:
        """Write the letters that are due; returns how many. What cannot be written now is due at the next tick, too."""
        moment, written = self._now(), 0
        with self._lock:
            due = {alarm: found for alarm, found in self._gathered.items() if self._is_due(alarm, found, moment)}
        for alarm, found in due.items():
            try:
                letters = self._write(alarm, found, moment)
            except (Conflict, StoreUnavailable):
                continue
            if not letters:
                continue
            written += letters
            with self._lock:
                self._told[alarm] = moment
                if self._gathered.get(alarm) is found:
                    del self._gathered[alarm]
        if written:
            self.wrote()
        return written

    def _reaches(self, alarm: Alarm, fact: Fact, knows: frozenset[str]) -> bool:
        """Whether there is anybody to tell: not whoever gets no letters, that these do not arrive."""
        lost = canonical(_about(fact)) if alarm is BOUNCE else None
        return any(canonical(one) != lost and self._owner(one) not in knows for one in self._recipients)

    def _owner(self, address: str) -> str:
        """The address at which letters reach whoever owns one."""
        person = self._rules().desk.directory.person(address)
        return canonical(person.address if person else address)

    def _gather(self, alarm: Alarm, fact: Fact, knows: frozenset[str]) -> None:
        found = self._gathered.setdefault(alarm, _Gathered(self._now()))
        address, identifier, reason = (fact.get(key) or "" for key in ("address", "id", "reason"))
        if fact.get("step") == "tell":
            address = ""  # whoever else is told of it
        where = ", ".join(filter(None, (identifier.strip("-"), fact.get("ticket"), address)))
        key = (_about(fact), f"{where}: {reason}" if where and reason else where or reason)
        if key not in found.said:
            found.count += 1
            if len(found.said) < MOST:
                found.said[key] = knows

    def _forget(self, alarm: Alarm, about: str) -> None:
        found = self._gathered.get(alarm)
        if found is not None:
            gone = [key for key in found.said if key[0] == about]
            for key in gone:
                del found.said[key]
            found.count -= len(gone)
            if not found.said:
                del self._gathered[alarm]

    def _is_due(self, alarm: Alarm, found: _Gathered, moment: datetime) -> bool:
        told = self._told.get(alarm)
        return moment - found.since >= alarm.patience and (told is None or moment - told >= PACE)

    def _write(self, alarm: Alarm, found: _Gathered, moment: datetime) -> int:
        """The letters to all recipients; none where another process wrote one within this hour: then it waits on."""
        rules = self._rules()
        with self._lock:
            known, count = [(sentence, knows) for (_, sentence), knows in found.said.items()], found.count
        directory, notices = self._store.directory(), list[Notice]()
        for to in self._recipients:
            said = [sentence for sentence, knows in known if self._owner(to) not in knows]
            if said and rules.desk.inlet(to) is None:
                rest = count - len(known) + len(said)
                notices.append(letter(rules.desk, to, directory.person(to), alarm, said, rest, moment))
        with self._store.write() as tx:
            return tx.tell_apart(notices, rules.desk, rules.keys, moment)


def _tells_of_failure(fact: Fact) -> bool:
    """Whether somebody got a letter that says by itself what is an alarm, too."""
    return (fact.get("step"), fact.get("outcome")) == ("tell", UNREACHABLE)


def _about(fact: Fact) -> str:
    """What a fact is about: an address or a mailbox, else what its reason begins with; whoever is told, a ticket."""
    if fact.get("step") == "tell":
        return fact.get("ticket") or ""
    return fact.get("address") or (fact.get("reason") or "").partition(":")[0]
