"""A small desk, mails for it and decisions on them, as the tests of the store need them."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gateway.store.store import Arrival, InboxRow, Store
from parsers.address import Keys
from parsers.clues import Clues
from parsers.mail import Address, Door, Envelope, ParsedMail
from routing import events
from routing.directory import Directory, Group, Organisation, OrganisationKind, Person, Role, System
from routing.events import Change, Commented, Event, Opened
from routing.model import Decision, Desk, Inlet, Notice, Situation
from routing.workflow import OpenRule, State, StateKind, Workflow

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEASE = 10 * MINUTE
HOST = "desk.example"
DESK_ADDRESS = "support@desk.example"
ANN = "ann@acme.example"
JANE = "jane@desk.example"
STRANGER = "stranger@elsewhere.example"

DIRECTORY = Directory(
    organisations={
        "acme": Organisation("acme", "Acme Corp", OrganisationKind.CUSTOMER, domains=("acme.example",)),
        "desk": Organisation("desk", "The desk", OrganisationKind.OPERATOR),
        "webhost": Organisation("webhost", "Webhost", OrganisationKind.PARTNER, parent="desk"),
    },
    people=(
        Person("Ann", (ANN, "Ann.Second@acme.example"), "acme"),
        Person("Jane", (JANE,), "desk", Role.AGENT, "de"),
    ),
    groups=(Group("support", "acme", (ANN,)), Group("agents", "desk", (JANE,), ("inbound",))),
    systems={"dam": System("dam", "Acme DAM", "acme", {"web-it-provider": "webhost"})},
)
WORKFLOW = Workflow(
    key="test",
    name="Test",
    states={"new": State("new", "New", StateKind.OPEN), "closed": State("closed", "Closed", StateKind.CLOSED)},
    roles={},
    opening=OpenRule("new", "operator", ("agents",), "opened", "acknowledgement"),
    moves=(),
    comments=(),
)
DESK = Desk(
    name="Example Support",
    workflow=WORKFLOW,
    directory=DIRECTORY,
    inlets=(Inlet(DESK_ADDRESS, "inbound"),),
    prefixes={"customer": "CT", "partner": "PT", "operator": "OT"},
    hostname=HOST,
)


def arrival(name: str, *, sender: str = ANN, raw: bytes | None = None, order_key: str | None = None) -> Arrival:
    """A mail whose dedupe key is its name."""
    return Arrival(
        envelope=Envelope(sender, DESK_ADDRESS, Door.SMTP, NOW, "192.0.2.1", trusted=False),
        raw=raw or f"Subject: {name}\r\n\r\nhello\r\n".encode(),
        dedupe_key=hashlib.sha256(name.encode()).hexdigest(),
        order_key=order_key or sender,
        message_id=f"<{name}@acme.example>",
        queue="inbound",
    )


def claimed(store: Store, *names: str, sender: str = ANN, now: datetime = NOW) -> list[InboxRow]:
    """Accept mails of these names and claim them."""
    store.accept([arrival(name, sender=sender) for name in names], now)
    return store.inbox.claim(len(names), LEASE, now)


def mail(name: str, *, author: str = ANN, subject: str = "Printer on fire") -> ParsedMail:
    """What the parser makes of a mail."""
    return ParsedMail(
        message_id=f"<{name}@acme.example>", from_=Address("A. Writer", author), author=author, subject=subject
    )


def clues(author: str = ANN, **more: object) -> Clues:
    """The clues of a mail."""
    return replace(Clues(author), **more)  # type: ignore[arg-type]  # names of fields, as a test writes them


def opened(situation: Situation, *, notices: tuple[Notice, ...] = (), newcomer: Person | None = None) -> Decision:
    """Open a ticket with the number of the situation."""
    key = f"CT-{situation.number}"
    fields: Mapping[str, events.Value] = {
        "subject": situation.mail.subject,
        "status": "new",
        "queue": "inbound",
        "requester": situation.author or "",
        "organisation": situation.writer.organisation if situation.writer else None,
        "origin": situation.mail.message_id,
    }
    changes = tuple(Change(field=name, before=None, after=value) for name, value in fields.items())
    cause = events.Cause(message_id=situation.mail.message_id, subject=situation.mail.subject)
    first: Event = Opened(
        at=situation.now,
        actor=situation.author,
        audience="everyone",
        text="hello",
        changes=changes,
        cause=cause,
        key=key,
    )
    return Decision("opened", events.fold([first]), (first,), notices, newcomer=newcomer)


def commented(situation: Situation, text: str = "more", *, notices: tuple[Notice, ...] = ()) -> Decision:
    """Add words to the ticket of the situation."""
    assert situation.ticket is not None
    event = Commented(at=situation.now, actor=situation.author, audience="everyone", text=text)
    return Decision("comment", events.apply(situation.ticket, event), (event,), notices)


def notice(to: str, key: str, *, template: str = "comment", **more: object) -> Notice:
    """A letter to be."""
    plain = Notice(
        to=to,
        name="",
        language="en",
        template=template,
        lane="customer",
        sender=DESK_ADDRESS,
        key=key,
        subject="Printer on fire",
        event=0,
        details={"state": "New", "told": ("a", "b")},
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # names of fields, as a test writes them


def open_ticket(store: Store, keys: Keys, name: str = "first", *, author: str = ANN, tell: tuple[str, ...] = ()) -> str:
    """A ticket opened by a mail of this name; returns its key."""
    (row,) = claimed(store, name, sender=author)
    with store.write() as tx:
        situation = tx.situation(row, mail(name, author=author), clues(author), "Printer on fire", DESK, NOW)
        key = f"CT-{situation.number}"
        decision = opened(situation, notices=tuple(notice(address, key) for address in tell))
        tx.commit_decision(row, decision, keys, NOW)
    return key
