"""What holds for every mail: whoever writes it, whatever it asks for, whatever it proves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.intent import (
    AutoReply,
    Command,
    Comment,
    Confusion,
    Ignore,
    Intent,
    Open,
    Orders,
    Report,
    Source,
    Unclear,
    Words,
)
from parsers.mail import Address, Bounce, Door, Envelope, FailedRecipient, Kind
from parsers.verbs import VerbKind
from routing.builtin import BUILT_IN
from routing.cast import Cast, owns
from routing.decide import decide
from routing.directory import Person
from routing.events import Event, decode, encode, fold
from routing.model import Decision, Mail, Minted, Proof, Situation, Ticket
from routing.recipients import guests
from routing.visible import visible
from tests.unit.routing import town

STRANGERS = (
    Person("Sam", ("sam@street.example",), registered=False),
    Person("x@y.example", ("zoe@street.example",), registered=False),
    Person("Us", ("support+abc@desk.example",), registered=False),
    town.NEW,
)
ADDRESSES = tuple(person.address for person in (*town.PEOPLE, *STRANGERS))
MOVES = ("to-customer", "to-web-it-provider", "to-it-provider", "close", "reopen", "system", "nonsense")

written = st.builds(
    Words, st.sampled_from(["", " \n", "Please have a look.", "Grüße\n\n> no"]), st.sampled_from([(), ("log.txt",)])
)


def commands(verbs: Sequence[str]) -> st.SearchStrategy[Command]:
    """One of these verbs, with or without words after it."""
    words = st.sampled_from([(), ("high",), ("acme-dam",), ("wim@web.example",), ("in", "progress"), ("CT-1",)])
    return st.builds(Command, st.sampled_from(verbs), words, st.sampled_from(Source), st.just(1), st.booleans())


def some(each: st.SearchStrategy[Command]) -> st.SearchStrategy[tuple[Command, ...]]:
    """Up to three of them."""
    return st.lists(each, max_size=3).map(tuple)


moves = commands(MOVES)
acts = commands([name for name, each in BUILT_IN.items() if each.verb.kind is VerbKind.ACT])
questions = commands([name for name, each in BUILT_IN.items() if each.verb.kind is VerbKind.QUESTION])
otherwise = st.one_of(st.none(), st.builds(Open, written), st.builds(Comment, written))
reports = st.builds(
    Bounce,
    st.lists(st.builds(FailedRecipient, st.sampled_from(ADDRESSES), st.just("failed"), st.just("5.1.1"), st.just("")))
    .map(tuple),
    st.none(),
)  # fmt: skip
intents: st.SearchStrategy[Intent] = st.one_of(
    st.builds(Open, written),
    st.builds(Comment, written),
    st.builds(Orders, written, some(acts), st.one_of(st.none(), moves), some(questions), otherwise),
    st.builds(Unclear, st.sampled_from(Confusion), st.just(("#clsoe",)), written, st.just("close"), otherwise),
    st.builds(AutoReply, written),
    st.builds(Report, written, st.one_of(st.none(), reports)),
    st.builds(Ignore, st.just("no reason")),
)


@st.composite
def situations(draw: st.DrawFn, ticket: Ticket | None, number: int) -> Situation:
    """Some mail of somebody, with or without the ticket."""
    person = draw(st.sampled_from((*town.PEOPLE, *STRANGERS)))
    named = ticket if draw(st.integers(0, 9)) else None
    author = draw(st.sampled_from((*person.addresses, person.address.upper(), None)))
    claimed = draw(st.one_of(st.none(), st.just(Address(person.name, person.address))))
    lane = draw(st.sampled_from(("customer", "party:web-it-provider", "operator")))
    minted = draw(st.one_of(st.none(), st.builds(_letter, st.sampled_from(ADDRESSES), st.just(lane), st.just(named))))
    sender = draw(st.sampled_from((person.address, "")))
    return Situation(
        desk=replace(
            town.desk(),
            strong_operator=draw(st.booleans()),
            workflow=replace(
                town.workflow(), shared_comments=draw(st.booleans()), acts={n: b.who for n, b in BUILT_IN.items()}
            ),
        ),
        envelope=Envelope(sender, town.SUPPORT, draw(st.sampled_from(Door)), town.NOW),
        mail=Mail(
            draw(st.sampled_from((None, "<m@writer.example>"))),
            draw(st.sampled_from(("", "Scanner"))),
            draw(st.sampled_from((Kind.PERSONAL, Kind.PERSONAL, Kind.PERSONAL, *Kind))),
            claimed,
            tuple(Address("", one) for one in draw(st.lists(st.sampled_from(ADDRESSES), max_size=3))),
            draw(st.integers(0, 9)) == 0,
            draw(st.sampled_from(((), ("Re: [close] Scanner",)))),
        ),
        now=town.NOW + timedelta(minutes=number),
        number=number,
        author=author,
        writer=None if author is None or draw(st.integers(0, 9)) == 0 else person,
        proof=draw(st.sampled_from(Proof)),
        ticket=named,
        minted=minted if named else None,
        told=tuple(draw(st.lists(st.sampled_from(ADDRESSES), max_size=4, unique=True))),
        system=draw(st.sampled_from((None, "acme-dam", "rival-dam"))),
        quiet=draw(st.integers(0, 5)) == 0,
    )


def _letter(address: str, lane: str, ticket: Ticket | None) -> Minted:
    return Minted(7, ticket.key if ticket else "", address, lane, "<letter-7@desk.example>")


def check(situation: Situation, intent: Intent, decision: Decision, before: tuple[Event, ...]) -> None:
    """All that holds for one decision; `before` is the timeline of its ticket so far."""
    proven = situation.author is not None and situation.proof is not Proof.NONE
    if decision.held is not None or decision.ticket is None:
        assert (decision.events, decision.notices) == ((), ())
        return
    opened = any(event.kind == "opened" for event in decision.events)
    assert fold((*(() if opened else before), *decision.events)) == decision.ticket
    assert all(decode(encode(event)) == event for event in decision.events)
    if not opened and situation.ticket is not None and (not proven or isinstance(intent, AutoReply | Report)):
        changed = {change.field for event in decision.events for change in event.changes}
        assert changed == set()
        assert decision.ticket.status == situation.ticket.status
    if situation.quiet:
        assert decision.notices == ()
        assert all(event.kind != "move" for event in decision.events)
    _check_letters(situation, decision, decision.ticket)


def _check_letters(situation: Situation, decision: Decision, ticket: Ticket) -> None:
    cast = Cast(situation.desk, ticket, guests(situation))
    newcomer = (decision.newcomer,) if decision.newcomer else ()
    cast = replace(cast, guests=(*cast.guests, *newcomer))
    personal = situation.mail.kind is Kind.PERSONAL and not situation.mail.auto_submitted
    for notice in decision.notices:
        reader = cast.person(notice.to)
        mine = situation.author is not None and owns(reader, situation.author)
        assert situation.desk.inlet(notice.to) is None
        assert cast.side(reader) is not None
        # An unproven mail is told to whom it claims to come from, too: nothing says that it was that person.
        assert mine == notice.answer or notice.template == "unverified"
        assert personal or not notice.answer
        if notice.event is not None:
            event = decision.events[notice.event]
            assert cast.sees(reader, event.audience) or event.kind == "unverified"
            assert visible(event, notice.lane, cast.byline) is not None
        if notice.lane != "operator":
            assert {"claimed", "linked"}.isdisjoint(notice.details)
            assert all("@" not in str(notice.details.get(key, "")) for key in ("actor", "told", "holder", "moved_to"))
    told = [(notice.to, notice.event) for notice in decision.notices if not notice.answer and notice.once is None]
    assert len(told) == len(set(told))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_sequence_of_mails_leaves_a_ticket_that_its_events_fold_to(data: st.DataObject) -> None:
    ticket: Ticket | None = None
    timeline: tuple[Event, ...] = ()
    for number in range(1, data.draw(st.integers(2, 10)) + 1):
        situation = data.draw(situations(ticket, number))
        intent = data.draw(intents)
        decision = decide(situation, intent)
        check(situation, intent, decision, timeline)
        if decision.ticket is None:
            continue
        if any(event.kind == "opened" for event in decision.events):
            if ticket is None:
                ticket, timeline = decision.ticket, decision.events
        else:
            ticket, timeline = decision.ticket, (*timeline, *decision.events)
    assert all(first.at <= second.at for first, second in pairwise(timeline))


@settings(max_examples=100, deadline=None)
@given(st.data(), intents)
def test_a_decision_depends_on_nothing_but_its_situation(data: st.DataObject, intent: Intent) -> None:
    situation = data.draw(situations(town.opened(), 2))
    assert decide(situation, intent) == decide(situation, intent)


@settings(max_examples=100, deadline=None)
@given(st.data(), intents)
def test_old_mail_replayed_tells_nobody_and_moves_nothing(data: st.DataObject, intent: Intent) -> None:
    situation = replace(data.draw(situations(town.opened(), 2)), quiet=True)
    decision = decide(situation, intent)
    assert decision.notices == ()
    assert all(event.kind != "move" for event in decision.events)
