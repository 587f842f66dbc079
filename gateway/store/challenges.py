"""What waits for a word: commands to be confirmed by whoever they claim to come from, and words that were set aside."""

from collections.abc import Iterator

from sqlalchemy import Connection, bindparam, literal_column, select

from gateway.store.schema import events, outbox
from gateway.store.tickets import Stored
from routing.acts.admitting import SET_ASIDE
from routing.authority import cast_of
from routing.challenge import TIME
from routing.events import Commented, Event, Refusal, Unverified, decode
from routing.model import Asked, Challenge, Minted, SetAside, Situation

# Literal, so that a planner sees that the partial index fits.
_IS_CHALLENGE = outbox.c.template == literal_column("'challenge'")
_SENT = (
    select(outbox.c.id, outbox.c.ticket_key, outbox.c.created_at, outbox.c.event_seq, outbox.c.inbox_id)
    .where(_IS_CHALLENGE, outbox.c.address == bindparam("address"), outbox.c.created_at > bindparam("since"))
    .order_by(outbox.c.id.desc())
    .limit(20)
)
_PUT = select(outbox.c.created_at, outbox.c.inbox_id).where(outbox.c.id == bindparam("letter"))
_CAUSED = (
    select(events.c.seq, events.c.data)
    .where(events.c.ticket_id == bindparam("ticket"), events.c.inbox_id == bindparam("mail"))
    .order_by(events.c.seq)
)
_AFTER = (
    select(events.c.data)
    .where(events.c.ticket_id == bindparam("ticket"), events.c.seq > bindparam("seq"))
    .order_by(events.c.seq)
)
_ONE = select(events.c.data, events.c.inbox_id).where(
    events.c.ticket_id == bindparam("ticket"), events.c.seq == bindparam("seq")
)


def sent(connection: Connection, situation: Situation, known: Stored) -> tuple[Asked, ...]:
    """The challenges that the writer was sent within the time in which one can be answered, the newest first."""
    cast = cast_of(situation)
    if cast is None or situation.author is None:
        return ()
    values = {"address": cast.person(situation.author).address, "since": situation.now - TIME}
    rows = connection.execute(_SENT, values).all()
    here = [row for row in rows if row.ticket_key == known.ticket.key]
    answered = {row.id for row in here if _is_used(connection, row.id, row.inbox_id, known)}
    return tuple(Asked(row.ticket_key, row.created_at, row.id in answered) for row in rows)


def put(connection: Connection, letter: Minted, known: Stored) -> Challenge | None:
    """The challenge that a letter is, with the commands that wait for its answer."""
    row = connection.execute(_PUT, {"letter": letter.letter}).one()
    found = _waiting(connection, row.inbox_id, known)
    if found is None:
        return None
    used = _is_used(connection, letter.letter, row.inbox_id, known)
    return Challenge(letter.letter, row.created_at, found[1], row.inbox_id, used)


def set_aside(connection: Connection, letter: Minted, known: Stored) -> SetAside | None:
    """The words that a letter to the staff told of; None where it is another letter, or they were let stand already."""
    if letter.template != SET_ASIDE or letter.event is None or letter.ticket != known.ticket.key:
        return None
    row = connection.execute(_ONE, {"ticket": known.id, "seq": letter.event}).one()
    found = decode(row.data)
    if not isinstance(found, Unverified) or found.actor is None:
        return None
    stands = any(_lets_stand(event, row.inbox_id) for event in _after(connection, known, letter.event))
    return None if stands else SetAside(found, row.inbox_id)


def _lets_stand(event: Event, mail: int | None) -> bool:
    return isinstance(event, Commented) and event.vouched is not None and event.cause.words_of == mail


def _is_used(connection: Connection, letter: int, mail: int | None, known: Stored) -> bool:
    found = _waiting(connection, mail, known)
    first = found[0] if found else 0
    return any(event.cause.challenge == letter for event in _after(connection, known, first))


def _waiting(connection: Connection, mail: int | None, known: Stored) -> tuple[int, Unverified | Refusal] | None:
    """The event of a mail that has commands waiting, and its number."""
    for row in connection.execute(_CAUSED, {"ticket": known.id, "mail": mail}).all():
        event = decode(row.data)
        if isinstance(event, Unverified | Refusal) and event.waiting:
            return row.seq, event
    return None


def _after(connection: Connection, known: Stored, seq: int) -> Iterator[Event]:
    return map(decode, connection.execute(_AFTER, {"ticket": known.id, "seq": seq}).scalars())
