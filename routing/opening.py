"""How a ticket begins: for whom, about which system, with which key, and when a human must look first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsers.intent import Command, Words
from routing import assignment, creation, queues, tiers
from routing.allowance import too_many_tickets
from routing.audience import EVERYONE, INTERNAL, audience_for, settled
from routing.cast import CUSTOMER_LANE, Cast, audience_of
from routing.directory import Person, Side, System, canonical
from routing.draft import Draft, cause_of
from routing.events import Change, Opened, Value, apply
from routing.model import CcRule, Decision, Inlet, Proof, Situation, UnknownSenders
from routing.naming import usable_system
from routing.notices import Details, Occasion
from routing.ticket import Ticket

NO_SUBJECT = "(no subject)"
SUBJECT_LENGTH = 78  # characters; RFC 5322 section 2.1.1 recommends lines no longer
# A defective From may hold anything, and its address becomes the recipient of later letters: plain ASCII forms only.
_PLAIN = re.compile(r"(?=.{3,254}\Z)[A-Za-z0-9._+=-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Requester:
    """For whom a ticket is opened. `trusted` is False where From carries no authority and its address is a mere claim.

    `newcomer` says that this person is to be remembered. `writer` is who wrote in this person's stead, None for nobody.
    With `follows` the ticket goes on where another ended.
    """

    person: Person
    trusted: bool = True
    newcomer: bool = False
    writer: Person | None = None
    follows: bool = False

    @property
    def creator(self) -> Person:
        """Whose mail it is: that side decides about the key, and about the systems that may be named."""
        return self.writer or self.person


def open_ticket(
    situation: Situation,
    words: Words,
    commands: Sequence[Command] = (),
    *,
    principal: Person | None = None,
    follows: bool = False,
) -> tuple[Draft, Person | None] | Decision:
    """The draft of a new ticket and the person to remember, or the decision to hold the mail for a human.

    It is opened for the writer, or for its `principal`. With `follows` it goes on where the ticket of the situation
    ended, and is about the same system.
    """
    inlet = _inlet(situation)
    found = _requester(situation, inlet)
    if isinstance(found, str):
        return Decision(outcome="held", held=found, why=("no ticket is opened before a human has looked",))
    if principal is not None and principal.address != found.person.address:
        found = Requester(principal, writer=found.person)
    found = replace(found, follows=follows)
    known = _about(replace(situation, guests=(*situation.guests, found.creator, found.person)), found)
    event, impossible = _opened(known, words, found, inlet), tuple[str, ...]()
    if found.trusted:
        event, impossible = creation.begun(known, event, found.creator, words, commands)
    ticket = apply(None, event)
    event = settled(event, ticket)
    draft = Draft(replace(known, ticket=None), ticket, (event,))
    rule = situation.desk.workflow.opening
    if found.trusted:
        # It carries no word of the mail: it goes to whoever From claims to be.
        earlier = {"follows": event.linked} if event.follows and event.linked else {}
        received = Occasion(rule.acknowledgement, details=earlier)
        draft = draft.answer(creation.asking(draft, impossible) if draft.ticket.missing else received)
    internal = {} if event.linked is None else {"follows" if event.follows else "linked": event.linked}
    occasion = Occasion(rule.template, event.audience, 0, _in_stead(found), internal)
    if not draft.ticket.missing:
        draft = announce(draft, occasion)
    if principal is not None and principal.address not in (notice.to for notice in draft.mailing.notices):
        draft = draft.tell((principal,), occasion)
    return draft, found.person if found.newcomer else None


def _about(situation: Situation, requester: Requester) -> Situation:
    """The situation with the system of the ticket that is gone on with, where none is named and it may be named."""
    if not requester.follows or situation.system or situation.ticket is None:
        return situation
    inherited = usable_system(situation.desk.directory, situation.ticket.system, requester.creator)
    return replace(situation, system=inherited.key if inherited else None)


def _in_stead(requester: Requester) -> Details:
    """For whom a ticket was opened, where that is not the writer."""
    return {"behalf": requester.person.name or requester.person.address} if requester.writer else {}


def announce(draft: Draft, occasion: Occasion) -> Draft:
    """The new ticket is put before those who work on it. One that is asked for more waits until all is said.

    Where the groups that are told have nobody, the operator's agents are told, so that no ticket lies unseen.
    """
    groups = draft.situation.desk.workflow.opening.notify
    told = assignment.begin(draft.notify(groups, occasion), occasion)
    return told.notify(("agents",), occasion) if groups and told.mailing == draft.mailing else told


def fill_in(draft: Draft, words: Words, commands: Sequence[Command]) -> Draft:
    """A party's mail on a draft: it answers the creation form, or is asked again; with the last answer all begins."""
    before = draft.ticket
    draft, impossible = creation.answered(draft, words, commands)
    if draft.ticket.missing:
        return draft.answer(creation.asking(draft, impossible))
    return _begin(draft, before).answer(Occasion(draft.situation.desk.workflow.opening.acknowledgement))


def settle(draft: Draft, before: Ticket) -> Draft:
    """As `fill_in`, for a draft whose questions other commands have answered, or that was put to work by hand; also
    for one that was closed, had its questions answered then, and is open again.
    """
    workflow, after = draft.situation.desk.workflow, creation.settled(draft)
    begins = any(map(workflow.is_draft, (before, draft.ticket))) and not workflow.is_draft(after.ticket)
    return _begin(after, before) if begins and after.ticket.status == workflow.opening.status else after


def _begin(draft: Draft, before: Ticket) -> Draft:
    """It is put before those who work on it; whom it was opened for could not be told while it might be internal."""
    audience = draft.for_words()
    details, internal = creation.origin(draft.situation)
    template = draft.situation.desk.workflow.opening.template
    occasion = Occasion(template, audience, draft.latest, details, internal)
    draft = announce(draft, occasion)
    requester = draft.cast.person(draft.ticket.requester)
    if not before.is_internal or requester.address in (notice.to for notice in draft.mailing.notices):
        return draft
    return draft.tell((requester,), occasion)


def _inlet(situation: Situation) -> Inlet:
    """The address of ours that was written to; mail that came in another way counts for the first."""
    desk = situation.desk
    return desk.inlet(situation.envelope.recipient) or desk.inlets[0]


def _requester(situation: Situation, inlet: Inlet) -> Requester | str:
    """For whom the ticket is, or a sentence why a human must look first.

    A defective From proves nobody, yet its mail may be a customer's: it opens a ticket under the address it claims,
    without that person's rights, without a letter to it. Where the claim is no plain address the mail is held: the
    answer to it could go anywhere.
    """
    mail, author = situation.mail, situation.author
    claimed = author or (mail.from_.address if mail.from_ else "")
    if author is None and not _PLAIN.fullmatch(claimed):
        return "The mail has no From address that can be read; look at the original and open a ticket by hand."
    if (situation.writer is None or not situation.writer.known) and (many := too_many_tickets(situation)):
        return many
    if situation.desk.inlet(claimed) is not None:
        return f"The mail claims to come from {claimed}, an address of ours; drop it unless you know the sender."
    if author is not None and situation.writer is not None:
        newcomer = not situation.writer.registered and situation.desk.directory.person(author) is None
        return Requester(situation.writer, newcomer=newcomer)
    if inlet.unknown_senders is not UnknownSenders.ACCEPT:
        return f"The sender {claimed} is unknown to {inlet.address}; register the sender and replay, or drop the mail."
    person = Person(mail.from_.name if mail.from_ else "", (claimed,), registered=False)
    return Requester(person, trusted=author is not None, newcomer=author is not None)


def _opened(situation: Situation, words: Words, requester: Requester, inlet: Inlet) -> Opened:
    desk, person = situation.desk, requester.person
    rule = desk.workflow.opening
    side = desk.directory.side(requester.creator) if requester.trusted else Side.CUSTOMER
    key = f"{desk.prefixes[side]}-{situation.number}"
    system = _system(situation, requester) if requester.trusted else None
    of_operator = requester.trusted and desk.directory.side(person) is Side.OPERATOR
    organisation = system.customer if system else None if of_operator else person.organisation
    first: dict[str, Value] = {
        "subject": _subject(situation, words, requester),
        "status": rule.status,
        **tiers.begins(desk, organisation),
        "queue": inlet.queue,
        "requester": person.address,
        "organisation": organisation,
        "system": system.key if system else None,
        "substatus": desk.workflow.unassigned,
        "origin": situation.mail.message_id,
    }
    changes = tuple(Change(field=n, before=None, after=value) for n, value in first.items() if value is not None)
    event = Opened(
        key=key,
        linked=situation.ticket.key if situation.ticket else None,
        follows=requester.follows,
        at=situation.now,
        actor=situation.author,
        audience=situation.narrowed or _audience(situation, requester, system),
        text=words.text,
        attachments=words.attachments,
        changes=changes,
        cause=cause_of(situation),
        quiet=situation.quiet,
    )
    joining = queues.joining(situation, apply(None, event))
    if not (requester.trusted and (situation.mail.cc or requester.writer)):
        return replace(event, changes=(*changes, *joining))
    watchers = _watchers(situation, apply(None, event), requester, inlet)
    watching = (Change(field="watchers", before=(), after=watchers),) if watchers else ()
    return replace(event, changes=(*changes, *joining, *watching))


def _audience(situation: Situation, requester: Requester, system: System | None) -> str:
    """Who may read the words. What answers a letter for few is for those few on the ticket that follows, too.

    A role may be another company's where the ticket is about another system.
    """
    letter, old = situation.minted, situation.ticket
    if requester.follows and old is not None and letter is not None and letter.audience != EVERYONE:
        kept = audience_for(situation)
        same = kept in (INTERNAL, "staff", audience_of(CUSTOMER_LANE)) or (system.key if system else None) == old.system
        return kept if same else INTERNAL
    return EVERYONE if situation.desk.workflow.shared_comments else audience_of(CUSTOMER_LANE)


def _system(situation: Situation, requester: Requester) -> System | None:
    """The system named, else the only one of the requester's organisation."""
    directory, person = situation.desk.directory, requester.person
    named = usable_system(directory, situation.system, requester.creator)
    if named is not None and requester.writer is not None and not requester.follows:
        named = named if named.customer == person.organisation else None
    if named is not None or person.organisation is None:
        return named
    own = directory.systems_of(person.organisation)
    return own[0] if len(own) == 1 else None


def _subject(situation: Situation, words: Words, requester: Requester) -> str:
    """The subject, else a short first line of the words.

    Whoever goes on with a ticket in answer to a letter of ours has that letter's subject, which may say nothing.
    """
    if requester.follows and situation.minted is not None and situation.ticket is not None:
        return situation.ticket.subject
    subject = situation.mail.subject
    for text in (subject, *words.text.splitlines()):
        line = " ".join(text.split())
        if line:
            return line if text is subject or len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1].rstrip() + "…"
    return NO_SUBJECT


def _watchers(situation: Situation, ticket: Ticket, requester: Requester, inlet: Inlet) -> tuple[str, ...]:
    """Who on Cc follows the ticket. Only a proven writer may bring in people who are no party of it anyway.

    Who opens a ticket for somebody else follows it, unless it is a party anyway.
    """
    cast = Cast(situation.desk, ticket, situation.guests)
    everyone = inlet.cc is CcRule.ALL and situation.proof is Proof.STRONG
    found: dict[str, str] = {}
    if requester.writer is not None and cast.side(requester.writer) is None:
        found[canonical(requester.writer.address)] = requester.writer.address
    for address in (one.address for one in situation.mail.cc) if inlet.cc is not CcRule.IGNORE else ():
        person = cast.person(address)
        known = person.registered and cast.side(person) is not None
        if situation.desk.inlet(address) is None and (known or (everyone and _PLAIN.fullmatch(address))):
            found.setdefault(canonical(person.address), person.address)
    found.pop(canonical(requester.person.address), None)
    return tuple(found.values())
