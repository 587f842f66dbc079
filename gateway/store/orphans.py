"""What a new directory would leave without its people: open tickets of whoever it no longer names."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select, true

from gateway.store.schema import addresses, assignments, organisations, people, systems, tickets
from routing.cast import PARTY_PREFIX
from routing.directory import Directory, canonical

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Orphan:
    """An entry that cannot go yet, and the keys of open tickets that depend on it, some of `count`."""

    noun: str
    name: str
    tickets: tuple[str, ...]
    count: int

    @property
    def said(self) -> str:
        """The tickets, in words."""
        more = f" and {self.count - len(self.tickets)} more" if self.count > len(self.tickets) else ""
        return ", ".join(self.tickets) + more


class OrphansLeft(ValueError):  # noqa: N818 - it holds all that would be left behind, not one error
    """A directory that would leave open tickets behind."""

    def __init__(self, orphans: Sequence[Orphan]) -> None:
        super().__init__("; ".join(f"{one.noun} {one.name}: {one.said}" for one in orphans))
        self.orphans = tuple(orphans)


def refuse(connection: Connection, new: Directory, closed: Collection[str]) -> None:
    """Raise OrphansLeft where an entry goes on which an open ticket depends; `closed` are the states that count not.

    A ticket depends on its organisation, its system, the party whose turn it is and the people to whom it is assigned.
    A requester may go: the ticket is its organisation's.
    """
    if found := tuple(_orphans(connection, new, closed)):
        raise OrphansLeft(found)


def _orphans(connection: Connection, new: Directory, closed: Collection[str]) -> Iterator[Orphan]:
    open_ = and_(tickets.c.status.not_in(list(closed)), tickets.c.hidden == false())
    for key in connection.execute(select(organisations.c.key).where(organisations.c.active == true())).scalars().all():
        if key not in new.organisations:
            held = or_(tickets.c.organisation == key, tickets.c.holder == f"{PARTY_PREFIX}{key}")
            yield from _depending(connection, "organisation", key, and_(open_, held))
    for key in connection.execute(select(systems.c.key).where(systems.c.active == true())).scalars().all():
        if key not in new.systems:
            yield from _depending(connection, "system", key, and_(open_, tickets.c.system == key))
    for owned in _gone(connection, new):
        mine = select(assignments.c.ticket_id).where(assignments.c.address.in_(owned))
        yield from _depending(connection, "person", owned[0], and_(open_, tickets.c.id.in_(mine)))


def _gone(connection: Connection, new: Directory) -> Iterator[list[str]]:
    """The addresses of each registered person whom the new directory does not name."""
    rows = connection.execute(
        select(people.c.id, addresses.c.address)
        .join(addresses, addresses.c.person_id == people.c.id)
        .where(people.c.registered == true(), people.c.active == true())
        .order_by(people.c.id, addresses.c.position)
    )
    known = {canonical(address) for person in new.people for address in person.addresses}
    owned: dict[int, list[str]] = {}
    for row in rows:
        owned.setdefault(row.id, []).append(row.address)
    yield from (mine for mine in owned.values() if known.isdisjoint(mine))


def _depending(connection: Connection, noun: str, name: str, where: ColumnElement[bool]) -> Iterator[Orphan]:
    count = connection.execute(select(func.count()).select_from(tickets).where(where)).scalar_one()
    if count:
        keys = connection.execute(select(tickets.c.key).where(where).order_by(tickets.c.id).limit(MOST_NAMED)).scalars()
        yield Orphan(noun, name, tuple(keys), count)
