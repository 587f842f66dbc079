"""directory.toml: organisations, persons, groups and systems, checked against each other, every fault at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import Field

from gateway import people_csv
from gateway.faults import choose
from gateway.fields import (
    Clock,
    Day,
    Domain,
    FileBeside,
    Key,
    Language,
    Line,
    Mailbox,
    Mailboxes,
    Pattern,
    Quiet,
    TimeZone,
    Wishes,
)
from gateway.public_domains import is_freemail, is_public_suffix
from gateway.toml_file import Table, TomlFile
from gateway.toml_lines import Loc
from routing.directory import (
    Directory,
    Group,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    Side,
    System,
    canonical,
)
from routing.hours import Hours
from routing.wishes import KINDS, Topic, Wish

_WITH_DOMAINS = (OrganisationKind.CUSTOMER, OrganisationKind.PARTNER)


class OrganisationTable(Table):
    """`[[organisation]]`: a company."""

    key: Key = Field(examples=["acme"])
    name: Line = Field(examples=["Acme Corp"])
    kind: OrganisationKind = Field(examples=["customer"])
    parent: Key | None = None
    domains: tuple[Domain, ...] = ()
    language: Language | None = None
    timezone: TimeZone | None = None
    reference: Pattern | None = None


class PersonTable(Table):
    """`[[person]]`: somebody with at least one address."""

    name: Line = Field(examples=["Ann"])
    addresses: Mailboxes = Field(examples=[["ann@acme.example"]])
    organisation: Key | None = None
    role: Role = Role.REQUESTER
    language: Language | None = None
    skills: tuple[Key, ...] = ()
    notify: Wishes = Field(default_factory=dict)
    away_until: Day = None
    timezone: TimeZone | None = None
    digest_at: Clock = None
    quiet: Quiet = ()


class PeopleTable(Table):
    """`[people]`: a CSV file with further people."""

    file: FileBeside = Field(examples=["people.csv"])


class GroupTable(Table):
    """`[[group]]`: named recipients of an organisation."""

    key: Key = Field(examples=["support"])
    organisation: Key = Field(examples=["acme"])
    members: tuple[Mailbox, ...] = Field(examples=[["ann@acme.example"]])
    queues: tuple[Key, ...] = ()


class SystemTable(Table):
    """`[[system]]`: what tickets are about."""

    key: Key = Field(examples=["acme-dam"])
    name: Line = Field(examples=["Acme DAM"])
    customer: Key = Field(examples=["acme"])
    involved: dict[str, Key] = Field(default_factory=dict)


TABLES: Mapping[str, type[Table]] = {
    "organisation": OrganisationTable,
    "people": PeopleTable,
    "person": PersonTable,
    "group": GroupTable,
    "system": SystemTable,
}

UNIQUE = (("organisation", "key"), ("organisation", "domains"), ("person", "addresses"), ("system", "key"))
OF_AN_ORGANISATION = (
    ("organisation", "parent"),
    ("person", "organisation"),
    ("group", "organisation"),
    ("system", "customer"),
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a directory must fit: the partner roles of the desk, the addresses of ours and their queues, and of which
    kinds of letters the desk lets somebody have none (`never`).

    None stands for what is not known, and then is not checked.
    """

    roles: Collection[str] | None = None
    never: Collection[Topic] | None = None
    addresses: Collection[str] | None = None
    queues: Collection[str] | None = None


def load(path: Path, around: Surroundings) -> Directory:
    """The directory in a file. Raises ConfigFaults with every fault of the file."""
    file = TomlFile(path, TABLES)
    organisations = file.tables("organisation", OrganisationTable)
    listed = file.table("people", PeopleTable) if "people" in file else None
    if listed is not None and listed.file is not None:
        file.further("person", listed.file, people_csv.rows(listed.file))
    people = file.tables("person", PersonTable)
    groups = file.tables("group", GroupTable)
    systems = file.tables("system", SystemTable)
    for name, key in UNIQUE:
        file.refuse_twins(name, key)
    for name, key in OF_AN_ORGANISATION:
        _refuse_strangers(file, name, key, _texts(file, "organisation", "key"))
    _check_organisations(file, organisations)
    _refuse_public_domains(file)
    _refuse_addresses_of_ours(file, around.addresses or ())
    _refuse_doing_without(file, people, around.never)
    _check_groups(file, groups, around.queues)
    _check_systems(file, systems, organisations, around.roles)
    file.conclude()
    homes = {one.key: one for one in organisations.values()}
    return Directory(
        organisations={
            t.key: Organisation(t.key, t.name, t.kind, t.parent, t.domains, t.reference) for t in organisations.values()
        },
        people=tuple(_person(one, homes.get(one.organisation or "")) for one in people.values()),
        groups=tuple(Group(t.key, t.organisation, t.members, t.queues) for t in groups.values()),
        systems={t.key: System(t.key, t.name, t.customer, t.involved) for t in systems.values()},
    )


def load_people(path: Path, around: Surroundings, stored: Directory) -> Directory:
    """A directory with the people of a CSV file, and for the rest as it is. Raises ConfigFaults with every fault."""
    file = TomlFile(path, TABLES, text="")
    file.further("person", path, people_csv.rows(path))
    people = file.tables("person", PersonTable)
    file.refuse_twins("person", "addresses")
    _refuse_strangers(file, "person", "organisation", stored.organisations)
    _refuse_addresses_of_ours(file, around.addresses or ())
    _refuse_doing_without(file, people, around.never)
    file.conclude()
    return replace(stored, people=tuple(_person(one) for one in people.values()))


def _person(table: PersonTable, home: OrganisationTable | None = None) -> Person:
    """A person, who has the language and the time zone of the organisation where none of its own is given."""
    zone = table.timezone or (home.timezone if home else None) or ""
    return Person(
        name=table.name,
        addresses=table.addresses,
        organisation=table.organisation,
        role=table.role,
        language=table.language or (home.language if home else None) or "",
        skills=table.skills,
        wishes=tuple(table.notify.items()),
        away_until=table.away_until,
        hours=Hours(zone, table.digest_at, table.quiet),
    )


def _refuse_doing_without(file: TomlFile, people: Mapping[int, PersonTable], allowed: Collection[Topic] | None) -> None:
    """Nobody does without letters of which the desk lets nobody do without."""
    if allowed is None:
        return
    for number, person in people.items():
        for topic, wish in person.notify.items():
            named = KINDS if topic is Topic.DEFAULT else (topic,)
            if wish is Wish.NEVER and not set(named) <= set(allowed):
                problem = "cannot be never: the desk lets nobody do without such letters ([people] never in its file)"
                file.fault(("person", number, "notify", topic.value), problem, "write at-once, mine, hourly or daily")


def _check_organisations(file: TomlFile, organisations: Mapping[int, OrganisationTable]) -> None:
    parents = {own.key: own.parent for own in organisations.values()}
    kinds = {own.key: own.kind for own in organisations.values()}
    for number, own in organisations.items():
        if own.domains and own.kind not in _WITH_DOMAINS:
            problem = f'cannot be set for the kind "{own.kind}": whoever writes from there would have its power'
            file.fault(("organisation", number, "domains"), problem, "take it out and register each person")
        if own.reference is not None and own.kind.side is not Side.PARTNER:
            problem = f'cannot be set for the kind "{own.kind}": only partners\' own numbers are learnt'
            file.fault(("organisation", number, "reference"), problem, "take it out")
        if _is_own_ancestor(own.key, parents):
            file.fault(("organisation", number, "parent"), "leads back to itself", "take one parent out of the circle")
        elif own.parent in kinds and not _stands_above(kinds[own.parent], own.kind):
            problem = f'cannot be "{own.parent}", a {kinds[own.parent]}: a {own.kind} does not stand below one'
            mend = "name the tier above, or none" if own.kind is not OrganisationKind.OPERATOR else "take it out"
            file.fault(("organisation", number, "parent"), problem, mend)


def _stands_above(kind: OrganisationKind, other: OrganisationKind) -> bool:
    """Customers stand at the bottom and the operator at the top; partners may have partners below them."""
    order = tuple(OrganisationKind)
    at_an_end = kind is OrganisationKind.CUSTOMER or other is OrganisationKind.OPERATOR
    return not at_an_end and order.index(kind) >= order.index(other)


def _refuse_public_domains(file: TomlFile) -> None:
    for number, written in file.written("organisation", "domains"):
        domain = written.lower()
        if is_freemail(domain) or is_public_suffix(domain):
            what = "a mail service" if is_freemail(domain) else "a public suffix"
            problem = f'cannot list "{written}": that is {what}, where strangers have addresses too'
            file.fault(("organisation", number, "domains"), problem, "take it out and register each person")


def _is_own_ancestor(key: str, parents: Mapping[str, str | None]) -> bool:
    above = parents.get(key)
    for _ in parents:
        if above is None or above == key:
            break
        above = parents.get(above)
    return above == key


def _refuse_addresses_of_ours(file: TomlFile, addresses: Collection[str]) -> None:
    ours = {canonical(address) for address in addresses}
    for number, address in file.written("person", "addresses"):
        local, _, domain = canonical(address).rpartition("@")
        if not ours.isdisjoint((canonical(address), f"{local.partition('+')[0]}@{domain}")):
            problem = f'cannot list "{address}": that is an address of ours, and letters to it would come back'
            file.fault(("person", number, "addresses"), problem, "write the person's own address")


def _check_groups(file: TomlFile, groups: Mapping[int, GroupTable], queues: Collection[str] | None) -> None:
    known = {canonical(address): address for address in _texts(file, "person", "addresses")}
    for number, member in file.written("group", "members"):
        if canonical(member) not in known:
            problem = f'lists "{member}", which is the address of no person'
            file.fault(("group", number, "members"), problem, f"{choose(member, known.values())} (or add the person)")
    if queues is not None:
        _refuse_strangers(file, "group", "queues", queues)
    seen: set[tuple[str, str]] = set()
    for number, group in groups.items():
        if (group.organisation, group.key) in seen:
            problem = f'is "{group.key}" again for the organisation "{group.organisation}"'
            file.fault(("group", number, "key"), problem, "make one group of the two")
        seen.add((group.organisation, group.key))


def _check_systems(
    file: TomlFile,
    systems: Mapping[int, SystemTable],
    organisations: Mapping[int, OrganisationTable],
    roles: Collection[str] | None,
) -> None:
    keys = _texts(file, "organisation", "key")
    kinds = {own.key: own.kind for own in organisations.values()}
    for number, system in systems.items():
        if kinds.get(system.customer, OrganisationKind.CUSTOMER) is not OrganisationKind.CUSTOMER:
            problem = f'cannot be "{system.customer}", which is no customer'
            file.fault(("system", number, "customer"), problem, 'name an organisation of the kind "customer"')
        for role, organisation in system.involved.items():
            if roles is not None and role not in roles:
                problem = f'names the role "{role}", which the desk does not know'
                file.fault(("system", number, "involved"), problem, choose(role, roles))
            _refuse_stranger(file, ("system", number, "involved", role), organisation, keys)


def _refuse_strangers(file: TomlFile, name: str, key: str, known: Collection[str]) -> None:
    for number, text in file.written(name, key):
        _refuse_stranger(file, (name, number, key), text, known)


def _refuse_stranger(file: TomlFile, loc: Loc, name: str, known: Collection[str]) -> None:
    if name not in known:
        file.fault(loc, f'names "{name}", which does not exist', choose(name, known))


def _texts(file: TomlFile, name: str, key: str) -> list[str]:
    return [text for _, text in file.written(name, key)]
