"""Whose turn it was, and for how long: the clocks of a ticket, read off its timeline."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from routing.events import Event, Opened
from routing.rules import StateKind, Workflow


def spent(events: Sequence[Event], workflow: Workflow, now: datetime) -> dict[str, timedelta]:
    """How long the ticket has been with each holder (operator, customer, party:<role>), in order of their first turn.

    The clock of one holder stands still while it is another one's turn, and all of them while the ticket is closed.
    """
    clocks: dict[str, timedelta] = {}
    holder, status, since = "operator", "", now
    for event in events:
        at = max(since, event.at) if not isinstance(event, Opened) else event.at
        _count(clocks, holder, status, at - since, workflow)
        since = at
        for change in event.changes:
            if change.field == "holder" and isinstance(change.after, str):
                holder = change.after
            elif change.field == "status" and isinstance(change.after, str):
                status = change.after
    _count(clocks, holder, status, now - since, workflow)
    return clocks


def _count(clocks: dict[str, timedelta], holder: str, status: str, span: timedelta, workflow: Workflow) -> None:
    state = workflow.states.get(status)
    if span > timedelta(0) and status and (state is None or state.kind is not StateKind.CLOSED):
        clocks[holder] = clocks.get(holder, timedelta(0)) + span
