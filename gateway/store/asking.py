"""What only some mails need to know: for questions, and for taking back what a receipt confirmed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, Select, bindparam, false, select, union

from gateway.store import challenges, failures, pace, tickets
from gateway.store.columns import Record
from gateway.store.outbox import NOTICE
from gateway.store.schema import events, outbox, participants
from gateway.store.schema import tickets as table
from gateway.store.tickets import Stored
from parsers.intent import Command, Intent, Orders, Report
from routing import challenge
from routing.acts import admitting
from routing.acts.undoing import is_undo
from routing.directory import Person, Side, canonical
from routing.events import Event, Refusal, Unverified, decode
from routing.listing import MOST_CANDIDATES, MOST_LISTED
from routing.model import Deed, Desk, Minted, Proof, Receipt, Situation
from routing.others import named
from routing.questions import ABOUT_TICKETS, asked
from routing.rules import StateKind
from routing.ticket import Ticket

RECEIPT = "receipt"

_TIMELINE = select(events.c.data).where(events.c.ticket_id == bindparam("ticket")).order_by(events.c.seq)
_RECEIPT = select(outbox.c.created_at, outbox.c.inbox_id, outbox.c.notice).where(
    outbox.c.id == bindparam("letter"), outbox.c.template == RECEIPT, outbox.c.inbox_id.is_not(None)
)
_DONE = (
    select(events.c.ticket_id, events.c.seq, events.c.data)
    .where(events.c.inbox_id == bindparam("mail"))
    .order_by(events.c.ordinal)
)
_CONCERNED = (
    select(table.c.key)
    .join(events, events.c.ticket_id == table.c.id)
    .join(outbox, outbox.c.inbox_id == events.c.inbox_id)
    .where(outbox.c.id == bindparam("letter"), outbox.c.template == RECEIPT)
    .distinct()
)
_CAUSED = select(events.c.data).where(
    events.c.ticket_id == bindparam("ticket"), events.c.message_id == bindparam("message_id")
)
_LATER = (
    select(events.c.data)
    .where(events.c.ticket_id == bindparam("ticket"), events.c.seq > bindparam("last"))
    .order_by(events.c.seq)
)
_TOLD = (
    select(outbox.c.address)
    .where(outbox.c.inbox_id == bindparam("mail"), outbox.c.answer == false())
    .order_by(outbox.c.address)
    .distinct()
)


def others(connection: Connection, intent: Intent, minted: Minted | None) -> tuple[str, ...] | None:
    """The keys of the other tickets that a mail's commands are about; None where no command is about others.

    What is undone may have been done to several.
    """
    if minted is None or not is_undo(intent):
        return named(intent)
    keys = tuple(connection.execute(_CONCERNED, {"letter": minted.letter}).scalars())
    return keys if set(keys) - {minted.ticket} else None


def furnish(
    connection: Connection,
    situation: Situation,
    intent: Intent,
    known: Stored | None,
    others: Mapping[str, Stored],
    *,
    signed: bool,
) -> Situation:
    """The situation with all that this mail asks for, if it proves anybody; most mails ask for nothing.

    `known` is its ticket, `others` those that its commands are about; `signed` says that it came to the
    address of a letter.
    """
    if isinstance(intent, Report):  # it gets no answer and gives no command
        letter = situation.minted
        heard = failures.known(connection, letter, situation.desk, situation.now) if letter else None
        return situation if heard is None else replace(situation, deliveries=heard)
    if known is not None and challenge.may_arise(situation, intent):
        situation = replace(situation, asked=challenges.sent(connection, situation, known))
    if known is not None:
        situation = pace.remembered(connection, situation, known)
    if known is None or situation.proof is Proof.NONE:
        situation = replace(situation, given=pace.given(connection, situation))
    if situation.proof is Proof.NONE:
        return situation
    letter = situation.minted
    if known is not None and letter is not None and letter.template == challenge.TEMPLATE and signed:
        situation = replace(situation, challenge=challenges.put(connection, letter, known))
    if known is not None and known.ticket.missing:  # its last answer puts all of it before those who work on it
        situation = replace(situation, timeline=_timeline(connection, known))
    return _commanded(connection, situation, intent, known, others) if isinstance(intent, Orders) else situation


def _commanded(
    connection: Connection,
    situation: Situation,
    intent: Orders,
    known: Stored | None,
    others: Mapping[str, Stored],
) -> Situation:
    """The situation with what the commands of a mail are about."""
    letter = situation.minted
    if is_undo(intent):
        return replace(situation, receipt=_receipt(connection, letter, known, others))
    if known is not None and (intent.acts or intent.move):
        situation = replace(situation, repeated=_is_repeated(connection, situation, known))
    if known is not None and letter is not None and any(act.name in admitting.VERBS for act in intent.acts):
        situation = replace(situation, entry=challenges.set_aside(connection, letter, known))
    wanted = asked(intent)
    if known is not None and wanted & ABOUT_TICKETS:
        situation = replace(situation, timeline=_timeline(connection, known))
    lists = [question for question in intent.questions if question.name == "list"]
    if lists and situation.writer is not None:
        situation = replace(situation, board=_board(connection, situation.desk, situation.writer, lists[0]))
    return situation


def _is_repeated(connection: Connection, situation: Situation, known: Stored) -> bool:
    """Whether a mail of the same writer with this Message-ID had its effect on the ticket already."""
    if situation.mail.message_id is None or situation.author is None:
        return False
    values = {"ticket": known.id, "message_id": situation.mail.message_id}
    before = map(decode, connection.execute(_CAUSED, values).scalars())
    return any(
        not isinstance(event, Refusal | Unverified) and canonical(event.actor or "") == canonical(situation.author)
        for event in before
    )


def _timeline(connection: Connection, known: Stored) -> tuple[Event, ...]:
    return tuple(map(decode, connection.execute(_TIMELINE, {"ticket": known.id}).scalars()))


def _receipt(
    connection: Connection, minted: Minted | None, known: Stored | None, others: Mapping[str, Stored]
) -> Receipt | None:
    """What the mail did whose receipt is answered; None where the letter is no receipt, or of another ticket."""
    if minted is None or known is None:
        return None
    letter = connection.execute(_RECEIPT, {"letter": minted.letter}).one_or_none()
    done = connection.execute(_DONE, {"mail": letter.inbox_id}).all() if letter else []
    concerned = {row.ticket_id for row in done}
    if letter is None or known.id not in concerned:
        return None
    beside = {key: _deed(connection, one, done) for key, one in others.items() if one.id in concerned}
    return Receipt(
        at=letter.created_at,
        deed=_deed(connection, known, done),
        told=tuple(connection.execute(_TOLD, {"mail": letter.inbox_id}).scalars()),
        # A receipt that did not offer it told of something that is no event: an absence, for one.
        whole=len(beside) + 1 == len(concerned) and "undo" in NOTICE.validate_json(letter.notice).details,
        beside=beside,
    )


def _deed(connection: Connection, known: Stored, done: Sequence[Record]) -> Deed:
    own = [row for row in done if row.ticket_id == known.id]
    later = connection.execute(_LATER, {"ticket": known.id, "last": own[-1].seq}).scalars()
    return Deed(own[0].seq, tuple(decode(row.data) for row in own), tuple(map(decode, later)))


def _board(connection: Connection, desk: Desk, person: Person, question: Command) -> tuple[Ticket, ...]:
    """The tickets in which a person may take part, the newest update first; rather too many than too few."""
    which = " ".join(question.arguments).casefold()
    fit = [table.c.hidden == false()]
    if which in ("open", "closed"):
        closed = [state.key for state in desk.workflow.states.values() if state.kind is StateKind.CLOSED]
        fit.append(table.c.status.in_(closed) if which == "closed" else table.c.status.not_in(closed))
    sees_all = _sees_all(desk, person, which)
    places = [None] if sees_all else list(_places(desk, person, which))
    # Each place by an index of its own, which ends with the time of the update: none is read to its end.
    # Who sees all needs no more than are listed, and one to know of more; of others' candidates some are not theirs.
    most = MOST_LISTED + 1 if sees_all else MOST_CANDIDATES
    newest = [_newest(most, *fit, *(() if place is None else (place,))).subquery() for place in places]
    found = union(*(select(each.c.id) for each in newest)).subquery()
    every = tickets.EVERY.join(found, found.c.id == table.c.id).order_by(table.c.updated_at.desc(), table.c.id.desc())
    return tuple(tickets.stored(row).ticket for row in connection.execute(every.limit(most)))


def _newest(most: int, *conditions: ColumnElement[bool]) -> Select[int]:
    query = select(table.c.id).where(*conditions)
    return query.order_by(table.c.updated_at.desc(), table.c.id.desc()).limit(most)


def _sees_all(desk: Desk, person: Person, which: str) -> bool:
    return person.registered and desk.directory.side(person) is Side.OPERATOR and which not in ("mine", "forwarded")


def _places(desk: Desk, person: Person, which: str) -> Iterator[ColumnElement[bool]]:
    """Where a person's tickets are: by name, by its organisation, by the systems that it serves."""
    organisation = person.organisation if person.registered else None
    own = () if which == "forwarded" else tuple(map(canonical, person.addresses))
    tier = () if which == "mine" or organisation is None else (organisation,)
    named = select(participants.c.ticket_id).where(participants.c.who.in_((*own, *tier)))
    yield table.c.id.in_(named)
    if organisation is None or which in ("mine", "forwarded"):
        return
    yield table.c.organisation == organisation
    served = [system.key for system in desk.directory.systems.values() if organisation in system.involved.values()]
    if served:
        yield table.c.system.in_(served)
