"""Organisations, persons, groups and systems as one immutable snapshot with the look-ups that decisions need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from routing.hours import Hours
from routing.lookalike import shown, skeleton
from routing.wishes import Topic, Wish


class Side(StrEnum):
    """On whose side of a ticket somebody stands."""

    CUSTOMER = "customer"
    PARTNER = "partner"
    OPERATOR = "operator"


class OrganisationKind(StrEnum):
    """What a company is to the desk."""

    CUSTOMER = "customer"
    PARTNER = "partner"
    DISTRIBUTOR = "distributor"
    OPERATOR = "operator"

    @property
    def side(self) -> Side:
        """A distributor is a partner of a higher tier."""
        return _SIDE_OF[self]


_SIDE_OF = {
    OrganisationKind.CUSTOMER: Side.CUSTOMER,
    OrganisationKind.PARTNER: Side.PARTNER,
    OrganisationKind.DISTRIBUTOR: Side.PARTNER,
    OrganisationKind.OPERATOR: Side.OPERATOR,
}


class Role(StrEnum):
    """What a person may be asked to do."""

    REQUESTER = "requester"
    AGENT = "agent"
    TECHNICIAN = "technician"
    MODERATOR = "moderator"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A company. `reference` is a regular expression for the numbers that it gives to what it is asked."""

    key: str
    name: str
    kind: OrganisationKind
    parent: str | None = None
    domains: tuple[str, ...] = ()
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with at least one address; the first is the one that letters go to.

    `registered` is False for persons met by mail and for colleagues known only by their domain. `skills` are what a
    desk may ask of whoever is given a ticket, `wishes` which letters are wanted, `hours` when. `away_until` is the
    first day (UTC) on which somebody who is away takes tickets again; `date.max` for one who does not say.
    `away_by_itself` says that an out-of-office answer told so: it ends with the person's next mail. An empty `language`
    is that of the desk.
    """

    name: str
    addresses: tuple[str, ...]
    organisation: str | None = None
    role: Role = Role.REQUESTER
    language: str = ""
    registered: bool = True
    skills: tuple[str, ...] = ()
    wishes: tuple[tuple[Topic, Wish], ...] = ()
    away_until: date | None = None
    away_by_itself: bool = False
    hours: Hours = field(default_factory=Hours)

    @property
    def address(self) -> str:
        """Where letters to this person go."""
        return self.addresses[0]

    @property
    def known(self) -> bool:
        """Whether the directory vouches for this person, by entry or by domain."""
        return self.registered or self.organisation is not None

    def is_away(self, today: date) -> bool:
        """Whether no new tickets should go to this person on a day."""
        return self.away_until is not None and today < self.away_until

    def wish(self, topic: Topic) -> Wish:
        """Which letters about a topic this person wants."""
        wishes = dict(self.wishes)
        return wishes.get(topic, wishes.get(Topic.DEFAULT, Wish.AT_ONCE))


@dataclass(frozen=True, slots=True)
class Group:
    """Named recipients of one organisation; `queues` empty means every queue."""

    key: str
    organisation: str
    members: tuple[str, ...]
    queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class System:
    """What tickets are about; `involved` maps a partner role to the organisation that fills it."""

    key: str
    name: str
    customer: str
    involved: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Directory:
    """One consistent picture of who is who. Addresses compare by `canonical`."""

    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    people: tuple[Person, ...] = ()
    groups: tuple[Group, ...] = ()
    systems: Mapping[str, System] = field(default_factory=dict)

    @cached_property
    def _by_address(self) -> dict[str, Person]:
        return {canonical(address): person for person in self.people for address in person.addresses}

    @cached_property
    def _by_domain(self) -> dict[str, Organisation]:
        return {domain.lower(): org for org in self.organisations.values() for domain in org.domains}

    @cached_property
    def _by_role(self) -> dict[Role, tuple[Person, ...]]:
        return {role: tuple(p for p in self.people if p.registered and p.role is role) for role in Role}

    @cached_property
    def faces(self) -> Mapping[str, str]:
        """What the names of the operator's people look like, each with one such name."""
        return {skeleton(p.name): p.name for p in self.people if p.name and self.side(p) is Side.OPERATOR}

    @cached_property
    def places(self) -> Mapping[str, str]:
        """What the domains of its organisations and people look like, each with one such domain."""
        domains = [domain.lower() for org in self.organisations.values() for domain in org.domains]
        domains += [canonical(address).rpartition("@")[2] for person in self.people for address in person.addresses]
        return {skeleton(shown(domain)): domain for domain in dict.fromkeys(domains)}

    def of_role(self, role: Role) -> tuple[Person, ...]:
        """The registered persons of a role."""
        return self._by_role[role]

    def person(self, address: str) -> Person | None:
        """The active person who owns an address."""
        return self._by_address.get(canonical(address))

    def colleague(self, address: str) -> Organisation | None:
        """The organisation whose domain an address has."""
        return self._by_domain.get(address.rpartition("@")[2].lower())

    def side(self, person: Person | None) -> Side:
        """Unknown senders count as customers."""
        if person is None or person.organisation is None:
            return Side.CUSTOMER
        organisation = self.organisations.get(person.organisation)
        return organisation.kind.side if organisation else Side.CUSTOMER

    def members(self, organisation: str) -> tuple[Person, ...]:
        """All persons of an organisation."""
        return tuple(p for p in self.people if p.organisation == organisation)

    def support_group(self, organisation: str) -> tuple[Person, ...]:
        """An organisation's group `support`, or without one all its registered persons."""
        group = next((g for g in self.groups if g.organisation == organisation and g.key == "support"), None)
        if group is None:
            return tuple(p for p in self.members(organisation) if p.registered)
        found = (self.person(address) for address in group.members)
        return tuple(p for p in found if p is not None)

    def agents(self, queue: str) -> tuple[Person, ...]:
        """Whom the operator tells of a queue: the members of its groups `agents`, or without one all its people."""
        operators = [o.key for o in self.organisations.values() if o.kind is OrganisationKind.OPERATOR]
        groups = [g for g in self.groups if g.organisation in operators and g.key == "agents"]
        if not groups:
            return tuple(p for key in operators for p in self.members(key) if p.registered)
        chosen = [g for g in groups if not g.queues or queue in g.queues]
        found = (self.person(address) for g in chosen for address in g.members)
        return tuple(dict.fromkeys(p for p in found if p is not None))

    def above(self, organisation: str) -> tuple[Organisation, ...]:
        """The organisations above one, the nearest first; a circle in the data ends."""
        found: dict[str, Organisation] = {}
        below = self.organisations.get(organisation)
        while below is not None and below.parent and below.parent in self.organisations and below.parent not in found:
            below = self.organisations[below.parent]
            found[below.key] = below
        return tuple(found.values())

    def systems_of(self, organisation: str) -> tuple[System, ...]:
        """The systems that a customer owns."""
        return tuple(s for s in self.systems.values() if s.customer == organisation)


def canonical(address: str) -> str:
    """The form in which addresses are compared: lower case throughout, as mail systems in practice deliver."""
    return address.strip().lower()
