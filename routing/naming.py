"""Saying which system a ticket is about: that settles which partners are involved."""

from dataclasses import replace

from parsers.intent import normalise
from parsers.tags import bracketed
from routing.authority import Denied, may_move
from routing.builtin import SYSTEM
from routing.directory import Directory, Person, Side, System
from routing.draft import Draft, cause_of
from routing.events import Moved, changed
from routing.model import Situation
from routing.notices import of_machine
from routing.ticket import Ticket
from routing.workflow import MoveRule


def name_system(draft: Draft, side: Side) -> Draft | str:
    """The draft with the system that the mail names, unchanged where it names none anew; or what is wrong, a sentence.

    Only the operator may put a ticket under another system than it has; the mail of others may simply repeat an old
    subject, so their tag is passed over.
    """
    situation, ticket = draft.situation, draft.ticket
    key = situation.system
    if key is None or key == ticket.system or situation.quiet or of_machine(situation) or _is_carried(situation, key):
        return draft
    if ticket.system is not None and side is not Side.OPERATOR:
        return draft
    verdict = may_move(situation, _rule(draft))
    if isinstance(verdict, Denied):
        return verdict.reason
    person = draft.cast.person(situation.author or ticket.requester)
    system = usable_system(situation.desk.directory, key, person)
    if system is None or _is_elsewhere(situation, ticket, system):
        return no_system(key)
    event = Moved(
        verb=SYSTEM.name,
        at=situation.now,
        actor=situation.author,
        audience="everyone",
        changes=changed(ticket, system=system.key, organisation=system.customer),
        cause=cause_of(situation),
    )
    return replace(draft.add(event), done=(f"{ticket.key} is now about {system.name}.",))


def usable_system(directory: Directory, key: str | None, person: Person | None) -> System | None:
    """The named system, where this person may have a ticket about it.

    Customers may for their own, partners for those they serve or whose customer stands below them, the operator for
    all: a partner who could name any system would put tickets before customers it has nothing to do with. A colleague
    whom nobody registered speaks for nobody but itself.
    """
    system = directory.systems.get(key or "")
    if system is None or person is None or person.organisation is None:
        return None
    if directory.side(person) is Side.OPERATOR or person.organisation == system.customer:
        return system
    if directory.side(person) is not Side.PARTNER or not person.registered:
        return None
    above = (tier.key for tier in directory.above(system.customer))
    return system if person.organisation in (*system.involved.values(), *above) else None


def no_system(key: str) -> str:
    """The same for a system of others as for one that does not exist: it tells nobody what there is."""
    return f'There is no system "{key}" that this ticket could be about.'


def _is_elsewhere(situation: Situation, ticket: Ticket, system: System) -> bool:
    """Whether the ticket is that of another customer; one of a partner may turn out to be about a customer's system."""
    organisation = situation.desk.directory.organisations.get(ticket.organisation or "")
    if organisation is None or organisation.kind.side is not Side.CUSTOMER:
        return False
    return organisation.key != system.customer


def _is_carried(situation: Situation, key: str) -> bool:
    said = normalise(f"system {key}")
    return any(normalise(tag) == said for subject in situation.mail.carried for tag in bracketed(subject))


def _rule(draft: Draft) -> MoveRule:
    """Naming a system takes what a move takes: a party with proof."""
    return MoveRule(
        verb=SYSTEM.name,
        label="system",
        phrases=SYSTEM.phrases,
        source=(draft.ticket.status,),
        target=draft.ticket.status,
        who=tuple(Side),
        proof="token",
        comment_required=False,
        holder=draft.ticket.holder,
        notify=(),
        template="receipt",
    )
