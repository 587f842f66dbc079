"""The people and tickets that the matrix of a desk is tried with: one of each part that somebody can have."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from parsers.mail import Address, Door, Envelope, Kind
from routing.assignment_rules import Automatic
from routing.directory import Directory, Organisation, OrganisationKind, Person, Role, Side, System
from routing.model import Desk, Inlet, Mail, Proof, Situation
from routing.roster import staff
from routing.rules import Workflow
from routing.ticket import Ticket

KEY, DUPLICATE = "CT-1", "CT-2"
_NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_INLET = Inlet("support@desk.example", "inbound")
_REQUESTER = Person("Requester", ("requester@customer.example",), "customer")
_COLLEAGUE = Person("Colleague", ("colleague@customer.example",), "customer")
_PARTNER = Person("Partner", ("partner@partner.example",), "partner", Role.TECHNICIAN)
_ROLES = (Role.AGENT, Role.TECHNICIAN, Role.MODERATOR, Role.ADMIN)
_TEAM = tuple(Person(role.value.capitalize(), (f"{role.value}@desk.example",), "desk", role) for role in _ROLES)
_OTHERS = tuple(Person("Other", (f"other@{place}.example",), place, Role.TECHNICIAN) for place in ("partner", "desk"))


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody in a part: the ticket may be assigned to this person, or have gone on to the next tier."""

    name: str
    person: Person
    assigned: bool = False
    former: bool = False


def actors(workflow: Workflow) -> tuple[Actor, ...]:
    """Everybody who can have a part in a ticket of a desk."""
    return tuple(_actors(workflow))


def _actors(workflow: Workflow) -> Iterator[Actor]:
    yield Actor("Requester", _REQUESTER)
    yield Actor("Colleague", _COLLEAGUE)
    if workflow.roles or workflow.hierarchy:
        yield Actor("Partner", _PARTNER)
        if Side.PARTNER in workflow.assignment.who:
            yield Actor("Partner who has it", _PARTNER, assigned=True)
    if workflow.hierarchy:
        yield Actor("Former partner", _PARTNER, former=True)
    for person in _TEAM:
        yield Actor(person.name, person)
    for person in _TEAM:
        if person.role in workflow.assignment.roles:
            yield Actor(f"{person.name} who has it", person, assigned=True)


def desk(workflow: Workflow) -> Desk:
    """A customer below a partner below the operator; the partner plays all parts in the customer's system."""
    kinds = OrganisationKind
    organisations = (
        Organisation("customer", "Customer", kinds.CUSTOMER, "partner"),
        Organisation("partner", "Partner", kinds.PARTNER, "desk"),
        Organisation("desk", "Desk", kinds.OPERATOR),
    )
    system = System("system", "System", "customer", dict.fromkeys(workflow.roles, "partner"))
    skills = (*workflow.assignment.skills, *workflow.categories, system.key)
    people = tuple(replace(one, skills=skills) for one in (_REQUESTER, _COLLEAGUE, _PARTNER, *_TEAM, *_OTHERS))
    directory = Directory({one.key: one for one in organisations}, people, (), {system.key: system})
    prefixes = {"customer": "CT", "partner": "PT", "operator": "OT"}
    return Desk("Desk", workflow, directory, (_INLET,), prefixes, "desk.example")


def ticket(workflow: Workflow, state: str, actor: Actor, verb: str) -> Ticket:
    """A ticket in a state of which an actor says a verb: prepared so that the verb could have a meaning."""
    rule, holder = workflow.assignment, workflow.opening.holder
    draft = workflow.form is not None and state == workflow.form.status != workflow.opening.status
    offered = rule.automatic is Automatic.OFFER and state in rule.automatic_in and not actor.assigned
    return Ticket(
        key=KEY,
        subject="A question",
        status=state,
        queue=_INLET.queue,
        requester=_REQUESTER.address,
        created_at=_NOW,
        updated_at=_NOW,
        since=_NOW,
        organisation="customer",
        system=None if draft else "system",
        holder=("operator" if actor.former else "party:partner") if workflow.hierarchy else holder,
        tiers=("partner",) if workflow.hierarchy else (),
        substatus=(rule.substatus if actor.assigned else None) or workflow.unassigned,
        assignees=(actor.person.address,) if actor.assigned else (),
        watchers=(actor.person.address,) if verb == "unwatch" else (),
        merged=(DUPLICATE,) if verb == "unmerge" else (),
        offered=tuple(one.address for one in staff(desk(workflow))) if offered else (),
        missing=_asked(workflow, actor) if draft else (),
        version=1,
    )


def _asked(workflow: Workflow, actor: Actor) -> tuple[str, ...]:
    """The questions of a draft such as somebody begins."""
    side = desk(workflow).directory.side(actor.person)
    return tuple(each.key for each in workflow.form.questions if side in each.who) if workflow.form else ()


def situation(workflow: Workflow, actor: Actor, of: Ticket | None) -> Situation:
    """The mail of an actor, proven in full, about a ticket or about none."""
    sender = actor.person.address
    other = None
    if of is not None:
        other = replace(of, key=DUPLICATE, merged=(), merged_into=KEY if of.merged else None)
    town = desk(workflow)
    return Situation(
        desk=town,
        envelope=Envelope(sender, _INLET.address, Door.SMTP, _NOW),
        mail=Mail("<mail@writer.example>", "A question", Kind.PERSONAL, Address(actor.person.name, sender)),
        now=_NOW + timedelta(hours=1),
        number=3,
        author=sender,
        writer=town.directory.person(sender),
        proof=Proof.STRONG,
        ticket=of,
        others={DUPLICATE: other} if other is not None else {},
        told=(_REQUESTER.address,),
    )
