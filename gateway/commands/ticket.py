"""`postern ticket KEY`: one ticket with its timeline, and who was told."""

import argparse
from collections.abc import Mapping, Sequence

from gateway.app import Office
from gateway.commands.opening import opened
from gateway.commands.printing import as_json, printable
from gateway.exits import DONE, NO_INPUT, Exit
from gateway.instant import written
from gateway.reader import Crashed, Reader, Request
from gateway.store.store import Entry, TicketView
from parsers.mail import ParsedMail
from parsers.show import attachment_object
from routing.events import Change, Delivery, Forwarded, Merged, Moved, Opened, Refusal, Unverified
from routing.foreign import by_organisation


def command(arguments: argparse.Namespace) -> int:
    """Show one ticket; 66 where there is none of this key."""
    with opened(arguments.config) as office:
        with office.store.read() as reading:
            found = reading.ticket(arguments.key)
        if found is None:
            raise Exit(NO_INPUT, f"ticket: there is no ticket {arguments.key}; `postern tickets` lists all.")
        if arguments.json:
            as_json(_whole(found, _originals(office, found.timeline)))
        else:
            _print(found)
    return DONE


def _originals(office: Office, timeline: Sequence[Entry]) -> dict[int, ParsedMail]:
    """The mail of each entry that carries the words of one, read again; those that are gone are left out."""
    reader = Reader(office.containment())
    found = {}
    try:
        for entry in timeline:
            if entry.original is None or not (entry.event.text or entry.event.attachments):
                continue
            with office.store.read() as reading:
                raw = reading.raw(entry.original)
            for mail in reader.read([Request(raw, shown=True)]) if raw is not None else ():
                if not isinstance(mail, Crashed):
                    found[entry.id] = mail
    finally:
        reader.close()
    return found


def _whole(view: TicketView, originals: Mapping[int, ParsedMail]) -> dict[str, object]:
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
        "numbers": dict(by_organisation(ticket)),
        "timeline": [_entry(entry, originals.get(entry.id)) for entry in view.timeline],
    }


def _entry(entry: Entry, original: ParsedMail | None) -> dict[str, object]:
    event = entry.event
    return {
        "id": entry.id,
        "at": written(event.at),
        "actor": event.actor,
        "kind": event.kind,
        "audience": event.audience,
        "text": event.text,
        "html": original.html if original else None,
        "attachments": [attachment_object(a) for a in original.attachments] if original else _names(event.attachments),
        "changes": {c.field: [_value(c.before), _value(c.after)] for c in event.changes},
        "message_id": event.cause.message_id,
        "notified": list(entry.notified),
        **_more(entry),
    }


def _names(attachments: Sequence[str]) -> list[dict[str, object]]:
    """What is left of attachments whose mail is gone."""
    unknown = dict.fromkeys(("content_type", "size", "sha256", "inline", "content_id"))
    return [{"filename": name, **unknown} for name in attachments]


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
        case Forwarded(to=to):
            return {"to": to}
        case Merged(verb=verb, others=others):
            return {"verb": verb, "others": list(others)}
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
        "merged into": ticket.merged_into,
        "merged": ", ".join(ticket.merged),
        "numbers": ", ".join(f"{who} {number}" for who, number in by_organisation(ticket).items()),
        "also in": ", ".join(ticket.also_in),
        "deleted": "yes, no list shows it" if ticket.hidden else None,
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
