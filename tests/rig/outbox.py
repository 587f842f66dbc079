"""An outbox full of letters and the real dispatcher over it, against relays of a test, with a clock that runs ahead."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway import dispatch
from gateway.aftermath import Aftermath
from gateway.dispatch import Dispatcher
from gateway.lane import Lane
from gateway.maillog import MailLog
from gateway.store.outbox import Fate
from gateway.store.rows import OutboxRow
from gateway.store.schema import outbox
from gateway.store.store import Store
from gateway.walk import Rules
from outbound import breaker
from outbound.letter import Letter
from outbound.routes import Routes
from parsers.address import Keys
from routing.delivery import Mishap
from tests.integration.store.samples import NOW, open_ticket

PATIENCE = 60.0  # seconds: no test waits for it


def hurry(patch: pytest.MonkeyPatch) -> None:
    """What the gateway waits for by the clock is shorter, and the same otherwise."""
    patch.setattr(dispatch, "IDLE_SECONDS", 0.02)
    patch.setattr(dispatch, "REST", 0.01)
    patch.setattr(breaker, "FIRST", 0.05)
    patch.setattr(breaker, "LONGEST", 0.2)


class Alone(Aftermath):
    """Nothing comes of a letter that did not arrive but its outcome: no further letters."""

    def __init__(self, store: Store, maillog: MailLog) -> None:
        super().__init__(store, self._none, maillog)
        self._of_letters = store
        self.mishaps: list[Mishap] = []

    def _none(self) -> Rules:
        raise AssertionError("nobody is told of anything here")

    def write(self, fate: Fate, mishap: Mishap, now: datetime, *, untried: bool = False) -> None:
        self._of_letters.settle([fate], now, {fate[0].id} if untried else ())
        self.mishaps.append(mishap)


class Outbox:
    """Letters to recipients, each in a mail of a few lines."""

    def __init__(self, store: Store, keys: Keys, recipients: Sequence[str], folder: Path) -> None:
        self.store = store
        open_ticket(store, keys, tell=tuple(recipients))
        self.log = folder / "mail.log"
        self._maillog = MailLog(self.log)
        self.aftermath = Alone(store, self._maillog)

    def compose(self, row: OutboxRow) -> Letter:
        """A letter as the relay of the rig knows one."""
        data = f"Message-ID: {row.message_id}\r\nSubject: Scanner\r\n\r\nIt beeps.\r\n".encode()
        return Letter(f"support+{row.id}@desk.example", row.address, row.message_id, row.letter or data)

    @contextmanager
    def sending(
        self,
        lanes: Sequence[Lane],
        routes: Routes | None = None,
        speed: float = 1.0,
        later: timedelta = timedelta(),
    ) -> Iterator[Dispatcher]:
        """Send what waits, `later` than it was written; the clock of the tries runs `speed` times as fast as time."""
        start, ways = time.monotonic(), routes or Routes()

        def now() -> datetime:
            return NOW + later + timedelta(seconds=(time.monotonic() - start) * speed)

        def route(row: OutboxRow) -> Sequence[str]:
            return ways.relays(row.notice.sender, row.address)

        told = self.aftermath
        dispatcher = Dispatcher(self.store, self.compose, lanes, route, self._maillog, now, lambda: 0.0, told)
        dispatcher.start()
        try:
            yield dispatcher
        finally:
            dispatcher.stop()

    def letters(self) -> Mapping[str, tuple[str, int, str]]:
        """State, attempts and reason of each letter, by its recipient."""
        with self.store.database.read() as connection:
            rows = connection.execute(select(outbox.c.address, outbox.c.state, outbox.c.attempts, outbox.c.reason))
            return {row.address: (row.state, row.attempts, row.reason or "") for row in rows}

    def states(self) -> Counter[str]:
        """How many letters are in which state."""
        return Counter(state for state, _, _ in self.letters().values())

    def said(self, step: str) -> list[str]:
        """The lines of the log about a step."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if f"step={step} " in line]


def eventually(happens: Callable[[], bool], what: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < end, what()
        time.sleep(0.02)
