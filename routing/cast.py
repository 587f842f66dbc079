"""Who is who on one ticket: sides, lanes, names, and what each may see."""

from dataclasses import dataclass

from routing.directory import Directory, Person, Side, canonical
from routing.model import Desk
from routing.ticket import Ticket

OPERATOR_LANE = "operator"
CUSTOMER_LANE = "customer"
PARTY_PREFIX = "party:"


@dataclass(frozen=True, slots=True)
class Byline:
    """How an actor is shown to one reader; `side` is None for machines and for those who are no party."""

    name: str
    side: Side | None


@dataclass(frozen=True, slots=True)
class Cast:
    """The persons of one ticket as its desk knows them; `guests` are those whom the directory does not hold."""

    desk: Desk
    ticket: Ticket
    guests: tuple[Person, ...] = ()

    @property
    def _directory(self) -> Directory:
        return self.desk.directory

    def person(self, address: str) -> Person:
        """Who owns an address; somebody without a name where nobody is known to."""
        known = self._directory.person(address)
        if known is not None:
            return known
        guest = next((guest for guest in self.guests if owns(guest, address)), None)
        return guest or Person(name="", addresses=(address,), registered=False)

    def partner(self, role: str) -> str | None:
        """The organisation that fills a partner role for the ticket's system; in a hierarchy, a tier that had it."""
        if self.desk.workflow.hierarchy:
            return role if role in self.ticket.tiers else None
        system = self._directory.systems.get(self.ticket.system or "")
        return system.involved.get(role) if system else None

    def roles(self, person: Person) -> tuple[str, ...]:
        """The partner roles that a person's organisation fills here, the one whose turn it is first.

        A colleague whom nobody registered has no part in its organisation's conversations. In a hierarchy the role is
        the organisation's own key, and it has one once the ticket came to it.
        """
        if self.desk.workflow.hierarchy:
            own = person.organisation if person.registered else None
            return (own,) if own is not None and own in self.ticket.tiers else ()
        system = self._directory.systems.get(self.ticket.system or "")
        if system is None or person.organisation is None or not person.registered:
            return ()
        found = [role for role, organisation in system.involved.items() if organisation == person.organisation]
        if len(found) > 1:
            found.sort(key=lambda role: PARTY_PREFIX + role != self.ticket.holder)
        return tuple(found)

    def side(self, person: Person) -> Side | None:
        """On whose side a person stands, None for somebody who is no party of the ticket.

        A colleague whom nobody registered takes part in no more than its own tickets. A watcher from elsewhere
        counts as a customer: being copied in gives no partner's rights. An internal ticket is the operator's alone.
        """
        side = self._directory.side(person)
        if self.ticket.is_internal and not (person.registered and side is Side.OPERATOR):
            return None
        if person.registered:
            if side is Side.OPERATOR:
                return side
            if self.roles(person):
                return Side.PARTNER
            if person.organisation is not None and person.organisation == self.ticket.organisation:
                return side
        if owns(person, self.ticket.requester):
            return side
        return Side.CUSTOMER if any(owns(person, address) for address in self.ticket.watchers) else None

    def belongs(self, person: Person, group: str) -> bool:
        """Whether somebody is in a group of the ticket, one of `MEMBERSHIPS` or party:<role>."""
        match group:
            case "requester":
                return owns(person, self.ticket.requester)
            case "watchers":
                return any(owns(person, address) for address in self.ticket.watchers)
            case "assignee":
                return any(owns(person, address) for address in self.ticket.assignees)
            case "holder":
                return self.belongs(person, self.ticket.holder)
            case "customer":
                return self.side(person) is Side.CUSTOMER
            case "agents" | "operator":
                return self.side(person) is Side.OPERATOR
            case _:
                return group.removeprefix(PARTY_PREFIX) in self.roles(person)

    def lane(self, person: Person, audience: str = "everyone") -> str:
        """The conversation in which a party takes part: operator, customer or party:<role>.

        Whoever takes part in several reads words in the one that they are for.
        """
        if self._directory.side(person) is Side.OPERATOR:
            return OPERATOR_LANE
        lanes = [PARTY_PREFIX + role for role in self.roles(person)] or [CUSTOMER_LANE]
        return next((lane for lane in lanes if includes(audience, lane)), lanes[0])

    def sees(self, person: Person, audience: str) -> bool:
        """Whether a person is a party of the ticket whom an audience includes."""
        side = self.side(person)
        if side is None:
            return False
        if not self.hears(person):
            return False
        return includes(audience, self.lane(person, audience))

    def is_former(self, person: Person) -> bool:
        """Whether this person's organisation had the ticket of a hierarchy and forwarded it.

        It reads what it saw, and does nothing more; whoever follows the ticket is told and may comment.
        """
        own, ticket = person.organisation, self.ticket
        had = own is not None and own in ticket.tiers and own != ticket.organisation
        return had and ticket.holder != f"{PARTY_PREFIX}{own}" and not owns(person, ticket.requester)

    def hears(self, person: Person) -> bool:
        """Whether a party takes part in what happens from now on."""
        return not self.is_former(person) or self.belongs(person, "watchers")

    def party(self, lane: str) -> str:
        """What a party is called before all others."""
        if lane == OPERATOR_LANE:
            return self.desk.name
        if lane == CUSTOMER_LANE:
            organisation = self._directory.organisations.get(self.ticket.organisation or "")
            return organisation.name if organisation else "Customer"
        key = lane.removeprefix(PARTY_PREFIX)
        known = self._directory.organisations if self.desk.workflow.hierarchy else self.desk.workflow.roles
        return known[key].name if key in known else key

    def byline(self, address: str | None, reader: str) -> Byline:
        """How an actor is shown in a reader's lane.

        Outsiders are never shown an address, nor what somebody who is neither a party nor registered calls itself.
        """
        if address is None:
            return Byline("", None)
        person = self.person(address)
        side = self.side(person)
        # A name that strangers gave themselves may hold an address, too.
        name = person.name if "@" not in person.name else ""
        if reader == OPERATOR_LANE:
            return Byline(_called(person, name, address), side)
        if side is None:
            return Byline(name if person.registered else "", None)
        lane = self.lane(person)
        if not self.desk.workflow.shared_comments and lane not in (reader, OPERATOR_LANE):
            return Byline(self.party(lane), side)  # where parties do not speak to each other, they have no names
        return Byline(_called(person, name, self.party(lane)), side)


def _called(person: Person, name: str, otherwise: str) -> str:
    """A registered name as it is. Anybody can call itself Ann: beside a name of that sort stands whose it is."""
    if not name:
        return otherwise
    return name if person.registered else f"{name} ({otherwise})"


def owns(person: Person, address: str) -> bool:
    """Whether an address is one of a person's."""
    if address in person.addresses:
        return True
    wanted = canonical(address)
    return any(canonical(own) == wanted for own in person.addresses)


def includes(audience: str, lane: str) -> bool:
    """Whether readers of a lane belong to an audience: everyone, staff, internal or lane:<party>.

    The operator's own people see all; staff is partners and the operator.
    """
    if lane == OPERATOR_LANE or audience == "everyone":
        return True
    if audience == "staff":
        return lane.startswith(PARTY_PREFIX)
    return audience == audience_of(lane)


def lane_of(audience: str) -> str:
    """The lane that an audience `lane:<party>` is."""
    key = audience.removeprefix("lane:")
    return key if key == CUSTOMER_LANE else PARTY_PREFIX + key


def audience_of(lane: str) -> str:
    """The audience that one lane alone is; the operator's lane is internal."""
    return "internal" if lane == OPERATOR_LANE else f"lane:{lane.removeprefix(PARTY_PREFIX)}"
