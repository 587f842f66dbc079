"""`postern inbox` and `postern queue`: what waits, what was held and why, and what a human does about it."""

import argparse
import re
import sys
from collections.abc import Callable

from gateway.app import Office
from gateway.commands.opening import opened
from gateway.commands.printing import as_json, table
from gateway.exits import BAD_INPUT, DONE, NO_INPUT, USAGE, Exit
from gateway.instant import now, written
from gateway.store.errors import ActionRefused, NoSuchRow
from gateway.store.store import InboxAction, InboxLine, OutboxAction, QueueLine

_ID = re.compile(r"(?:(?:in|out)-)?([0-9]{1,18})")


def command(arguments: argparse.Namespace) -> int:
    """List, show or act; 66 for an unknown id, 65 where the state of the row forbids the action."""
    ids = [_number(text) for text in arguments.ids]
    with opened(arguments.config) as office:
        if arguments.action == "list":
            if arguments.command == "inbox":
                _list_inbox(office, as_lines=arguments.json)
            else:
                _list_queue(office, as_lines=arguments.json)
            return DONE
        if not ids:
            raise Exit(USAGE, f"{arguments.command} {arguments.action}: name at least one ID; `list` shows them.")
        if arguments.action == "show":
            return _show(office, ids, as_lines=arguments.json)
        return _act(office, arguments, ids)


def _number(text: str) -> int:
    found = _ID.fullmatch(text)
    if not found:
        raise Exit(USAGE, f"{text!r} is no ID; IDs look like 12, in-12 or out-12.")
    return int(found[1])


def _act(office: Office, arguments: argparse.Namespace, ids: list[int]) -> int:
    store, action = office.store, arguments.action
    act: Callable[[int], None]
    if arguments.command == "inbox":

        def act(row: int) -> None:
            store.inbox_action(row, InboxAction(action), now())

        prefix, step = "in", "inbox"
    else:

        def act(row: int) -> None:
            store.outbox_action(row, OutboxAction(action), now())

        prefix, step = "out", "queue"
    code = DONE
    for row in ids:
        try:
            act(row)
        except (NoSuchRow, ActionRefused) as refused:
            print(f"{arguments.command} {action}: {refused}", file=sys.stderr)
            code = NO_INPUT if isinstance(refused, NoSuchRow) else BAD_INPUT
        else:
            office.maillog.noted(step, action, "by hand", identifier=f"{prefix}-{row}")
            if arguments.json:
                as_json({"id": row, "action": action})
            else:
                print(f"{prefix}-{row}: {action}")
    return code


def _list_inbox(office: Office, *, as_lines: bool) -> None:
    with office.store.read() as reading:
        lines = reading.inbox()
    if as_lines:
        for line in lines:
            as_json(_inbox_object(line))
        return
    headings = ("ID", "From", "To", "State", "Received at", "Ticket", "Reason")
    table(
        headings,
        [
            (f"in-{x.id}", x.from_, x.recipient, x.state, written(x.received_at), x.ticket, x.reason or x.outcome)
            for x in lines
        ],
    )


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


def _list_queue(office: Office, *, as_lines: bool) -> None:
    with office.store.read() as reading:
        lines = reading.queue()
    if as_lines:
        for line in lines:
            as_json(_queue_object(line))
        return
    headings = ("ID", "Ticket", "To", "Letter", "State", "Attempts", "Next at", "Reason")
    table(
        headings,
        [
            (f"out-{x.id}", x.ticket, x.to, x.template, x.state, str(x.attempts), written(x.next_at), x.reason)
            for x in lines
        ],
    )


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
