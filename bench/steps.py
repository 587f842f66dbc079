"""What each step of one message costs, in process and one after the other."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from gateway.app import office
from gateway.instant import now
from gateway.intake import Delivery
from gateway.reader import Request
from gateway.store.store import InboxRow
from gateway.walk import consider
from parsers.identity import identify
from parsers.mail import Door
from parsers.read import read

BATCH = 16


class Stopwatch:
    """Seconds by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, name: str, work: "Callable[[], object]") -> object:
        """Do the work and add its time."""
        start = time.perf_counter()
        result = work()
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
        return result


def costs(url: str, folder: Path, raws: Sequence[bytes]) -> Iterator[str]:
    """Lines of a table: microseconds a message, and the share of the whole."""
    desk = office(folder / "config.toml")
    rules = desk.rules()
    intake = desk.intake(lambda: rules)
    walker_reader = desk.walker(lambda: rules)
    composer = desk.composer()
    watch = Stopwatch()
    fresh = [raw.replace(b"Message-ID: <walk", b"Message-ID: <steps") for raw in raws]
    try:
        for start in range(0, len(fresh), BATCH):
            batch = fresh[start : start + BATCH]
            targets = []
            for raw in batch:
                to = raw.partition(b"\r\nTo: ")[2].partition(b"\r\n")[0].decode()
                target = watch.time("recipient", lambda to=to: intake.admit(to, now().date()))
                targets.append(target)
            deliveries = [
                Delivery(raw, identify(raw), "", (target,), Door.SMTP, now()) for raw, target in zip(batch, targets, strict=True)
            ]
            watch.time("accept (commit of 16)", lambda d=deliveries: intake.accept(d))
            rows = watch.time("claim inbox", lambda: desk.store.inbox.claim(BATCH, timedelta(minutes=5), now()))
            mails = [watch.time("read (in a child)", lambda r=row: read(r.raw)) for row in rows]
            with desk.store.write() as tx:
                for row, mail in zip(rows, mails, strict=True):
                    found = watch.time("understand, load, decide", lambda: consider(tx, row, mail, rules, now()))
                    watch.time("write decision", lambda: tx.commit_decision(row, found.decision, rules.keys, now()))
            letters = watch.time("claim outbox", lambda: desk.store.outbox.claim(99, timedelta(minutes=5), now()))
            composed = [watch.time("compose letters", lambda r=row: composer.compose(r)) for row in letters]
            kept = [(r.id, r.lease, c.data) for r, c in zip(letters, composed, strict=True)]
            watch.time("keep letters", lambda: desk.store.keep_letters(kept))
            watch.time(
                "settle letters", lambda: desk.store.settle([(r, 250, "ok", "sent", None) for r in letters], now())
            )
    finally:
        walker_reader.stop()
        desk.close()
    whole = sum(watch.seconds.values())
    yield "  steps of one message, in process, one after the other, without sockets:"
    for name, seconds in watch.seconds.items():
        yield f"    {seconds / len(fresh) * 1e6:7.0f} µs  {seconds / whole:5.1%}  {name}"
    yield f"    {whole / len(fresh) * 1e6:7.0f} µs  together"
