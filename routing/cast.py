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
        """The organisation that fills a partner role for the ticket's system."""
        system = self._directory.systems.get(self.ticket.system or "")
        return system.involved.get(role) if system else None

    def roles(self, person: Person) -> tuple[str, ...]:
        """The partner roles that a person's organisation fills here, the one whose turn it is first.

        A colleague whom nobody registered has no part in its organisation's conversations.
        """
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
        counts as a customer: being copied in gives no partner's rights.
        """
        side = self._directory.side(person)
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

    def lane(self, person: Person) -> str:
        """The conversation in which a party takes part: operator, customer or party:<role>."""
        if self._directory.side(person) is Side.OPERATOR:
            return OPERATOR_LANE
        roles = self.roles(person)
        return PARTY_PREFIX + roles[0] if roles else CUSTOMER_LANE

    def sees(self, person: Person, audience: str) -> bool:
        """Whether a person is a party of the ticket whom an audience includes."""
        side = self.side(person)
        if side is None:
            return False
        lanes = [PARTY_PREFIX + role for role in self.roles(person)] or [self.lane(person)]
        return any(includes(audience, lane) for lane in lanes)

    def party(self, lane: str) -> str:
        """What a party is called before all others."""
        if lane == OPERATOR_LANE:
            return self.desk.name
        if lane == CUSTOMER_LANE:
            organisation = self._directory.organisations.get(self.ticket.organisation or "")
            return organisation.name if organisation else "Customer"
        role = self.desk.workflow.roles.get(lane.removeprefix(PARTY_PREFIX))
        return role.name if role else lane.removeprefix(PARTY_PREFIX)

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
        return Byline(_called(person, name, self.party(self.lane(person))), side)


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


def audience_of(lane: str) -> str:
    """The audience that one lane alone is; the operator's lane is internal."""
    return "internal" if lane == OPERATOR_LANE else f"lane:{lane.removeprefix(PARTY_PREFIX)}"
