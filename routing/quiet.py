"""Quiet hours: which letters wait for their end."""

from datetime import datetime

from routing.directory import Person
from routing.hours import wakes
from routing.model import Desk
from routing.notice import Disturbance
from routing.ticket import Ticket


def disturbance(desk: Desk, ticket: Ticket, reader: Person, now: datetime, *, answers: bool) -> Disturbance | None:
    """What becomes of a letter about a ticket to a reader who is not to be disturbed now; None for all others.

    Whoever writes is awake: an answer to its own mail (`answers`) waits for nothing, nor what the desk calls urgent.
    """
    until = wakes(desk.hours(reader), now) if reader.hours.quiet else None
    if until is None:
        return None
    if answers:
        return Disturbance(None, "in quiet hours: it answers the reader's own mail")
    if ticket.priority in desk.workflow.people.urgent:
        return Disturbance(None, f"in quiet hours: the priority of its ticket is {ticket.priority}")
    return Disturbance(until, f"waits for the end of the reader's quiet hours, {until:%Y-%m-%d %H:%M} UTC")
