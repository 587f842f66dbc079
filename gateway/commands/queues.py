"""`postern inbox` and `postern queue`: what waits, what was held and why, and what a human does about it."""

import argparse
import re
import sys
from typing import TypeAlias

from gateway.app import Office
from gateway.commands import shape
from gateway.commands.opening import opened
from gateway.commands.printing import as_json, table
from gateway.exits import BAD_INPUT, DONE, NO_INPUT, USAGE, Exit
from gateway.instant import now, written
from gateway.store.errors import ActionRefused, NoSuchRow
from gateway.store.store import InboxAction, InboxLine, OutboxAction, QueueLine

Row: TypeAlias = tuple[str | None, ...]

_ID = re.compile(r"(?:(in|out)-)?([0-9]{1,18})")
_PREFIXES = {"inbox": "in", "queue": "out"}
_INBOX = ("ID", "From", "To", "State", "Received at", "Ticket", "Reason")
_QUEUE = ("ID", "Ticket", "To", "Letter", "State", "Attempts", "Next at", "Reason")


def command(arguments: argparse.Namespace) -> int:
    """List, show or act; 66 for an unknown id, 65 where the state of the row forbids the action."""
    ids = [_number(text, arguments.command) for text in arguments.ids]
    with opened(arguments.config) as office:
        if arguments.action == "list":
            return _list(office, arguments.command, as_lines=arguments.json)
        if arguments.action == "shape":
            return shape.show(office, as_lines=arguments.json)
        if not ids:
            raise Exit(USAGE, f"{arguments.command} {arguments.action}: name at least one ID; `list` shows them.")
        if arguments.action == "show":
            return _show(office, ids, as_lines=arguments.json)
        return _act(office, arguments, ids)


def _number(text: str, queue: str) -> int:
    found, prefix = _ID.fullmatch(text), _PREFIXES[queue]
    if not found or found[1] not in (None, prefix):
        raise Exit(USAGE, f"{text!r} is no ID of the {queue}; they look like 12 or {prefix}-12.")
    return int(found[2])


def _act(office: Office, arguments: argparse.Namespace, ids: list[int]) -> int:
    action, prefix = arguments.action, _PREFIXES[arguments.command]
    code = DONE
    for row in ids:
        try:
            if arguments.command == "inbox":
                office.store.inbox_action(row, InboxAction(action), now())
            else:
                office.store.outbox_action(row, OutboxAction(action), now())
        except (NoSuchRow, ActionRefused) as refused:
            print(f"{arguments.command} {action}: {refused}", file=sys.stderr)
            code = NO_INPUT if isinstance(refused, NoSuchRow) else BAD_INPUT
        else:
            office.maillog.noted(arguments.command, action, "by hand", identifier=f"{prefix}-{row}")
            if arguments.json:
                as_json({"id": row, "action": action})
            else:
                print(f"{prefix}-{row}: {action}")
    return code


def _list(office: Office, queue: str, *, as_lines: bool) -> int:
    headings: tuple[str, ...]
    with office.store.read() as reading:
        if queue == "inbox":
            messages = reading.inbox()
            headings, rows, objects = _INBOX, map(_inbox_row, messages), map(_inbox_object, messages)
        else:
            letters = reading.queue()
            headings, rows, objects = _QUEUE, map(_queue_row, letters), map(_queue_object, letters)
    if as_lines:
        for each in objects:
            as_json(each)
    else:
        table(headings, list(rows))
    return DONE


def _inbox_row(x: InboxLine) -> Row:
    return (f"in-{x.id}", x.from_, x.recipient, x.state, written(x.received_at), x.ticket, x.reason or x.outcome)


def _inbox_object(line: InboxLine) -> dict[str, object]:
    return {
        "id": line.id,
        "from": line.from_,
        "recipient": line.recipient,
        "state": line.state,
        "reason": line.reason,
        "received_at": written(line.received_at),
        "ticket": line.ticket,
    }


def _queue_row(x: QueueLine) -> Row:
    return (f"out-{x.id}", x.ticket, x.to, x.template, x.state, str(x.attempts), written(x.next_at), x.reason)


def _queue_object(line: QueueLine) -> dict[str, object]:
    return {
        "id": line.id,
        "ticket": line.ticket,
        "to": line.to,
        "state": line.state,
        "attempts": line.attempts,
        "next_at": written(line.next_at),
        "reason": line.reason,
        "message_id": line.message_id,
    }


def _show(office: Office, ids: list[int], *, as_lines: bool) -> int:
    """A message: its facts, then its original as it came."""
    for row in ids:
        with office.store.read() as reading:
            found = reading.message(row)
        if found is None:
            raise Exit(NO_INPUT, f"inbox show: there is no message {row}; `postern inbox` lists all.")
        line, raw = found
        if as_lines:
            as_json({**_inbox_object(line), "raw": raw.decode("utf-8", "replace")})
            continue
        for name, value in _inbox_object(line).items():
            print(f"{name}: {value if value is not None else '-'}")
        print(flush=True)
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()
    return DONE
