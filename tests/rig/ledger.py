"""The ledger checker: what was promised outside is held against what is kept inside and what arrived.

`Ledger` is written by the load, one entry for each 250 it heard; the fake relay keeps its own of each letter it took.
"""

import json
import os
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import select, text

from gateway.store.schema import events, inbox, outbox
from gateway.store.store import Store
from tests.rig.relay import Delivery


class Ledger:
    """An append-only file of JSON lines, on the disk before `write` returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, entry: dict[str, str]) -> None:
        """Add one entry."""
        with self._lock:
            os.write(self._file, (json.dumps(entry) + "\n").encode())
            os.fsync(self._file)

    def entries(self) -> list[dict[str, str]]:
        """All entries so far."""
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def faults(store: Store, acknowledged: Iterable[str], deliveries: Sequence[Delivery], in_hand: int) -> list[str]:
    """What is not as promised, a sentence each; none means that nothing was lost and nothing done twice.

    `acknowledged` are the Message-IDs that a 250 answered, `in_hand` how many letters a crash may repeat.
    """
    return [
        *_messages(store, set(acknowledged)),
        *_letters(store, deliveries, in_hand),
        *_integrity(store),
    ]


def _messages(store: Store, acknowledged: set[str]) -> Iterator[str]:
    """Every message answered with 250 is decided exactly once, and no other is."""
    with store.database.read() as connection:
        kept = connection.execute(select(inbox.c.message_id, inbox.c.state)).all()
        caused = Counter(connection.execute(select(events.c.message_id)).scalars())
    states = defaultdict(list)
    for message_id, state in kept:
        states[message_id].append(state)
    for message_id in sorted(acknowledged):
        if states[message_id] != ["done"]:
            yield f"{message_id} was answered 250, and its inbox rows are {states[message_id]}"
        if caused[message_id] != 1:
            yield f"{message_id} was answered 250, and it caused {caused[message_id]} events"
    for message_id, times in caused.items():
        if times > 1:
            yield f"{message_id} caused {times} events"


def _letters(store: Store, deliveries: Sequence[Delivery], in_hand: int) -> Iterator[str]:
    """Every letter is sent and arrived; repeated are only those in hand, with the same bytes."""
    with store.database.read() as connection:
        written = connection.execute(select(outbox.c.message_id, outbox.c.state, outbox.c.address)).all()
    arrived: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        arrived[delivery.message_id].append(delivery)
    for message_id, state, address in written:
        if state != "sent":
            yield f"the letter {message_id} to {address} is {state}"
        if not arrived[message_id]:
            yield f"the letter {message_id} to {address} never arrived"
        if any(delivery.recipient != address for delivery in arrived[message_id]):
            yield f"the letter {message_id} to {address} went to somebody else, too"
        if len({delivery.data for delivery in arrived[message_id]}) > 1:
            yield f"the letter {message_id} to {address} arrived in different forms"
    known = {message_id for message_id, _, _ in written}
    for message_id in arrived.keys() - known:
        yield f"a letter {message_id} arrived that nobody wrote"
    doubled = [message_id for message_id in known if len(arrived[message_id]) > 1]
    if len(doubled) > in_hand:
        yield f"{len(doubled)} letters arrived more than once, and only {in_hand} could be in hand"


def _integrity(store: Store) -> Iterator[str]:
    with store.database.read() as connection:
        if connection.dialect.name == "sqlite":
            found = connection.execute(text("PRAGMA integrity_check")).scalar_one()
            if found != "ok":
                yield f"the database is damaged: {found}"
