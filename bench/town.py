"""A desk of a given size, written straight into the tables: 1,000 people, and any number of tickets."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, text, update

from gateway.app import Office, office
from gateway.commands import init
from gateway.store import schema
from gateway.store.outbox import NOTICE
from routing import storms
from routing.events import Change, Commented, Event, Opened, encode, fold
from routing.model import Notice
from routing.ticket import Ticket

PEOPLE = 1000
AGENTS = 20
CUSTOMERS = 98
EACH = 10
SUPPORT = "support@desk.example"
BEGIN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
WORDS = "The quick brown fox jumps over the lazy dog, and then it does so once more.\n" * 18

_CONFIG = """
[gateway]
name = "Example Support"
database = "{database}"
directory = "directory.toml"
workflow = "several-parties"

[[address]]
address = "support@desk.example"

[relay]
kind = "keep"
"""


def build(folder: Path, database: str, tickets: int) -> Office:
    """The open office, with that many tickets."""
    init.write(folder)
    (folder / "config.toml").write_text(_CONFIG.format(database=database))
    (folder / "directory.toml").write_text("\n".join(_directory()))
    desk = office(folder / "config.toml")
    desk.apply_directory()
    with desk.store.database.write() as connection:
        _fill(connection, tickets)
    if database.startswith("postgresql"):
        with desk.store.database.write() as connection:
            connection.execute(text("ANALYZE"))
    return desk


def agent(number: int) -> str:
    """The address of an agent."""
    return f"agent{number % AGENTS}@desk.example"


def requester(ticket: int) -> str:
    """The address of who opened a ticket."""
    return f"person{ticket // CUSTOMERS % EACH}@customer{ticket % CUSTOMERS}.example"


def key(ticket: int) -> str:
    """The key of a ticket, counted from nought."""
    return f"CT-{ticket + 1}"


def letters(ticket: int) -> tuple[int, int]:
    """The outbox rows of a ticket: the acknowledgement to its requester, and the letter to an agent."""
    return ticket * 3 + 1, ticket * 3 + 2


def _directory() -> Iterator[str]:
    yield '[[organisation]]\nkey = "desk"\nname = "Desk"\nkind = "operator"'
    yield '[[organisation]]\nkey = "webhost"\nname = "Webhost"\nkind = "partner"'
    for number in range(AGENTS):
        yield _person(f"Agent {number}", agent(number), "desk", "agent")
    yield f'[[group]]\nkey = "agents"\norganisation = "desk"\nmembers = ["{agent(0)}", "{agent(1)}", "{agent(2)}"]'
    for customer in range(CUSTOMERS):
        yield f'[[organisation]]\nkey = "customer{customer}"\nname = "Customer {customer}"\nkind = "customer"'
        for number in range(EACH):
            name = f"Person {number} of {customer}"
            yield _person(name, f"person{number}@customer{customer}.example", f"customer{customer}", "requester")
        first = ", ".join(f'"person{number}@customer{customer}.example"' for number in range(2))
        yield f'[[group]]\nkey = "support"\norganisation = "customer{customer}"\nmembers = [{first}]'
        yield (
            f'[[system]]\nkey = "system{customer}"\nname = "System {customer}"\ncustomer = "customer{customer}"\n'
            'involved = { web-it-provider = "webhost" }'
        )


def _person(name: str, address: str, organisation: str, role: str) -> str:
    return f'[[person]]\nname = "{name}"\naddresses = ["{address}"]\norganisation = "{organisation}"\nrole = "{role}"'


def _fill(connection: Connection, count: int) -> None:
    digest = hashlib.sha256(b"").hexdigest()
    connection.execute(insert(schema.raw_mail), [{"sha256": digest, "size": 0, "data": b"", "received_at": BEGIN}])
    timelines = [_timeline(number) for number in range(count)]
    connection.execute(insert(schema.inbox), [_mail(number, digest) for number in range(count)])
    connection.execute(insert(schema.tickets), [_ticket(number, events) for number, events in enumerate(timelines)])
    rows = [row for number, events in enumerate(timelines) for row in _events(number, events)]
    connection.execute(insert(schema.events), rows)
    connection.execute(insert(schema.outbox), [row for number in range(count) for row in _letters(number)])
    connection.execute(update(schema.counters).where(schema.counters.c.name == "ticket").values(value=count))
    held = [
        {"ticket_id": number + 1, "address": address, "status": "in-progress"}
        for number, events in enumerate(timelines)
        for address in fold(events).assignees
    ]
    connection.execute(insert(schema.assignments), held)
    if connection.dialect.name == "postgresql":
        for table in ("inbox", "tickets", "events", "outbox"):
            connection.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))


def _timeline(number: int) -> tuple[Event, ...]:
    """Opened, answered by an agent, and again by the customer; one in four is closed."""
    at, customer = BEGIN + timedelta(minutes=number), f"customer{number % CUSTOMERS}"
    first: dict[str, str | tuple[str, ...]] = {
        "subject": f"Matter {number}",
        "status": "closed" if number % 4 == 0 else "in-progress",
        "holder": "operator",
        "queue": "inbound",
        "requester": requester(number),
        "organisation": customer,
        "system": f"system{number % CUSTOMERS}",
        "assignees": (agent(number),) if number % 4 else (),
    }
    changes = tuple(Change(field=name, before=None, after=value) for name, value in first.items())
    said = Commented(at=at, actor=agent(number), audience="everyone", text=WORDS)
    return (
        Opened(key=key(number), at=at, actor=requester(number), audience="everyone", text=WORDS, changes=changes),
        said,
        replace(said, actor=requester(number), at=at + timedelta(hours=1)),
    )


def _mail(number: int, digest: str) -> dict[str, object]:
    return {
        "id": number + 1,
        "dedupe_key": hashlib.sha256(f"mail {number}".encode()).hexdigest(),
        "raw_sha256": digest,
        "sender": requester(number),
        "recipient": SUPPORT,
        "door": "smtp",
        "trusted": False,
        "quiet": False,
        "received_at": BEGIN,
        "order_key": requester(number),
        "state": "done",
        "attempts": 1,
        "strikes": 0,
        "next_at": BEGIN,
        "ticket_key": key(number),
        "outcome": "opened",
    }


def _ticket(number: int, events: Sequence[Event]) -> dict[str, object]:
    ticket = fold(events)
    return {"id": number + 1, **{field.name: getattr(ticket, field.name) for field in fields(Ticket)}}


def _events(number: int, events: Sequence[Event]) -> Iterator[dict[str, object]]:
    for place, event in enumerate(events):
        yield {
            "ticket_id": number + 1,
            "seq": place + 1,
            "inbox_id": number + 1,
            "ordinal": place,
            "at": event.at,
            "kind": event.kind,
            "audience": event.audience,
            "message_id": f"<mail-{number}-{place}@customer.example>",
            "subject": f"Matter {number}",
            "writer": storms.witness(event),
            "likeness": storms.likeness(event),
            "data": encode(event),
        }


def _letters(number: int) -> Iterator[dict[str, object]]:
    readers = (
        (requester(number), "customer", "acknowledgement", True),
        (agent(number), "operator", "opened", False),
        (requester(number), "customer", "comment", False),
    )
    for place, (address, lane, template, answer) in enumerate(readers):
        notice = Notice(address, "", "en", template, lane, SUPPORT, key(number), f"Matter {number}", answer=answer)
        yield {
            "id": number * 3 + place + 1,
            "key": f"{number}-{place}",
            "message_id": f"<letter-{number}-{place}@desk.example>",
            "ticket_id": number + 1,
            "ticket_key": key(number),
            "event_seq": 1,
            "inbox_id": number + 1,
            "address": address,
            "lane": lane,
            "audience": "everyone",
            "template": template,
            "answer": answer,
            "stranger": False,
            "notice": NOTICE.dump_json(notice).decode(),
            "created_at": BEGIN,
            "order_key": f"{key(number)} {address}",
            "state": "sent",
            "attempts": 1,
            "strikes": 0,
            "next_at": BEGIN,
        }
