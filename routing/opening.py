"""How a ticket begins: for whom, about which system, with which key, and when a human must look first."""

import re
from dataclasses import dataclass, replace

from parsers.intent import Words
from routing.cast import Cast
from routing.directory import Person, Side, System, canonical
from routing.draft import Draft, cause_of
from routing.events import Change, Opened, Value, apply
from routing.model import CcRule, Decision, Inlet, Proof, Situation, UnknownSenders
from routing.naming import usable_system
from routing.notices import Occasion
from routing.ticket import Ticket

NO_SUBJECT = "(no subject)"
SUBJECT_LENGTH = 78  # characters; RFC 5322 section 2.1.1 recommends lines no longer
# A defective From may hold anything, and its address becomes the recipient of later letters: plain ASCII forms only.
_PLAIN = re.compile(r"(?=.{3,254}\Z)[A-Za-z0-9._+=-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Requester:
    """For whom a ticket is opened. `trusted` is False where From carries no authority and its address is a mere claim.

    `newcomer` says that this person is to be remembered.
    """

    person: Person
    trusted: bool = True
    newcomer: bool = False


def open_ticket(situation: Situation, words: Words) -> tuple[Draft, Person | None] | Decision:
    """The draft of a new ticket and the person to remember, or the decision to hold the mail for a human."""
    inlet = _inlet(situation)
    found = _requester(situation, inlet)
    if isinstance(found, str):
        return Decision(outcome="held", held=found, why=("no ticket is opened before a human has looked",))
    known = replace(situation, guests=(*situation.guests, found.person))
    event = _opened(known, words, found, inlet)
    draft = Draft(replace(known, ticket=None), apply(None, event), (event,))
    rule = situation.desk.workflow.opening
    if found.trusted:
        # It carries no word of the mail: it goes to whoever From claims to be.
        draft = draft.answer(Occasion(rule.acknowledgement))
    internal = {} if event.linked is None else {"linked": event.linked}
    draft = draft.notify(rule.notify, Occasion(rule.template, event.audience, 0, internal=internal))
    return draft, found.person if found.newcomer else None


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
    side = desk.directory.side(person) if requester.trusted else Side.CUSTOMER
    key = f"{desk.prefixes[side]}-{situation.number}"
    system = _system(situation, person) if requester.trusted else None
    organisation = system.customer if system else None if side is Side.OPERATOR else person.organisation
    first: dict[str, Value] = {
        "subject": _subject(situation.mail.subject, words),
        "status": rule.status,
        "holder": rule.holder,
        "queue": inlet.queue,
        "requester": person.address,
        "organisation": organisation,
        "system": system.key if system else None,
        "origin": situation.mail.message_id,
    }
    changes = tuple(Change(field=n, before=None, after=value) for n, value in first.items() if value is not None)
    event = Opened(
        key=key,
        linked=situation.ticket.key if situation.ticket else None,
        at=situation.now,
        actor=situation.author,
        audience="everyone" if desk.workflow.shared_comments else "lane:customer",
        text=words.text,
        attachments=words.attachments,
        changes=changes,
        cause=cause_of(situation),
    )
    if not (requester.trusted and situation.mail.cc):
        return event
    watchers = _watchers(situation, apply(None, event), person, inlet)
    watching = (Change(field="watchers", before=(), after=watchers),) if watchers else ()
    return replace(event, changes=(*changes, *watching))


def _system(situation: Situation, person: Person) -> System | None:
    """The system named, else the only one of the writer's organisation."""
    directory = situation.desk.directory
    named = usable_system(directory, situation.system, person)
    if named is not None or person.organisation is None:
        return named
    own = directory.systems_of(person.organisation)
    return own[0] if len(own) == 1 else None


def _subject(subject: str, words: Words) -> str:
    """The subject, else a short first line of the words."""
    for text in (subject, *words.text.splitlines()):
        line = " ".join(text.split())
        if line:
            return line if text is subject or len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1].rstrip() + "…"
    return NO_SUBJECT


def _watchers(situation: Situation, ticket: Ticket, requester: Person, inlet: Inlet) -> tuple[str, ...]:
    """Who on Cc follows the ticket. Only a proven writer may bring in people who are no party of it anyway."""
    cast = Cast(situation.desk, ticket, situation.guests)
    everyone = inlet.cc is CcRule.ALL and situation.proof is Proof.STRONG
    found: dict[str, str] = {}
    for address in (one.address for one in situation.mail.cc) if inlet.cc is not CcRule.IGNORE else ():
        person = cast.person(address)
        known = person.registered and cast.side(person) is not None
        if situation.desk.inlet(address) is None and (known or (everyone and _PLAIN.fullmatch(address))):
            found.setdefault(canonical(person.address), person.address)
    found.pop(canonical(requester.address), None)
    return tuple(found.values())
