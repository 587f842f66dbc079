"""`postern explain`: what a message would do, by the real code, with nothing written and nothing sent."""

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gateway.app import Office
from gateway.commands.opening import opened
from gateway.commands.printing import as_json, printable
from gateway.exits import BAD_INPUT, DONE, NO_INPUT, NO_RECIPIENT, Exit
from gateway.instant import now
from gateway.intake import Rejected
from gateway.maillog import why
from gateway.reader import Crashed, Reader, Request
from gateway.store.failures import sentence
from gateway.store.store import InboxRow
from gateway.walk import Considered, as_delivered, consider, understand
from parsers.identity import identify
from parsers.intent import commands
from parsers.mail import Door, Envelope
from parsers.show import command_object
from routing.directory import canonical
from routing.events import Event
from routing.model import Decision, Notice, NotTold
from routing.suppression import Suppression


def command(arguments: argparse.Namespace) -> int:
    """Explain one file; 66 where it cannot be opened, 67 where the recipient is not ours, 65 where reading kills."""
    try:
        raw = Path(arguments.file).read_bytes()
    except OSError as error:
        raise Exit(NO_INPUT, f"explain: {arguments.file}: {error.strerror}.") from None
    with opened(arguments.config) as office:
        found = _consider(office, raw, arguments)
        verbs = office.rules().verbs
    if arguments.json:
        as_json(_object(found, [command_object(c) for c in commands(found.understood.mail, verbs)]))
    else:
        _print(found)
    return DONE


def _consider(office: Office, raw: bytes, arguments: argparse.Namespace) -> Considered:
    rules, moment = office.rules(), now()
    intake = office.intake(lambda: rules)
    recipient = arguments.recipient or next(
        (a for a in identify(raw).recipients if rules.desk.inlet(a)), rules.desk.inlets[0].address
    )
    target = intake.admit(recipient, moment.date())
    if isinstance(target, Rejected):
        raise Exit(NO_RECIPIENT, f"explain: {recipient}: {target}.")
    (vouching,) = rules.vouchings([(Envelope("", recipient, Door.SMTP, moment), raw)])
    stated = Envelope(arguments.sender if arguments.sender is not None else "-", recipient, Door.SMTP, moment)
    reader = Reader(office.containment())
    try:
        (mail,) = reader.read([Request(as_delivered(stated, raw, rules.keys), vouching)])
    finally:
        reader.close()
    if isinstance(mail, Crashed):
        raise Exit(BAD_INPUT, f"explain: {arguments.file}: {mail.reason}; it would be held.")
    sender = arguments.sender if arguments.sender is not None else mail.author or ""
    row = InboxRow(
        id=0,
        envelope=Envelope("" if sender == "<>" else sender, recipient, Door.SMTP, moment),
        raw=raw,
        queue=target.inlet.queue,
        quiet=False,
        message_id=mail.message_id,
        attempts=1,
        lease="",
        order_key="",
    )
    with office.store.read() as reading:
        found = consider(reading, understand(row, mail, rules, moment.date()), rules, moment)
        silenced = reading.suppressed([notice.to for notice in found.decision.notices], moment)
    return replace(found, decision=_without(found.decision, silenced))


def _without(decision: Decision, silenced: Mapping[str, Suppression]) -> Decision:
    """The decision as it would end: whose address is suppressed is not told."""
    behind = {address: one for address, one in silenced.items() if address != decision.heard}
    told = tuple(notice for notice in decision.notices if canonical(notice.to) not in behind)
    found = (behind.get(canonical(notice.to)) for notice in decision.notices)
    held = tuple(NotTold(one.address, f"held: {sentence(one)}") for one in found if one is not None)
    return replace(decision, notices=told, not_told=(*decision.not_told, *held))


def _object(found: Considered, written: list[dict[str, object]]) -> dict[str, object]:
    clues, situation, decision = found.understood.clues, found.situation, found.decision
    return {
        "clues": {
            "author": clues.author,
            "tokens": [{"letter": t.letter, "expired": t.expired} for t in clues.tokens],
            "threads": list(clues.threads),
            "references": list(clues.references),
            "tags": list(clues.tags),
            "system": clues.system,
            "defects": [str(defect) for defect in found.understood.mail.defects],
        },
        "proof": situation.proof.name,
        "kind": found.understood.mail.kind.value,
        "ticket": decision.ticket.key if decision.ticket else None,
        "outcome": decision.outcome,
        "held": decision.held,
        "commands": written,
        "events": [_event(event) for event in decision.events],
        "told": [{"address": n.to, "why": _why(n)} for n in decision.notices],
        "not_told": [{"address": n.address, "why": n.why} for n in decision.not_told],
        "why": list(decision.why),
    }


def _event(event: Event) -> dict[str, object]:
    changes = {c.field: [c.before, c.after] for c in event.changes}
    return {
        "kind": event.kind,
        "actor": event.actor,
        "audience": event.audience,
        "text": event.text,
        "changes": changes,
    }


def _why(notice: Notice) -> str:
    what = f"{notice.template}, as an answer to the own mail" if notice.answer else notice.template
    return f"{what}: {said}" if (said := why(notice)) else what


def _print(found: Considered) -> None:
    situation, decision = found.situation, found.decision
    lines = [
        f"writer   {found.understood.clues.author or 'unknown: the From line carries no authority'}",
        f"kind     {found.understood.mail.kind.value}",
        f"proof    {situation.proof.name}",
        f"outcome  {'held: ' + decision.held if decision.held else decision.outcome}",
        f"ticket   {decision.ticket.key if decision.ticket else '-'}",
        *(f"because  {step}" for step in decision.why),
        *(f"defect   {defect}" for defect in found.understood.mail.defects),
        *(f"event    {event.kind} ({event.audience}){_changed(event)}" for event in decision.events),
        *(f"told     {n.to}: {_why(n)}" for n in decision.notices),
        *(f"not told {n.address}: {n.why}" for n in decision.not_told),
    ]
    for line in lines:
        print(printable(line))


def _changed(event: Event) -> str:
    moved = [f"{c.field} {c.before or '-'} -> {c.after or '-'}" for c in event.changes if c.field == "status"]
    return f": {', '.join(moved)}" if moved else ""
