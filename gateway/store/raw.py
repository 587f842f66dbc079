"""The original bytes of every message, once each."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from gateway.store.engine import Database
from gateway.store.schema import raw_mail

_MANY = select(raw_mail.c.sha256, raw_mail.c.data).where(raw_mail.c.sha256.in_(bindparam("names", expanding=True)))


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


def damaged(raw: bytes, name: str) -> bool:
    """Whether bytes are no longer those that were stored under a sha256 (hex): a disk or a memory has failed."""
    return hashlib.sha256(raw).hexdigest() != name
