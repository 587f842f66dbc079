"""Digests: one letter an hour or a day with all that somebody chose not to be told of at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from routing.cast import Cast
from routing.directory import Person
from routing.events import Event
from routing.leak import Reading, beyond
from routing.model import Contents, Desk, Notice, Offer, Section, Visible
from routing.showing import may_see, read_by, timeline, where
from routing.ticket import Ticket
from routing.wishes import Wish

TEMPLATE = "digest"
OFF = "#digest off"
"""What ends all digests of its writer."""
ROOM, MOST = 20_000, 50  # characters and entries of one ticket


@dataclass(frozen=True, slots=True)
class Happened:
    """A ticket with all its events, and the numbers (from 1) of those that a digest is to tell of.

    `guests` are the persons of the ticket whom the directory does not hold.
    """

    ticket: Ticket
    events: tuple[Event, ...]
    numbers: frozenset[int]
    guests: tuple[Person, ...] = ()


def offers(cadence: Wish) -> tuple[Offer, ...]:
    """What a reader may say of the digest itself."""
    often = {Wish.HOURLY: "Once an hour", Wish.DAILY: "Once a day"}
    others = (Offer("digest", f"#digest {one.value}", label) for one, label in often.items() if one is not cadence)
    return (*others, Offer("digest", OFF, "All of it at once"))


def digest(desk: Desk, reader: Person, happened: Sequence[Happened], cadence: Wish, due: datetime) -> Notice | None:
    """The letter of an edition; None where its reader may see none of it any longer."""
    found = (_section(desk, reader, one) for one in happened)
    sections = tuple(section for section in found if section is not None)
    if not sections:
        return None
    return Notice(
        to=reader.address,
        name=reader.name,
        language=reader.language,
        template=TEMPLATE,
        lane=desk.directory.side(reader).value,
        sender=desk.inlets[0].address,
        key="",
        subject="",
        offers=offers(cadence),
        once=f"digest:{cadence}:{due:%Y-%m-%dT%H:%M}",
        contents=Contents(sections=sections),
    )


def _section(desk: Desk, reader: Person, happened: Happened) -> Section | None:
    """What of a ticket the reader may see now, whatever it might when it happened."""
    ticket = happened.ticket
    cast = Cast(desk, ticket, happened.guests)
    if not may_see(cast, reader):
        return None
    shown, _ = timeline(cast, reader, read_by(cast, reader, happened.events), ROOM, len(happened.events))
    entries = tuple(entry for number, entry in shown if number in happened.numbers)[-MOST:]
    if not entries:
        return None
    if _leaks(cast, reader, happened, entries):
        entries = tuple(replace(entry, text="", attachments=()) for entry in entries)
    return Section(ticket.key, ticket.subject, where(ticket, desk.workflow), entries)


def _leaks(cast: Cast, reader: Person, happened: Happened, entries: Sequence[Visible]) -> bool:
    """Whether somebody pasted into these words what the reader may not see; a letter of its own would be held."""
    reading = Reading(reader.address, cast.lane(reader), None)
    return beyond(happened.events, reading, [entry.text for entry in entries], lambda: "") is not None
