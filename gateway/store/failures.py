"""Letters that did not arrive, and the addresses to which nothing is sent for a while because of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnClause,
    Connection,
    bindparam,
    case,
    delete,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)

from gateway.store.columns import Instant, Record, storable
from gateway.store.engine import Database
from gateway.store.schema import failures, outbox, suppressions, tickets
from routing.caps import HOUR
from routing.delivery import UNDELIVERED
from routing.directory import Side, canonical
from routing.model import Desk, Minted
from routing.suppression import Deliveries, Failure, Suppression

WITHHELD, WAIVED = "withheld", "waived"
"""A letter that stays behind because its address is suppressed, and one that goes out all the same: a human said so."""

# Literal, and without a type that SQLite would compare with 1: only so a planner sees that the partial index fits.
_COUNTS: ColumnClause[bool] = literal_column("failures.counts")
_KNOWN = select(failures.c.reports, failures.c.failed).where(failures.c.outbox_id == bindparam("letter"))
_EARLIER = (
    select(failures.c.at)
    .where(
        _COUNTS,
        failures.c.address == bindparam("address"),
        failures.c.at > bindparam("since", type_=Instant),
        failures.c.outbox_id != bindparam("letter"),
    )
    .order_by(failures.c.at.desc())
    .limit(bindparam("most"))
)
_NOW = bindparam("now", type_=Instant)
_ACTIVE = suppressions.c.until > _NOW
_EVERY = select(
    suppressions.c.address,
    suppressions.c.hard,
    suppressions.c.reason,
    suppressions.c.since,
    suppressions.c.until,
)
_SUPPRESSED = _EVERY.where(suppressions.c.address.in_(bindparam("addresses", expanding=True)), _ACTIVE)
_TOLD = (
    select(outbox.c.address, func.count().label("letters"))
    .where(
        outbox.c.template == literal_column(f"'{UNDELIVERED}'"),
        outbox.c.created_at > bindparam("since", type_=Instant),
    )
    .group_by(outbox.c.address)
)
_HEARD = (
    update(failures)
    .where(failures.c.outbox_id == bindparam("letter"))
    .values(
        reports=failures.c.reports + 1,
        failed=or_(failures.c.failed, bindparam("has_failed")),
        # It is weighed when it fails, not when it was first late.
        at=case((bindparam("has_failed"), bindparam("moment", type_=Instant)), else_=failures.c.at),
        counts=or_(failures.c.counts, bindparam("weighs")),
    )
)
_RETURNED = (
    update(outbox)
    .where(outbox.c.id == bindparam("letter"), outbox.c.state == "sent")
    .values(state="refused", reason=bindparam("why"))
)
_LIFT = delete(suppressions).where(suppressions.c.address == bindparam("canonical"))
_FORGIVE = update(failures).where(_COUNTS, failures.c.address == bindparam("canonical")).values(counts=false())
_WITHHELD = (outbox.c.state == literal_column("'held'"), outbox.c.suppression == WITHHELD)
_RELEASE = (
    update(outbox)
    .where(*_WITHHELD, func.lower(outbox.c.address) == bindparam("canonical"))
    .values(
        state="waiting",
        reason=null(),
        suppression=null(),
        attempts=0,
        strikes=0,
        next_at=bindparam("moment", type_=Instant),
    )
)
_TICKET_TOLD = (
    select(outbox.c.id)
    .join(tickets, tickets.c.id == outbox.c.ticket_id)
    .where(
        tickets.c.key == bindparam("ticket"),
        func.lower(outbox.c.address) == bindparam("canonical"),
        outbox.c.suppression.is_not(None),
        outbox.c.created_at >= bindparam("begun", type_=Instant),
    )
    .limit(1)
)
_WAITING = (
    select(func.lower(outbox.c.address).label("canonical"), func.count().label("letters"))
    .where(*_WITHHELD)
    .group_by(func.lower(outbox.c.address))
)


@dataclass(frozen=True, slots=True)
class SuppressedLine:
    """An address to which nothing is sent, and how many letters stay behind because of that."""

    suppression: Suppression
    letters: int


def known(connection: Connection, letter: Minted, desk: Desk, now: datetime) -> Deliveries:
    """What is known of the address of a letter when one more word of it comes."""
    address, caps = canonical(letter.address), desk.caps
    of = connection.execute(_KNOWN, {"letter": letter.letter}).one_or_none()
    wanted = {"address": address, "since": now - caps.soft_window, "letter": letter.letter, "most": caps.soft_failures}
    return Deliveries(
        reports=of.reports if of else 0,
        failed=of.failed if of else False,
        earlier=tuple(connection.execute(_EARLIER, wanted).scalars()),
        suppression=suppressed(connection, [address], now).get(address),
        unreachable=frozenset(suppressed(connection, _staff(desk), now)),
        told={canonical(row.address): row.letters for row in connection.execute(_TOLD, {"since": now - HOUR})},
    )


def _staff(desk: Desk) -> list[str]:
    """Where the operator's people are written to: who else would be told?"""
    directory = desk.directory
    return [p.address for p in directory.people if p.registered and directory.side(p) is Side.OPERATOR]


def keep(connection: Connection, database: Database, failure: Failure, reason: str | None, now: datetime) -> None:
    """Write what was heard of a letter; with a `reason` it is one that the relay had taken, and it is refused now."""
    row = {"outbox_id": failure.letter, "address": failure.address, "at": now}
    new = database.insert_new(failures, "outbox_id")
    connection.execute(new, {**row, "reports": 0, "failed": False, "counts": False})
    said = {"has_failed": failure.failed, "weighs": failure.counts, "moment": now}
    connection.execute(_HEARD, {"letter": failure.letter, **said})
    if failure.failed and reason is not None:
        connection.execute(_RETURNED, {"letter": failure.letter, "why": storable(reason)})
    if failure.suppression is not None:
        begun = failure.suppression
        connection.execute(_LIFT, {"canonical": begun.address})
        values = {"hard": begun.hard, "reason": storable(begun.reason), "since": begun.since, "until": begun.until}
        whose = {"address": begun.address, "outbox_id": failure.letter}
        connection.execute(database.insert_new(suppressions, "address"), {**whose, **values})


def suppressed(connection: Connection, addresses: Collection[str], now: datetime) -> Mapping[str, Suppression]:
    """Which of some addresses nothing is sent to now, by their canonical form."""
    wanted = sorted({canonical(address) for address in addresses})
    if not wanted:
        return {}
    return {row.address: _line(row) for row in connection.execute(_SUPPRESSED, {"addresses": wanted, "now": now})}


def every(connection: Connection, now: datetime) -> list[SuppressedLine]:
    """All addresses to which nothing is sent now, the newest first."""
    behind = {row.canonical: row.letters for row in connection.execute(_WAITING)}
    rows = connection.execute(_EVERY.where(_ACTIVE).order_by(suppressions.c.since.desc()), {"now": now})
    return [SuppressedLine(_line(row), behind.get(row.address, 0)) for row in rows]


def is_told(connection: Connection, ticket: str, found: Suppression) -> bool:
    """Whether an earlier letter of a ticket stayed behind for the same reason."""
    wanted = {"ticket": ticket, "canonical": found.address, "begun": found.since}
    return connection.execute(_TICKET_TOLD, wanted).first() is not None


def lift(connection: Connection, address: str) -> bool:
    """Letters go to an address again, and what failed before no longer counts; False where nothing stood in the way."""
    wanted = {"canonical": canonical(address)}
    connection.execute(_FORGIVE, wanted)
    return connection.execute(_LIFT, wanted).rowcount > 0


def release(connection: Connection, address: str, now: datetime) -> int:
    """The letters that stayed behind for an address are due; returns how many."""
    return connection.execute(_RELEASE, {"canonical": canonical(address), "moment": now}).rowcount


def _line(row: Record) -> Suppression:
    return Suppression(row.address, row.hard, row.reason, row.since, row.until)


def sentence(found: Suppression) -> str:
    """Why a letter stays behind: for lists, the log and `explain`."""
    since, until = (f"{moment:%Y-%m-%d %H:%M} UTC" for moment in (found.since, found.until))
    why = "there is no such mailbox" if found.hard else "it failed too often"
    said = f" ({found.reason})" if found.reason else ""
    return (
        f"nothing is sent to {found.address} since {since} until {until}, as {why}{said}; "
        f"`postern suppressed lift {found.address}` ends that"
    )
