"""The original bytes of every message, once each."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from gateway.store.engine import Database
from gateway.store.schema import inbox, raw_mail
from routing.events import Event

_MANY = select(raw_mail.c.sha256, raw_mail.c.data).where(raw_mail.c.sha256.in_(bindparam("names", expanding=True)))

_NAMES = select(inbox.c.id, inbox.c.raw_sha256).where(inbox.c.id.in_(bindparam("mails", expanding=True)))


def keep(connection: Connection, database: Database, mails: Collection[bytes], now: datetime) -> dict[bytes, str]:
    """Store what is not there yet; returns the sha256 (hex) of each."""
    names = {raw: hashlib.sha256(raw).hexdigest() for raw in mails}
    rows = [{"sha256": name, "size": len(raw), "data": raw, "received_at": now} for raw, name in names.items()]
    # In one order for everybody: two transactions that bring the same mails then wait for each other, but never both.
    rows.sort(key=lambda row: str(row["sha256"]))
    connection.execute(database.insert_new(raw_mail, "sha256"), rows)
    return names


def load(connection: Connection, names: Collection[str]) -> dict[str, bytes]:
    """The bytes by their sha256 (hex); what is not there is left out. They may be `damaged`."""
    return {row.sha256: row.data for row in connection.execute(_MANY, {"names": list(set(names))})}


def origins(connection: Connection, caused: Collection[tuple[Event, str | None]]) -> list[tuple[Event, str | None]]:
    """Events, each with the sha256 (hex) of the mail that its words came with; given is that of the mail behind it."""
    others = {event.cause.words_of for event, _ in caused} - {None}
    if not others:
        return list(caused)
    names = {row.id: row.raw_sha256 for row in connection.execute(_NAMES, {"mails": list(others)})}
    return [(event, names.get(event.cause.words_of, name)) for event, name in caused]


def damaged(raw: bytes, name: str) -> bool:
    """Whether bytes are no longer those that were stored under a sha256 (hex): a disk or a memory has failed."""
    return hashlib.sha256(raw).hexdigest() != name
