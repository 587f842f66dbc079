"""A desk that gives tickets to people, and what is said to it."""

from dataclasses import replace

from parsers.intent import Command, Comment, Open, Orders, Source, Words
from routing.assignment_rules import AssignmentRule, Automatic
from routing.builtin import BUILT_IN
from routing.decide import decide
from routing.directory import Person, Role
from routing.model import Decision, Desk, Proof, Situation, Ticket
from tests.unit.routing import town
from tests.unit.routing.town import ANN

UMA = Person("Uma", ("uma@desk.example",), "desk", Role.MODERATOR)
WILL = Person("Will", ("will@web.example",), "webhost", Role.TECHNICIAN)
WORKING = ("new", "in-progress", "on-customer", "on-partner")
PLAIN = AssignmentRule(fits=(), automatic_in=WORKING)
OFFERS = replace(PLAIN, automatic=Automatic.OFFER)
FEWEST = replace(PLAIN, automatic=Automatic.FEWEST)


def desk(rule: AssignmentRule = PLAIN, *people: Person, told: tuple[str, ...] = (), sub: bool = False) -> Desk:
    """A desk that follows a rule; `people` come to those of the town or take the place of their namesakes."""
    workflow = replace(
        town.workflow(),
        acts={name: each.who for name, each in BUILT_IN.items()},
        assignment=rule,
        told=dict.fromkeys(("assign", "take", "release", "transfer"), told),
        substatuses={"unassigned": "Unassigned", "assigned": "Assigned", "busy": "Busy"} if sub else {},
    )
    names = {person.name for person in people}
    everybody = (*(p for p in (*town.PEOPLE, UMA, WILL) if p.name not in names), *people)
    return replace(town.desk(), workflow=workflow, directory=replace(town.directory(), people=everybody))


def orders(*lines: str, words: str = "") -> Orders:
    commands = tuple(Command(line.split()[0], tuple(line.split()[1:]), Source.BODY, 1) for line in lines)
    moves = ("close", "to-customer")
    return Orders(
        Words(words),
        acts=tuple(c for c in commands if c.name not in moves),
        move=next((c for c in commands if c.name in moves), None),
    )


def say(
    person: Person,
    *lines: str,
    words: str = "",
    on: Ticket | None = None,
    at: Desk | None = None,
    proof: Proof = Proof.TOKEN,
) -> Decision:
    """A person answers a letter of ours."""
    situation = town.mail(person, on or ticket(), proof)
    return decide(
        replace(situation, desk=at or desk()), orders(*lines, words=words) if lines else Comment(Words(words))
    )


def ticket(*assignees: Person, **more: object) -> Ticket:
    addresses = tuple(person.address for person in assignees)
    return replace(town.opened(system="acme-dam", assignees=addresses), **more)  # type: ignore[arg-type] # any field


def opens(at: Desk, person: Person = ANN, **more: object) -> Decision:
    """A new ticket."""
    situation: Situation = replace(town.mail(person), desk=at, **more)  # type: ignore[arg-type] # any field
    return decide(situation, Open(Words("The scanner is silent.")))


def holders(decision: Decision) -> tuple[str, ...]:
    assert decision.ticket is not None
    return decision.ticket.assignees


def told(decision: Decision, template: str) -> set[str]:
    return {notice.to for notice in decision.notices if notice.template == template}


def why(decision: Decision) -> str:
    assert decision.outcome == "refused", decision
    assert not [event for event in decision.events if event.kind == "assignment"]
    return decision.why[-1]
