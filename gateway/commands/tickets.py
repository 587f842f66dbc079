"""`postern tickets` and `postern ticket`: the list, and one ticket with its timeline."""

import argparse
import json

from gateway.app import Office
from gateway.commands.opening import opened
from gateway.commands.printing import as_json, printable, table
from gateway.exits import DONE, NO_INPUT, Exit
from gateway.instant import written
from gateway.store.store import Entry, TicketView
from routing.directory import Directory
from routing.events import Change, Delivery, Moved, Opened, Refusal, Unverified
from routing.ticket import Ticket


def command(arguments: argparse.Namespace) -> int:
    """List tickets, or show one; 66 where there is no such ticket."""
    with opened(arguments.config) as office:
        if arguments.command == "tickets":
            return _list(office, arguments)
        return _show(office, arguments)


def _list(office: Office, arguments: argparse.Namespace) -> int:
    with office.store.read() as reading:
        found = reading.tickets(
            state=arguments.state,
            queue=arguments.queue,
            organisation=arguments.organisation,
            assignee=arguments.assignee,
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
        ticket.status,
    )


def _show(office: Office, arguments: argparse.Namespace) -> int:
    with office.store.read() as reading:
        found = reading.ticket(arguments.key)
    if found is None:
        raise Exit(NO_INPUT, f"ticket: there is no ticket {arguments.key}; `postern tickets` lists all.")
    if arguments.json:
        print(json.dumps(_whole(found), ensure_ascii=False))
    else:
        _print(found)
    return DONE


def _whole(view: TicketView) -> dict[str, object]:
    ticket = view.ticket
    return {
        "key": ticket.key,
        "subject": ticket.subject,
        "status": ticket.status,
        "substatus": ticket.substatus,
        "resolution": ticket.resolution,
        "priority": ticket.priority,
        "visibility": ticket.visibility,
        "queue": ticket.queue,
        "organisation": ticket.organisation,
        "system": ticket.system,
        "requester": ticket.requester,
        "assignee": ticket.assignees[0] if ticket.assignees else None,
        "assignees": list(ticket.assignees),
        "holder": ticket.holder,
        "watchers": list(ticket.watchers),
        "created_at": written(ticket.created_at),
        "updated_at": written(ticket.updated_at),
        "merged_into": ticket.merged_into,
        "merged": list(ticket.merged),
        "rating": ticket.rating,
        "timeline": [_entry(entry) for entry in view.timeline],
    }


def _entry(entry: Entry) -> dict[str, object]:
    event = entry.event
    return {
        "id": entry.id,
        "at": written(event.at),
        "actor": event.actor,
        "kind": event.kind,
        "audience": event.audience,
        "text": event.text,
        "html": None,
        "attachments": [{"filename": name} for name in event.attachments],
        "changes": {c.field: [_value(c.before), _value(c.after)] for c in event.changes},
        "message_id": event.cause.message_id,
        "notified": list(entry.notified),
        **_more(entry),
    }


def _more(entry: Entry) -> dict[str, str | list[str] | None]:
    """What only some kinds of events tell."""
    match entry.event:
        case Moved(verb=verb):
            return {"verb": verb}
        case Refusal(asked=asked, reason=reason):
            return {"asked": list(asked), "reason": reason}
        case Unverified(claimed=claimed, reason=reason):
            return {"claimed": claimed, "reason": reason}
        case Opened(linked=linked):
            return {"linked": linked}
        case Delivery(recipients=recipients, outcome=outcome):
            return {"recipients": list(recipients), "outcome": outcome}
        case _:
            return {}


def _value(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _print(view: TicketView) -> None:
    ticket = view.ticket
    print(printable(f"{ticket.key}  {ticket.subject}"))
    facts = {
        "status": ticket.status,
        "holder": ticket.holder,
        "queue": ticket.queue,
        "organisation": ticket.organisation,
        "system": ticket.system,
        "requester": ticket.requester,
        "watchers": ", ".join(ticket.watchers),
        "opened": written(ticket.created_at),
        "last update": written(ticket.updated_at),
    }
    for name, value in facts.items():
        if value:
            print(printable(f"  {name}: {value}"))
    for entry in view.timeline:
        event = entry.event
        print()
        print(printable(f"{written(event.at)}  {event.kind}  by {event.actor or 'the system'}  ({event.audience})"))
        for change in event.changes if event.kind != "opened" else ():
            print(f"  {change.field}: {_said(change)}")
        for name, more in _more(entry).items():
            if more:
                print(printable(f"  {name}: {', '.join(more) if isinstance(more, list) else more}"))
        for line in printable(event.text).splitlines():
            print(f"  | {line}".rstrip())
        for name in event.attachments:
            print(printable(f"  attached: {name}"))
        if entry.notified:
            print(f"  told: {', '.join(entry.notified)}")


def _said(change: Change) -> str:
    return f"{change.before or '-'} -> {change.after or '-'}"
