"""What each step of one message costs, in process and one after the other."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from gateway.app import Office, office
from gateway.composer import Composer
from gateway.instant import now
from gateway.intake import Delivery, Intake, Rejected
from gateway.relay_settings import CONNECTIONS
from gateway.walk import consider, understand
from parsers.mail import Door
from parsers.read import read

BATCH = 16
LEASE = timedelta(minutes=5)
Result = TypeVar("Result")


class Stopwatch:
    """Seconds by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, name: str, work: Callable[[], Result]) -> Result:
        """Do the work and add its time."""
        start = time.perf_counter()
        result = work()
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
        return result


def costs(folder: Path, raws: Sequence[bytes]) -> Iterator[str]:
    """Lines of a table: microseconds a message, and the share of the whole."""
    desk = office(folder / "config.toml")
    watch = Stopwatch()
    fresh = [raw.replace(b"Message-ID: <walk", b"Message-ID: <steps") for raw in raws]
    try:
        composer = desk.composer()
        # The first batch reads templates and catalogues, and lets the database compile its statements.
        _walk(desk, composer, Stopwatch(), [raw.replace(b"<steps", b"<first") for raw in fresh[:BATCH]])
        for start in range(0, len(fresh), BATCH):
            _walk(desk, composer, watch, fresh[start : start + BATCH])
    finally:
        desk.close()
    whole = sum(watch.seconds.values())
    yield "  steps of one message, in process, one after the other, without sockets:"
    for name, seconds in watch.seconds.items():
        yield f"    {seconds / len(fresh) * 1e6:7.0f} µs  {seconds / whole:5.1%}  {name}"
    yield f"    {whole / len(fresh) * 1e6:7.0f} µs  together"


def _walk(desk: Office, composer: Composer, watch: Stopwatch, batch: Sequence[bytes]) -> None:
    store, rules = desk.store, desk.rules()
    intake = desk.intake(lambda: rules)
    deliveries = [_delivery(watch, intake, raw) for raw in batch]
    watch.time("accept", partial(intake.accept, deliveries))
    rows = watch.time("claim inbox", partial(store.inbox.claim, BATCH, LEASE, now()))
    mails = [watch.time("read (in a child)", partial(read, row.raw)) for row in rows]
    today = now().date()
    pairs = zip(rows, mails, strict=True)
    understood = [watch.time("understand", partial(understand, *pair, rules, today)) for pair in pairs]
    with store.write() as tx:
        watch.time("load, decide", partial(tx.foresee, [each.clues for each in understood], now()))
        for each in understood:
            found = watch.time("load, decide", partial(consider, tx, each, rules, now()))
            watch.time("write decision", partial(tx.commit_decision, each.row, found.decision, rules.keys, now()))
    letters = watch.time("claim outbox", partial(store.outbox.claim, 99, LEASE, now()))
    composed = [watch.time("compose letters", partial(composer.compose, row)) for row in letters]
    kept = [(each.id, each.lease, written.data) for each, written in zip(letters, composed, strict=True)]
    watch.time("keep letters", partial(store.keep_letters, kept))
    for start in range(0, len(letters), CONNECTIONS):
        fates = [(letter, 250, "ok", "sent", None) for letter in letters[start : start + CONNECTIONS]]
        watch.time("settle letters", partial(store.settle, fates, now()))


def _delivery(watch: Stopwatch, intake: Intake, raw: bytes) -> Delivery:
    to = raw.partition(b"\r\nTo: ")[2].partition(b"\r\n")[0].decode()
    target = watch.time("recipient", partial(intake.admit, to, now().date()))
    identity = watch.time("identity", partial(intake.examine, raw))
    assert not isinstance(target, Rejected)
    assert not isinstance(identity, Rejected)
    return Delivery(raw, identity, "customer@acme.example", (target,), Door.SMTP, now())
