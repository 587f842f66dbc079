"""A small town to decide in: a customer with two colleagues, two partners, an operator, and strangers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import workflows
from parsers.intent import Command, Comment, Orders, Source, Words
from parsers.mail import Address, Door, Envelope, Kind
from routing.decide import decide
from routing.directory import Directory, Group, Organisation, OrganisationKind, Person, Role, System
from routing.events import Event
from routing.model import Decision, Desk, Inlet, Mail, Minted, Proof, Situation, Ticket
from routing.workflow import Workflow, load

TEMPLATES = frozenset(
    {"acknowledgement", "opened", "comment", "moved", "closed", "reopened"}
    | {"receipt", "refusal", "unverified", "address-used", "help", "storm"}
)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

ANN = Person("Ann", ("ann@acme.example", "ann@home.example"), "acme")
ABE = Person("Abe", ("abe@acme.example",), "acme", language="de")
AMY = Person("Amy", ("amy@acme.example",), "acme")
WIM = Person("Wim", ("wim@web.example",), "webhost", Role.TECHNICIAN)
WES = Person("Wes", ("wes@web.example",), "webhost", Role.TECHNICIAN)
IVO = Person("Ivo", ("ivo@hosting.example",), "hosting", Role.TECHNICIAN)
OLA = Person("Ola", ("ola@desk.example",), "desk", Role.AGENT)
OTO = Person("Oto", ("oto@desk.example",), "desk", Role.AGENT)
EVE = Person("Eve", ("eve@rival.example",), "rival")
NEW = Person("Nia", ("nia@acme.example",), "acme", registered=False)
PEOPLE = (ANN, ABE, AMY, WIM, WES, IVO, OLA, OTO, EVE)

SUPPORT = "support@desk.example"
INLET = Inlet(SUPPORT, "inbound")


@cache
def workflow() -> Workflow:
    """The desk that ships."""
    file = Path(workflows.__file__).parent / "several-parties.toml"
    return load(file.read_text(encoding="utf-8"), file.name, TEMPLATES)


@cache
def directory() -> Directory:
    """Acme has one system with two partners; its support group is Ann and Abe."""
    kinds = OrganisationKind
    organisations = (
        Organisation("acme", "Acme Corp", kinds.CUSTOMER, domains=("acme.example",)),
        Organisation("rival", "Rival Ltd", kinds.CUSTOMER),
        Organisation("webhost", "Webhost", kinds.PARTNER),
        Organisation("hosting", "Hosting", kinds.PARTNER),
        Organisation("desk", "Desk", kinds.OPERATOR),
    )
    systems = (
        System("acme-dam", "Acme DAM", "acme", {"web-it-provider": "webhost"}),
        System("rival-dam", "Rival DAM", "rival", {"it-provider": "hosting"}),
        System("rival-web", "Rival Web", "rival", {"web-it-provider": "webhost"}),
    )
    groups = (
        Group("support", "acme", ("ann@acme.example", "abe@acme.example")),
        Group("support", "webhost", ("wim@web.example",)),
    )
    return Directory({o.key: o for o in organisations}, PEOPLE, groups, {s.key: s for s in systems})


@cache
def desk() -> Desk:
    """A desk with one inlet."""
    prefixes = {"customer": "CT", "partner": "PT", "operator": "OT"}
    return Desk("Example Support", workflow(), directory(), (INLET,), prefixes, "desk.example")


def letter(
    person: Person, lane: str = "customer", ticket: str = "CT-1", number: int = 7, audience: str = "everyone"
) -> Minted:
    """A letter of ours to somebody, with words for an audience."""
    return Minted(number, ticket, person.address, lane, f"<letter-{number}@desk.example>", audience)


def mail(
    person: Person | None,
    ticket: Ticket | None = None,
    proof: Proof = Proof.NONE,
    *,
    minted: Minted | None = None,
    kind: Kind = Kind.PERSONAL,
    subject: str = "Scanner is silent",
    cc: tuple[str, ...] = (),
    known: bool = True,
) -> Situation:
    """A mail that comes in. Somebody who is not `known` is nobody whom the directory or the store holds."""
    address = person.address if person else None
    if proof in (Proof.THREAD, Proof.TOKEN) and minted is None and person is not None and ticket is not None:
        minted = letter(person, ticket=ticket.key)
    return Situation(
        desk=desk(),
        envelope=Envelope(address or "somebody@else.example", SUPPORT, Door.SMTP, NOW),
        mail=Mail(
            "<mail-1@writer.example>",
            subject,
            kind,
            Address(person.name, person.address) if person else None,
            tuple(Address("", one) for one in cc),
        ),
        now=NOW + timedelta(hours=1),
        number=1,
        author=address,
        writer=person if known else None,
        proof=proof,
        ticket=ticket,
        minted=minted,
    )


def words(text: str = "Please have a look.") -> Words:
    """Something said."""
    return Words(text)


def comment(text: str = "Please have a look.") -> Comment:
    """A mail of words."""
    return Comment(Words(text))


def move(verb: str, text: str = "Please have a look.", *, bare: bool = False, source: Source = Source.BODY) -> Orders:
    """A mail with one command."""
    otherwise = Comment(Words(f"{verb}\n{text}")) if bare else None
    return Orders(Words(text), move=Command(verb, (), source, 1, bare), otherwise=otherwise)


def opened(person: Person = ANN, **more: object) -> Ticket:
    """The ticket that a person's first mail opens."""
    decision = decide(mail(person), comment("The scanner is silent."))
    assert decision.ticket is not None
    return replace(decision.ticket, **more) if more else decision.ticket  # type: ignore[arg-type] # any field


def told(decision: Decision, template: str | None = None) -> set[str]:
    """The names of those who get a letter."""
    return {notice.name for notice in decision.notices if template in (None, notice.template)}


def kinds(decision: Decision) -> list[str]:
    """The kinds of the events, in order."""
    return [event.kind for event in decision.events]


def only(decision: Decision) -> Event:
    """The one event of a decision."""
    (event,) = decision.events
    return event
