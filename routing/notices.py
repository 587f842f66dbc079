"""Who gets which letter about what happened: groups become notices, each with only what its reader may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from parsers.mail import Door, Kind
from routing import foreign
from routing.allowance import exhausted
from routing.audience import on
from routing.authority import offers, ratings
from routing.cast import OPERATOR_LANE, Cast, includes, lane_of, owns
from routing.directory import Person
from routing.model import Contents, Later, Notice, NotTold, Offer, Proof, Situation
from routing.quiet import disturbance
from routing.recipients import among, guests, resolve, why_at_once
from routing.ticket import Ticket
from routing.wishes import Topic
from routing.workflow import StateKind

Details: TypeAlias = Mapping[str, str | tuple[str, ...]]

OLD_MAIL = "old mail tells nobody"
IN_A_STORM = "the writer seems to answer by itself"
STANDING = frozenset({"actor", "status", "holder", "system", "organisation", "moved_to", "resolution"})
"""What every letter may say of the ticket to all its readers."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What letters are about. `event` is the ordinal of the event whose words they carry, None for none.

    `details` are for every reader, `internal` for the operator's people alone. `topic` is what people may wish for more
    or fewer letters of; without one all are told. `offers` come before those that every letter makes, `contents` are
    what a question is answered with. `audience` may read the words; where all may know what happened, `fact` is the
    ordinal of the event without them, of which the others are told.
    """

    template: str
    audience: str = "everyone"
    event: int | None = None
    details: Details = field(default_factory=dict)
    internal: Details = field(default_factory=dict)
    once: str | None = None
    topic: Topic | None = None
    offers: tuple[Offer, ...] = ()
    contents: Contents | None = None
    fact: int | None = None

    @property
    def reach(self) -> str:
        """Who may be told: with a `fact` everybody, else whom the words are for."""
        return self.audience if self.fact is None else "everyone"


@dataclass(frozen=True, slots=True)
class Mailing:
    """Letters to be, who gets none, and who reads of what in a digest."""

    notices: tuple[Notice, ...] = ()
    not_told: tuple[NotTold, ...] = ()
    later: tuple[Later, ...] = ()

    def __add__(self, other: "Mailing") -> "Mailing":
        return Mailing(self.notices + other.notices, self.not_told + other.not_told, self.later + other.later)


def notify(situation: Situation, ticket: Ticket, groups: tuple[str, ...], occasion: Occasion) -> Mailing:
    """Letters to the groups of a rule; `ticket` is the state that they speak of."""
    persons, not_told = resolve(groups, situation, ticket, occasion.reach, occasion.topic)
    return _letters(situation, ticket, persons, occasion) + _silent(situation, ticket, not_told, occasion)


def tell(situation: Situation, ticket: Ticket, persons: Sequence[Person], occasion: Occasion) -> Mailing:
    """Letters to the persons whom an event concerns themselves, whatever groups they are in."""
    found, not_told = among(persons, situation, ticket, occasion.reach, occasion.topic, personal=True)
    return _letters(situation, ticket, found, occasion) + _silent(situation, ticket, not_told, occasion)


def _silent(situation: Situation, ticket: Ticket, not_told: tuple[NotTold, ...], occasion: Occasion) -> Mailing:
    """Who gets no letter; whoever reads a digest finds there the words, and the fact without them."""
    if situation.quiet or situation.storm:
        return Mailing(not_told=not_told)
    events = tuple(event for event in dict.fromkeys((occasion.event, occasion.fact)) if event is not None)
    readers = ((one.address, one.later) for one in not_told if one.later is not None)
    later = tuple(Later(reader, ticket.key, event, cadence) for reader, cadence in readers for event in events)
    return Mailing((), not_told, later)


def warn(situation: Situation, ticket: Ticket, address: str, occasion: Occasion) -> Mailing:
    """A letter to one party of the ticket about what somebody else did with an address made for it."""
    cast = Cast(situation.desk, ticket, guests(situation))
    person = cast.person(address)
    if situation.desk.inlet(person.address) is not None or not cast.sees(person, occasion.reach):
        return Mailing(not_told=(NotTold(person.address, "no party of the ticket whom this concerns"),))
    return _letters(situation, ticket, (person,), occasion)


def answer(situation: Situation, ticket: Ticket, occasion: Occasion) -> Mailing:
    """A letter to the writer about its own mail: acknowledgement, receipt, refusal or help. Machines get none."""
    if situation.author is None:
        return Mailing()
    cast = Cast(situation.desk, ticket, guests(situation))
    person = cast.person(situation.author)
    why = _unanswerable(situation, person)
    if why is not None:
        return Mailing(not_told=(NotTold(person.address, why),))
    return _letters(situation, ticket, (person,), occasion, answers=True)


def answer_apart(situation: Situation, occasion: Occasion) -> Mailing:
    """A letter to the writer about its own mail that belongs to no ticket. It names neither a ticket nor its mail."""
    person = situation.writer
    if person is None or situation.quiet:
        return Mailing()
    why = _unanswerable(situation, person)
    if why is not None:
        return Mailing(not_told=(NotTold(person.address, why),))
    desk = situation.desk
    inlet = desk.inlet(situation.envelope.recipient) or desk.inlets[0]
    notice = Notice(
        to=person.address,
        name=person.name,
        language=person.language,
        template=occasion.template,
        lane=desk.directory.side(person).value,
        sender=inlet.address,
        key="",
        subject="",
        answer=True,
        details=occasion.details,
        in_reply_to=situation.mail.message_id,
        # The same mail may have come to several addresses of ours.
        once=occasion.once or (f"asked:{situation.mail.message_id}" if situation.mail.message_id else None),
        contents=occasion.contents,
        stranger=_is_stranger(situation, person),
    )
    return Mailing((notice,))


def of_machine(situation: Situation) -> bool:
    """Whether no person wrote to us directly: such mail runs no command and is never answered (RFC 3834 section 2)."""
    mail = situation.mail
    return mail.kind is not Kind.PERSONAL or mail.auto_submitted or from_null_sender(situation)


def from_null_sender(situation: Situation) -> bool:
    """Whether the mail came from the null reverse-path, as answers of machines do (RFC 3834 section 3.3).

    It counts only where the transport stated one; a pipe or a mailbox may not know it.
    """
    envelope = situation.envelope
    return envelope.sender in ("", "<>") and envelope.door in (Door.SMTP, Door.LMTP)


def names_of(mailing: Mailing, cast: Cast, reader: Person) -> tuple[str, ...]:
    """Who was told, as a reader may know it: its own side by name, other parties as such, never an address."""
    lane = cast.lane(reader)

    def name(notice: Notice) -> str:
        if lane in (OPERATOR_LANE, notice.lane):
            return cast.byline(notice.to, lane).name
        return cast.party(notice.lane)

    return tuple(dict.fromkeys(map(name, mailing.notices)))


def _unanswerable(situation: Situation, person: Person) -> str | None:
    if of_machine(situation):
        return "mail of machines and lists is not answered"
    if situation.desk.inlet(person.address) is not None:
        return "this is an address of ours"
    return exhausted(situation, person)


def _is_stranger(situation: Situation, person: Person) -> bool:
    return situation.proof is Proof.NONE and not person.known


def _letters(
    situation: Situation, ticket: Ticket, persons: Sequence[Person], occasion: Occasion, *, answers: bool = False
) -> Mailing:
    if situation.quiet or situation.storm:
        why = OLD_MAIL if situation.quiet else IN_A_STORM
        return Mailing(not_told=tuple(NotTold(person.address, why) for person in persons))
    cast = Cast(situation.desk, ticket, guests(situation))
    occasion = replace(occasion, audience=on(ticket, occasion.audience))
    readers = [(person, cast.lane(person, occasion.audience)) for person in persons]
    reading = {lane for _, lane in readers if includes(occasion.audience, lane)}
    details = {lane: _details(situation, cast, occasion, lane) for lane in {lane for _, lane in readers}}
    return Mailing(
        tuple(
            Notice(
                to=person.address,
                name=person.name,
                language=person.language,
                template=occasion.template,
                lane=lane,
                sender=_sender(situation, ticket),
                key=ticket.key,
                subject=ticket.subject,
                event=occasion.event if lane in reading else occasion.fact,
                audience=occasion.audience if lane in reading else "everyone",
                answer=answers,
                offers=(*occasion.offers, *offers(cast, person)),
                details=details[lane],
                in_reply_to=_written_by(person, situation, ticket, answers=answers),
                once=occasion.once,
                clicks=ratings(cast, person),
                contents=occasion.contents,
                stranger=answers and _is_stranger(situation, person),
                why="" if answers else why_at_once(person, cast, occasion.topic),
                quiet=disturbance(situation.desk, ticket, person, situation.now, answers=answers),
                number=foreign.told(cast, person, lane),
            )
            for person, lane in readers
        )
    )


def _written_by(person: Person, situation: Situation, ticket: Ticket, *, answers: bool) -> str | None:
    """A Message-ID that the reader itself wrote: the mail answered, or the one that opened the ticket."""
    if answers:
        return situation.mail.message_id
    return ticket.origin if owns(person, ticket.requester) else None


def _details(situation: Situation, cast: Cast, occasion: Occasion, lane: str) -> Details:
    """What a template may say to the readers of a lane."""
    actor = cast.byline(situation.author, lane).name
    return {
        **_standing(situation, cast),
        **({"actor": actor} if actor else {}),
        **occasion.details,
        **(occasion.internal if lane == OPERATOR_LANE else {}),
        **({"doubts": situation.doubts} if situation.doubts and lane == OPERATOR_LANE else {}),
        **(_conversation(cast, occasion.audience) if lane == OPERATOR_LANE else {}),
    }


def _conversation(cast: Cast, audience: str) -> Details:
    """With whom the operator's people speak in answer to a letter, where that is one party alone."""
    return {"conversation": cast.party(lane_of(audience))} if audience.startswith("lane:") else {}


def _standing(situation: Situation, cast: Cast) -> dict[str, str | tuple[str, ...]]:
    """What every letter may say of the ticket: names, not keys."""
    desk, ticket = situation.desk, cast.ticket
    state = desk.workflow.states.get(ticket.status)
    system = desk.directory.systems.get(ticket.system or "")
    organisation = desk.directory.organisations.get(ticket.organisation or "")
    found: dict[str, str | tuple[str, ...]] = {"status": state.name if state else ticket.status}
    if state is None or state.kind is not StateKind.CLOSED:  # nobody's turn is next on a closed ticket
        found["holder"] = cast.party(ticket.holder)
    if ticket.resolution is not None:
        found["resolution"] = desk.workflow.resolutions.get(ticket.resolution, ticket.resolution)
    if system is not None:
        found["system"] = system.name
    if organisation is not None:
        found["organisation"] = organisation.name
    return found


def _sender(situation: Situation, ticket: Ticket) -> str:
    """The address of ours that feeds the ticket's queue, the one written to where there are several."""
    desk = situation.desk
    inlet = desk.inlet(situation.envelope.recipient)
    if inlet is not None and inlet.queue == ticket.queue:
        return inlet.address
    return next((one.address for one in desk.inlets if one.queue == ticket.queue), desk.inlets[0].address)
