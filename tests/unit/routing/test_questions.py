"""Questions: answered within what the asker may see and do, and to nobody whom the mail does not prove."""

from dataclasses import replace
from datetime import timedelta

import pytest

from parsers.intent import Command, Orders, Source, Words
from parsers.mail import Kind
from routing.builtin import BUILT_IN
from routing.decide import decide
from routing.directory import Person
from routing.events import Commented, Delivery, Event, Moved, Unverified
from routing.model import Contents, Decision, Desk, Minted, Notice, Proof, Situation, Ticket
from tests.unit.routing import town
from tests.unit.routing.town import ABE, AMY, ANN, EVE, NEW, NOW, OLA, WIM

HOUR = timedelta(hours=1)


def ask(*lines: str, words: str = "") -> Orders:
    commands = (Command(line.split()[0], tuple(line.split()[1:]), Source.BODY, 1) for line in lines)
    return Orders(Words(words), questions=tuple(commands))


def desk(*, shared: bool = True) -> Desk:
    acts = {name: each.who for name, each in BUILT_IN.items() if name in ("priority", "watch", "unwatch", "undo", "cc")}
    questions = {name: each.who for name, each in BUILT_IN.items() if each.always}
    workflow = replace(town.workflow(), acts=acts | questions, shared_comments=shared)
    return replace(town.desk(), workflow=workflow)


def opened() -> tuple[Ticket, tuple[Event, ...]]:
    decision = decide(replace(town.mail(ANN), desk=desk()), town.comment("The scanner is silent."))
    assert decision.ticket is not None
    return replace(decision.ticket, system="acme-dam"), decision.events


def asking(person: Person, *lines: str, later: tuple[Event, ...] = (), shared: bool = True) -> Decision:
    ticket, events = opened()
    situation = replace(town.mail(person, ticket, Proof.TOKEN), desk=desk(shared=shared))
    return decide(replace(situation, timeline=(*events, *later), now=NOW + 2 * HOUR), ask(*lines))


def only(decision: Decision) -> Notice:
    (notice,) = decision.notices
    return notice


def contents(decision: Decision) -> Contents:
    found = only(decision).contents
    assert found is not None
    return found


def apart(person: Person, *lines: str, proof: Proof = Proof.NONE, **more: object) -> Decision:
    """A mail to the support address that names no ticket."""
    situation = replace(town.mail(person, proof=proof), desk=desk(), **more)  # type: ignore[arg-type] # any field
    return decide(situation, ask(*lines))


# help


def test_help_lists_moves_and_acts_with_the_words_to_write() -> None:
    letter = only(asking(OLA, "help"))
    assert [offer.verb for offer in letter.offers if offer.verb == "close"]
    acts = {offer.verb: offer for offer in letter.contents.acts} if letter.contents else {}
    assert (acts["priority"].phrase, acts["priority"].example) == ("#priority high | normal | low", "#priority high")
    assert acts["watch"].phrase == "#watch"
    assert acts["list"].phrase == "#list [open | mine | closed | forwarded]"


def test_help_leaves_out_what_would_be_refused() -> None:
    own = {"notify", "digest", "quiet", "watch"}
    assert {offer.verb for offer in contents(asking(ANN, "help")).acts} == own | {"help", "show", "list", "export"}
    assert "unwatch" not in {offer.verb for offer in contents(asking(OLA, "help")).acts}


def test_every_example_can_be_followed() -> None:
    for offer in contents(asking(OLA, "help")).acts:
        name, *rest = (offer.example or offer.phrase).lstrip("#").split()
        if BUILT_IN[name].verb.choices or name in ("help", "show", "export", "cc"):
            continue
        ticket, _ = opened()
        orders = Orders(Words(""), acts=(Command(name, tuple(rest), Source.BODY, 1),))
        assert decide(replace(town.mail(OLA, ticket, Proof.TOKEN), desk=desk()), orders).outcome == "moved", offer


# show


def test_show_tells_where_the_ticket_stands_and_its_timeline() -> None:
    answer = Commented(at=NOW + HOUR, actor=OLA.address, audience="everyone", text="Which model?")
    decision = asking(ANN, "show", later=(answer,))
    letter = only(decision)
    assert decision.events == ()
    assert letter.details["status"] == "New"
    assert letter.details["requester"] == "Ann"
    assert letter.details["clocks"] == ("Example Support: 1 hour",)
    assert [(entry.actor_name, entry.text) for entry in contents(decision).timeline] == [
        ("Ann", "The scanner is silent."),
        ("Ola", "Which model?"),
    ]


def test_show_holds_nothing_that_its_reader_may_not_see() -> None:
    later: tuple[Event, ...] = (
        Commented(at=NOW, actor=OLA.address, audience="internal", text="SECRET of the operator"),
        Commented(at=NOW, actor=WIM.address, audience="lane:web-it-provider", text="SECRET of the partner"),
        Commented(at=NOW, actor=WIM.address, audience="staff", text="SECRET of the staff"),
        Unverified(claimed="SECRET@x.example", reason="?", at=NOW, actor=None, audience="staff", text="SECRET"),
        Delivery(recipients=("SECRET@x.example",), outcome="failed", at=NOW, actor=None, audience="internal"),
    )
    for question in ("show", "export"):
        assert "SECRET" not in repr(asking(ANN, question, later=later).notices)
    partner = repr(asking(WIM, "show", later=later).notices)
    assert "SECRET of the partner" in partner
    assert "SECRET of the staff" in partner
    assert "SECRET of the operator" not in partner
    assert "SECRET@x.example" not in partner
    assert repr(asking(OLA, "show", later=later).notices).count("SECRET of") == 3


def test_words_taken_back_are_marked() -> None:
    said = Commented(at=NOW, actor=OLA.address, audience="everyone", text="Wrong ticket.")
    back = Moved(verb="undo", withdrawn=(2,), at=NOW, actor=OLA.address, audience="everyone")
    entries = contents(asking(ANN, "show", later=(said, back))).timeline
    assert [entry.withdrawn for entry in entries] == [False, True, False]


def test_a_long_timeline_is_cut_and_says_so() -> None:
    later = tuple(Commented(at=NOW, actor=OLA.address, audience="everyone", text=str(n)) for n in range(150))
    letter = only(asking(ANN, "show", later=later))
    assert letter.contents is not None
    assert len(letter.contents.timeline) == 100
    assert letter.contents.timeline[-1].text == "149"
    assert letter.details["earlier"] == "yes"
    assert "earlier" not in only(asking(ANN, "export", later=later)).details
    assert len(contents(asking(ANN, "export", later=later)).timeline) == 151


def test_an_export_encloses_what_its_reader_may_see() -> None:
    later = (
        Commented(at=NOW, actor=OLA.address, audience="internal", text="x", attachments=("bill.pdf",)),
        Commented(at=NOW, actor=OLA.address, audience="everyone", text="y", attachments=("manual.pdf",)),
    )
    found = contents(asking(ANN, "export", later=later))
    assert found.packed
    assert found.enclosed == (3,)
    assert contents(asking(OLA, "export", later=later)).enclosed == (2, 3)
    assert not contents(asking(OLA, "show", later=later)).enclosed


def test_where_the_operator_must_be_authenticated_it_asks_so() -> None:
    ticket, events = opened()
    situation = replace(
        town.mail(OLA, ticket, Proof.TOKEN), desk=replace(desk(), strong_operator=True), timeline=events
    )
    assert decide(situation, ask("show")).outcome == "refused"
    assert decide(situation, ask("help")).outcome == "answered"
    assert decide(replace(situation, proof=Proof.STRONG), ask("show")).outcome == "answered"


# list


def board(*tickets: Ticket) -> tuple[Ticket, ...]:
    return tuple(replace(ticket, key=f"CT-{number}") for number, ticket in enumerate(tickets, 1))


def keys(decision: Decision) -> list[str]:
    return [row[0] for row in contents(decision).rows]


def test_a_list_has_what_its_reader_may_see_and_no_more() -> None:
    own = town.opened(ANN, system="acme-dam")
    others = town.opened(EVE, system="rival-dam")
    hidden, internal = replace(own, hidden=True), replace(own, visibility="internal")
    found = board(own, others, hidden, internal)
    assert keys(apart(ANN, "list", proof=Proof.STRONG, board=found)) == ["CT-1"]
    assert keys(apart(ABE, "list", proof=Proof.STRONG, board=found)) == ["CT-1"]
    assert keys(apart(WIM, "list", proof=Proof.STRONG, board=found)) == ["CT-1"]
    assert keys(apart(OLA, "list", proof=Proof.STRONG, board=found)) == ["CT-1", "CT-2", "CT-4"]


def test_a_list_has_the_seven_columns() -> None:
    (row,) = contents(apart(ANN, "list", proof=Proof.STRONG, board=board(town.opened(ANN, system="acme-dam")))).rows
    assert row == (
        "CT-1", "Acme Corp", "Acme DAM", "Scanner is silent", "2026-03-02 10:00 UTC", "2026-03-02 10:00 UTC", "New",
    )  # fmt: skip


def test_a_list_is_narrowed() -> None:
    own = town.opened(ANN, system="acme-dam")
    found = board(
        own, replace(own, status="closed"), replace(own, requester=AMY.address), replace(own, tiers=("acme",))
    )
    lists = {which: keys(apart(ANN, f"list {which}", proof=Proof.STRONG, board=found)) for which in ("open", "closed")}
    assert lists == {"open": ["CT-1", "CT-3", "CT-4"], "closed": ["CT-2"]}
    assert keys(apart(ANN, "list MINE", proof=Proof.STRONG, board=found)) == ["CT-1", "CT-2", "CT-4"]
    assert keys(apart(ANN, "list forwarded", proof=Proof.STRONG, board=found)) == ["CT-4"]


def test_fifty_are_listed_and_more_are_spoken_of() -> None:
    found = board(*[town.opened(ANN)] * 51)
    letter = only(apart(ANN, "list", proof=Proof.STRONG, board=found))
    assert letter.contents is not None
    assert len(letter.contents.rows) == 50
    assert letter.details["more"] == "50"
    assert "more" not in only(apart(ANN, "list", proof=Proof.STRONG, board=found[:50])).details


def test_a_list_that_does_not_exist_is_answered_with_those_that_do() -> None:
    letter = only(apart(ANN, "list frobnicated", proof=Proof.STRONG))
    assert letter.template == "refusal"
    assert "#list mine" in str(letter.details["reason"])
    assert asking(ANN, "list frobnicated").outcome == "refused"


def test_a_list_in_answer_to_a_letter_belongs_to_no_ticket() -> None:
    letter = only(asking(ANN, "list"))
    assert (letter.template, letter.key, letter.subject) == ("list", "", "")


# Beside any ticket


def test_a_question_alone_opens_no_ticket() -> None:
    decision = apart(ANN, "list", proof=Proof.STRONG)
    assert (decision.outcome, decision.ticket, decision.events) == ("answered", None, ())


def test_an_unproven_question_is_answered_once_a_day_and_without_contents() -> None:
    found = board(town.opened(ANN))
    letters = [only(apart(ANN, line, board=found)) for line in ("list", "show", "export", "list SECRET")]
    assert {letter.template for letter in letters} == {"prove"}
    assert {letter.once for letter in letters} == {"prove:ann@acme.example:2026-03-02"}
    assert all(letter.contents is None and letter.in_reply_to is None for letter in letters)
    assert "SECRET" not in repr(letters)
    assert only(apart(ANN, "help")).once == "help:ann@acme.example:2026-03-02"


def test_a_letter_of_no_ticket_proves_its_reader_and_nobody_else() -> None:
    letter = Minted(9, "", ANN.address, "customer", "<l@desk.example>")
    assert only(apart(ANN, "list", proof=Proof.TOKEN, minted=letter)).template == "list"
    assert only(apart(ANN, "list", proof=Proof.NONE, minted=letter)).template == "prove"
    stolen = apart(EVE, "list", proof=Proof.NONE, minted=letter)
    assert not any(notice.template == "list" for notice in stolen.notices)


def test_answers_go_to_the_registered_address() -> None:
    situation = replace(town.mail(ANN, proof=Proof.STRONG), author="ann@home.example")
    assert only(decide(situation, ask("list"))).to == "ann@acme.example"


@pytest.mark.parametrize("kind", [Kind.AUTO_REPLY, Kind.LIST])
def test_machines_are_not_answered(kind: Kind) -> None:
    situation = replace(town.mail(ANN, proof=Proof.STRONG, kind=kind), desk=desk())
    assert not any(notice.answer for notice in decide(situation, ask("list")).notices)


def test_who_is_not_registered_opens_a_ticket_as_ever() -> None:
    assert [event.kind for event in apart(NEW, "list").events] == ["opened"]


def test_a_ticket_of_others_is_answered_as_if_it_did_not_exist() -> None:
    ticket, events = opened()
    theirs = replace(town.mail(EVE, ticket, Proof.STRONG), desk=desk(), timeline=events, minted=None)
    none: Situation = replace(town.mail(EVE, proof=Proof.STRONG), desk=desk())
    assert decide(theirs, ask("show")).notices == decide(none, ask("show")).notices
    assert decide(theirs, ask("export")).ticket is None


def test_words_beside_a_question_open_a_ticket() -> None:
    situation = replace(town.mail(ANN), desk=desk())
    decision = decide(situation, ask("list", words="My scanner is silent."))
    assert [event.kind for event in decision.events] == ["opened"]
    assert town.told(decision, "prove") == {"Ann"}
