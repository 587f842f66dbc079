"""Who is who, kept: the snapshot that decisions use, persons met by mail, and `apply`, which follows the file."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, and_, bindparam, delete, insert, or_, select, true, update

from gateway.store import orphans
from gateway.store.columns import Record
from gateway.store.schema import addresses, counters, groups, organisations, people, systems
from routing.choices import DIGEST_AT, QUIET, kept, spans, with_settings
from routing.directory import (
    Directory,
    Group,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    System,
    canonical,
)
from routing.hours import Hours, clock
from routing.model import Absence, Chosen
from routing.wishes import Topic, Wish

if TYPE_CHECKING:
    from gateway.store.store import Store

_GENERATION = select(counters.c.value).where(counters.c.name == "directory")
_CHANGED = update(counters).where(counters.c.name == "directory").values(value=counters.c.value + 1)
_PEOPLE = (
    select(people, addresses.c.written)
    .join(addresses, addresses.c.person_id == people.c.id)
    .order_by(people.c.id, addresses.c.position)
)
_REGISTERED = _PEOPLE.where(people.c.registered == true(), people.c.active == true())
_OWNERS = select(addresses.c.person_id).where(addresses.c.address.in_(bindparam("names", expanding=True)))
_OWNING = _PEOPLE.where(people.c.id.in_(_OWNERS))


def generation(connection: Connection) -> int:
    """A number that grows with every change of the directory."""
    return int(connection.execute(_GENERATION).scalar_one())


def snapshot(connection: Connection) -> Directory:
    """All that is active and registered."""
    return Directory(
        organisations={row.key: _organisation(row) for row in _active(connection, organisations)},
        people=tuple(person for person, _ in _persons(connection.execute(_REGISTERED))),
        groups=tuple(Group(r.key, r.organisation, r.members, r.queues) for r in _active(connection, groups)),
        systems={r.key: System(r.key, r.name, r.customer, r.involved) for r in _active(connection, systems)},
    )


def _active(connection: Connection, table: Table) -> Iterable[Record]:
    return connection.execute(select(table).where(table.c.active == true()).order_by(*table.primary_key.columns))


def _organisation(row: Record) -> Organisation:
    return Organisation(row.key, row.name, OrganisationKind(row.kind), row.parent, row.domains, row.reference)


def _persons(rows: Iterable[Record]) -> list[tuple[Person, bool]]:
    """Persons of rows, one row an address, each with whether it is active."""
    found: dict[int, list[Record]] = defaultdict(list)
    for row in rows:
        found[row.id].append(row)
    return [(with_settings(_person(own), own[0].chosen), own[0].active) for own in found.values()]


def _person(own: Sequence[Record]) -> Person:
    """A person of its rows, as the directory has it."""
    row = own[0]
    return Person(
        name=row.name,
        addresses=tuple(one.written for one in own),
        organisation=row.organisation,
        role=Role(row.role),
        language=row.language,
        registered=row.registered,
        skills=row.skills,
        wishes=tuple((Topic(topic), Wish(wish)) for topic, wish in row.wishes.items()),
        away_until=row.away_until,
        away_by_itself=row.away_by_itself,
        hours=Hours(row.timezone, clock(row.digest_at), spans(row.quiet) if row.quiet else ()),
    )


def met(connection: Connection, names: Iterable[str]) -> tuple[Person, ...]:
    """The persons met by mail who own any of these addresses."""
    wanted = [canonical(name) for name in names]
    if not wanted:
        return ()
    rows = connection.execute(_OWNING, {"names": wanted})
    return tuple(person for person, active in _persons(rows) if active and not person.registered)


def remember(connection: Connection, newcomer: Person) -> None:
    """Keep a person met by mail. Somebody known stays as known; an entry that was deactivated begins anew."""
    wanted = [canonical(name) for name in newcomer.addresses]
    owners = connection.execute(select(people).where(people.c.id.in_(_OWNERS)), {"names": wanted}).all()
    if any(owner.active for owner in owners):
        return
    values = {**_values(newcomer), "registered": False}
    if owners:
        connection.execute(update(people).where(people.c.id == owners[0].id).values(values))
    else:
        owner = connection.execute(insert(people).values({**_NEW, **values}).returning(people.c.id)).scalar_one()
        _insert_addresses(connection, owner, newcomer)


def absent(connection: Connection, absence: Absence) -> None:
    """Write down until when somebody is away. `apply` leaves it as it is unless the file says something of it."""
    owner = select(addresses.c.person_id).where(addresses.c.address == canonical(absence.address)).scalar_subquery()
    values = {"away_until": absence.until, "away_by_itself": absence.by_itself}
    connection.execute(update(people).where(people.c.id == owner).values(values))
    connection.execute(_CHANGED)


def choose(connection: Connection, chosen: Chosen) -> None:
    """Write down what somebody chose, beside what it chose before."""
    owner = select(addresses.c.person_id).where(addresses.c.address == canonical(chosen.address)).scalar_subquery()
    before = select(people.c.id, people.c.chosen).where(people.c.id == owner).with_for_update()
    row = connection.execute(before).one_or_none()
    if row is not None:
        values = {**row.chosen, **chosen.settings}
        connection.execute(update(people).where(people.c.id == row.id).values(chosen=values))
        connection.execute(_CHANGED)


def apply(store: "Store", new: Directory, closed: Collection[str] = ()) -> list[str]:
    """Make the stored directory equal to `new`; returns a line for each thing changed, none where nothing was.

    What is gone is deactivated, never deleted. Persons met by mail stay; they become registered where `new` names
    one of their addresses. All readers see the change with the next transaction.

    Raises OrphansLeft, and changes nothing, where an open ticket depends on what is gone; `closed` are the states of
    those that are not open.
    """
    with store.database.write() as connection:
        before = connection.execute(_GENERATION.with_for_update()).scalar_one()
        orphans.refuse(connection, new, closed)
        lines = _keyed(connection, organisations, "organisation", _organisation_rows(new))
        lines += _apply_people(connection, new.people)
        lines += _keyed(connection, groups, "group", _group_rows(new))
        lines += _keyed(connection, systems, "system", _system_rows(new))
        if lines:
            connection.execute(update(counters).where(counters.c.name == "directory").values(value=before + 1))
    return lines


_Rows = Mapping[tuple[str, ...], Mapping[str, object]]


def _organisation_rows(new: Directory) -> _Rows:
    return {
        (o.key,): {
            "name": o.name,
            "kind": o.kind.value,
            "parent": o.parent,
            "domains": o.domains,
            "reference": o.reference,
        }
        for o in new.organisations.values()
    }


def _group_rows(new: Directory) -> _Rows:
    return {(g.organisation, g.key): {"members": g.members, "queues": g.queues} for g in new.groups}


def _system_rows(new: Directory) -> _Rows:
    return {
        (s.key,): {"name": s.name, "customer": s.customer, "involved": dict(s.involved)} for s in new.systems.values()
    }


def _keyed(connection: Connection, table: Table, noun: str, wanted: _Rows) -> list[str]:
    """Bring the rows of a table in line; a row is named by its primary key."""
    names = [column.name for column in table.primary_key.columns]
    have = {tuple(row[name] for name in names): row for row in connection.execute(select(table)).mappings()}
    lines = []
    for key, given in wanted.items():
        values = {**given, "active": True}
        old = have.get(key)
        if old is None:
            connection.execute(insert(table).values({**dict(zip(names, key, strict=True)), **values}))
            lines.append(f"{noun} {'/'.join(key)}: added")
        elif changed := [name for name, value in values.items() if old[name] != value]:
            connection.execute(update(table).where(_is(table, key)).values(values))
            lines.append(f"{noun} {'/'.join(key)}: {_said(changed)}")
    for key in have.keys() - wanted.keys():
        if have[key]["active"]:
            connection.execute(update(table).where(_is(table, key)).values(active=False))
            lines.append(f"{noun} {'/'.join(key)}: deactivated")
    return lines


def _is(table: Table, key: tuple[str, ...]) -> Any:
    return and_(*(column == value for column, value in zip(table.primary_key.columns, key, strict=True)))


def _said(changed: list[str]) -> str:
    return "active again" if "active" in changed else f"changed {', '.join(changed)}"


def _apply_people(connection: Connection, wanted: Iterable[Person]) -> list[str]:
    have = {row["id"]: row for row in connection.execute(select(people)).mappings()}
    owner = {row.address: row.person_id for row in connection.execute(select(addresses))}
    owned: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for row in connection.execute(select(addresses)):
        owned[row.person_id].append((row.position, row.written))
    lines, kept = [], set()
    for person in wanted:
        owners = (owner.get(canonical(address)) for address in person.addresses)
        mine = next((one for one in owners if one is not None and one not in kept), None)
        if mine is None:
            mine = connection.execute(
                insert(people).values({**_NEW, **_values(person)}).returning(people.c.id)
            ).scalar_one()
            _take_addresses(connection, mine, person)
            lines.append(f"person {person.address}: added")
        else:
            same = tuple(written for _, written in sorted(owned[mine])) == person.addresses
            lines += _update_person(connection, have[mine], person, same_addresses=same)
        kept.add(mine)
    for gone in (row for row in have.values() if row["registered"] and row["active"] and row["id"] not in kept):
        connection.execute(update(people).where(people.c.id == gone["id"]).values(active=False))
        name = min(owned[gone["id"]], default=(0, gone["name"]))[1]
        lines.append(f"person {name}: deactivated")
    return lines


def _update_person(
    connection: Connection, old: Mapping[Any, Any], person: Person, *, same_addresses: bool
) -> list[str]:
    values = {**_values(person), "chosen": _still_chosen(old, person)}
    changed = [name for name, value in values.items() if old[name] != value]
    if changed:
        connection.execute(update(people).where(people.c.id == old["id"]).values(values))
    if not same_addresses:
        _take_addresses(connection, old["id"], person)
        changed.append("addresses")
    if not changed:
        return []
    return [f"person {person.address}: {'registered' if 'registered' in changed else _said(changed)}"]


_NEW = {"away_by_itself": False, "chosen": {}}


def _values(person: Person) -> dict[str, object]:
    """What a row says of a person. Who is away may have said so by mail: that stays where the file says nothing."""
    away = {} if person.away_until is None else {"away_until": person.away_until, "away_by_itself": False}
    return {
        **away,
        "name": person.name,
        "organisation": person.organisation,
        "role": person.role.value,
        "language": person.language,
        "skills": person.skills,
        "wishes": {topic.value: wish.value for topic, wish in person.wishes},
        "timezone": person.hours.zone,
        "digest_at": _written(person.hours.digest),
        "quiet": kept(person.hours.quiet),
        "registered": person.registered,
        "active": True,
    }


def _written(at: time | None) -> str:
    return f"{at:%H:%M}" if at else ""


def _still_chosen(old: Mapping[Any, Any], person: Person) -> dict[str, str]:
    """What somebody chose by mail, without that of which the file now says something else than it did before.

    Who spoke last is heard: the file, where its words about this very thing are new, else the person.
    """
    said = {
        **{topic.value: (old["wishes"].get(topic.value), wish.value) for topic, wish in person.wishes},
        DIGEST_AT: (old["digest_at"], _written(person.hours.digest)),
        QUIET: (old["quiet"], kept(person.hours.quiet)),
    }
    anew = {key for key, (before, now) in said.items() if now and before != now}
    return {key: value for key, value in old["chosen"].items() if key not in anew}


def _take_addresses(connection: Connection, owner: int, person: Person) -> None:
    """Give a person just these addresses, from whoever had them."""
    taken = addresses.c.address.in_([canonical(written) for written in person.addresses])
    connection.execute(delete(addresses).where(or_(taken, addresses.c.person_id == owner)))
    _insert_addresses(connection, owner, person)


def _insert_addresses(connection: Connection, owner: int, person: Person) -> None:
    rows = [
        {"address": canonical(written), "written": written, "person_id": owner, "position": position}
        for position, written in enumerate(person.addresses)
    ]
    connection.execute(insert(addresses), rows)
