"""`postern tickets`: the list, the newest update first."""

import argparse

from gateway.commands.opening import opened
from gateway.commands.printing import as_json, table
from gateway.exits import DONE
from gateway.instant import written
from routing.directory import Directory
from routing.ticket import Ticket


def command(arguments: argparse.Namespace) -> int:
    """List what the filters let through."""
    with opened(arguments.config) as office, office.store.read() as reading:
        found = reading.tickets(
            state=arguments.state,
            queue=arguments.queue,
            organisation=arguments.organisation,
            assignee=arguments.assignee,
            deleted=arguments.deleted,
        )
        directory = reading.directory()
    if arguments.json:
        for ticket in found:
            as_json(
                {
                    "key": ticket.key,
                    "entity": ticket.organisation,
                    "system": ticket.system,
                    "subject": ticket.subject,
                    "created_at": written(ticket.created_at),
                    "updated_at": written(ticket.updated_at),
                    "state": ticket.status,
                }
            )
    else:
        headings = ("ID", "Entity", "System", "Subject", "Created at", "Last update", "State")
        table(headings, [_row(ticket, directory) for ticket in found])
    return DONE


def _row(ticket: Ticket, directory: Directory) -> tuple[str | None, ...]:
    organisation = directory.organisations.get(ticket.organisation or "")
    system = directory.systems.get(ticket.system or "")
    return (
        ticket.key,
        organisation.name if organisation else ticket.organisation or ticket.requester,
        system.name if system else ticket.system,
        ticket.subject,
        written(ticket.created_at),
        written(ticket.updated_at),
        f"{ticket.status} (in {ticket.merged_into})" if ticket.merged_into else ticket.status,
    )
