"""What a decision costs, with all that it needs from the database, as a desk grows.

`python -m bench.decide [--mails N] [--only sqlite|postgresql]` fills a database with 100, 1,000 and 10,000 tickets of
1,000 people. For each size, mails that open a ticket, comment, move, assign and ask for a list are decided as the
walker does it: batches of 16 in one transaction. Prints, for one mail at the median, the time that passes for
situation, decision and writing, how much of it the processor worked (on a busy machine the figure to compare), and the
time with the commit.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench import town
from bench.walk import database
from gateway.app import Office
from gateway.instant import now
from gateway.intake import Delivery, Rejected, Target
from gateway.walk import Understood, consider, understand
from parsers.address import mint, reply_address
from parsers.mail import Door
from parsers.read import read

SIZES = (100, 1_000, 10_000)
BATCH = 16
LEASE = timedelta(minutes=5)
OPEN = "open"
ACTS: Mapping[str, tuple[str, bool]] = {
    OPEN: ("{words}", True),
    "comment": ("{words}", True),
    "move": ("#to customer\n\n{words}", False),
    "assign": ("#assign {agent}\n\n{words}", False),
    "list": ("#list", False),
}
"""What is written, and whether the requester or an agent writes it."""


def mails(desk: Office, name: str, tickets: int, count: int) -> Iterator[tuple[bytes, str, str]]:
    """Mails of one sort to tickets spread over all, with their envelopes."""
    text, by_requester = ACTS[name]
    for number in range(count):
        # Every ticket once before any comes again; closed ones take no moves.
        ticket = (number * 7919 + 1) % tickets
        ticket += ticket % 4 == 0
        letter = town.letters(ticket)[0 if by_requester else 1]
        writer = town.requester(ticket) if by_requester else town.agent(ticket)
        signed = reply_address(town.SUPPORT, mint(desk.keys, letter, (now() + timedelta(days=300)).date()))
        to, subject = (
            (town.SUPPORT, "Another matter") if name == OPEN else (signed, f"Re: [{town.key(ticket)}] Matter {ticket}")
        )
        said = text.format(words=town.WORDS, agent=town.agent(number % 3)).replace("\n", "\r\n")
        head = (
            f"From: <{writer}>\r\nTo: {to}\r\nSubject: {subject}\r\n"
            f"Message-ID: <{name}-{number}@bench.example>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n"
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        )
        yield f"{head}\r\n{said}\r\n".encode(), writer, to


def taken(desk: Office, raws: Sequence[tuple[bytes, str, str]]) -> Iterator[list[Understood]]:
    """The mails in the inbox, claimed in batches and read."""
    rules, moment = desk.rules(), now()
    intake = desk.intake(lambda: rules)
    for raw, writer, to in raws:
        target, identity = intake.admit(to, moment.date()), intake.examine(raw)
        assert isinstance(target, Target)
        assert not isinstance(identity, Rejected)
        intake.accept([Delivery(raw, identity, writer, (target,), Door.SMTP, moment)])
    while rows := desk.store.inbox.claim(BATCH, LEASE, now()):
        yield [understand(row, read(row.raw), rules, moment.date()) for row in rows]


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one mail: seconds that passed, seconds of the processor, seconds with its share of the commit."""

    passed: float
    worked: float
    whole: float


def timed(desk: Office, batch: Sequence[Understood]) -> tuple[list[Cost], set[str]]:
    """What each mail of a batch costs to load, decide and write, and what came of them."""
    rules, spent, outcomes = desk.rules(), list[tuple[float, float]](), set[str]()
    start = time.perf_counter()
    with desk.store.write() as tx:
        tx.foresee([one.clues for one in batch], now())
        for one in batch:
            begin, began = time.perf_counter(), time.thread_time()
            considered = consider(tx, one, rules, now())
            tx.commit_decision(one.row, considered.decision, rules.keys, now())
            spent.append((time.perf_counter() - begin, time.thread_time() - began))
            outcomes.add(considered.decision.outcome)
    whole = (time.perf_counter() - start) / len(batch)
    return [Cost(passed, worked, whole) for passed, worked in spent], outcomes


def measure(folder: Path, url: str, tickets: int, count: int) -> None:
    """One size: a line for each sort of mail."""
    desk = town.build(folder, url, tickets)
    try:
        for name in (*(act for act in ACTS if act != OPEN), OPEN):
            costs, outcomes = list[Cost](), set[str]()
            for batch in taken(desk, list(mails(desk, name, tickets, count))):
                found, came = timed(desk, batch)
                costs += found
                outcomes |= came
            passed, worked, whole = (
                median(getattr(cost, field) * 1e3 for cost in costs) for field in ("passed", "worked", "whole")
            )
            print(
                f"  {tickets:6} tickets  {name:8} {passed:6.2f} ms  {worked:6.2f} ms of the processor  "
                f"{whole:6.2f} ms with the commit   ({', '.join(sorted(outcomes))})"
            )
    finally:
        desk.close()


def main() -> None:
    """Run the benches that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=160)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    arguments = parser.parse_args()
    for name in ("sqlite", "postgresql"):
        if arguments.only in (None, name):
            print(f"{name}: situation, decision and writing of one mail at the median, {town.PEOPLE} people")
            for size in SIZES:
                with tempfile.TemporaryDirectory(prefix="postern-bench-") as base, database(name, Path(base)) as urls:
                    measure(Path(base) / "desk", urls[0], size, arguments.mails)


if __name__ == "__main__":
    main()
