"""Taking back: exactly what one mail did, by whoever did it, in time, once, and while nothing stands on it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from parsers.intent import Command, Comment, Intent, Orders, Source, Words
from routing.builtin import BUILT_IN
from routing.decide import decide
from routing.directory import Person
from routing.events import Commented, Delivery, Event, Moved, Refusal, Unverified, fold
from routing.model import Decision, Deed, Desk, Notice, Proof, Receipt, Situation, Ticket
from routing.visible import in_letter
from tests.unit.routing import town
from tests.unit.routing.town import ABE, ANN, NOW, OLA, OTO, WIM

MINUTE = timedelta(minutes=1)
UNDO = Orders(Words(""), acts=(Command("undo", (), Source.BODY, 1, bare=True),), otherwise=Comment(Words("undo")))
LATER: dict[str, Event] = {
    "an out-of-office answer": Commented(machine="out-of-office", at=NOW, actor=ANN.address, audience="staff"),
    "a delivery report": Delivery(recipients=(ANN.address,), outcome="failed", at=NOW, actor=None, audience="internal"),
    "words of somebody unproven": Unverified(claimed="x@y.example", reason="?", at=NOW, actor=None, audience="staff"),
    "a refusal": Refusal(asked=("#x",), reason="?", at=NOW, actor=ANN.address, audience="staff"),
    "a reminder": Moved(verb="reminder", timer="remind", at=NOW, actor=None, audience="internal"),
}


def desk() -> Desk:
    acts = {name: each.who for name, each in BUILT_IN.items()}
    return replace(town.desk(), workflow=replace(town.workflow(), acts=acts, told={"priority": ("requester",)}))


class Case:
    """A ticket of Ann, and a mail that did something to it."""

    def __init__(self, person: Person, intent: Intent) -> None:
        self.opening = decide(replace(town.mail(ANN), desk=desk()), town.comment("The scanner is silent."))
        assert self.opening.ticket is not None
        self.person = person
        self.before = replace(self.opening.ticket, system="acme-dam")
        self.done = decide(self.mail(person, self.before), intent)
        assert self.done.ticket is not None

    def mail(self, person: Person, ticket: Ticket) -> Situation:
        return replace(town.mail(person, ticket, Proof.TOKEN), desk=desk())

    def receipt(self, later: Sequence[Event] = ()) -> Receipt:
        told = tuple(notice.to for notice in self.done.notices if not notice.answer)
        return Receipt(NOW, Deed(2, self.done.events, tuple(later)), told)

    def undo(self, person: Person | None = None, later: Sequence[Event] = (), **more: object) -> Decision:
        assert self.done.ticket is not None
        situation = self.mail(person or self.person, self.done.ticket)
        facts: dict[str, object] = {"receipt": self.receipt(later), **more}
        return decide(replace(situation, **facts), UNDO)  # type: ignore[arg-type] # any field


@pytest.fixture
def moved() -> Case:
    return Case(OLA, town.move("to-web-it-provider", "Which version?"))


def test_a_move_is_taken_back_whole(moved: Case) -> None:
    decision = moved.undo()
    assert decision.ticket is not None
    assert (decision.ticket.status, decision.ticket.holder) == (moved.before.status, moved.before.holder)
    (event,) = decision.events
    assert isinstance(event, Moved)
    assert event.withdrawn == (2,)
    assert "It is New again" in str(_receipt(decision).details["done"])
    assert "cannot be recalled" in str(_receipt(decision).details["done"])


def test_everyone_who_was_told_is_told(moved: Case) -> None:
    assert town.told(moved.done, "moved") == {WIM.name}
    assert town.told(moved.undo(), "undone") == {WIM.name}


def test_a_receipt_says_how_and_that_of_an_undo_does_not(moved: Case) -> None:
    assert _receipt(moved.done).details["undo"] == "10"
    assert "undo" not in _receipt(moved.undo()).details


def test_several_commands_and_words_are_one() -> None:
    orders = Orders(Words("See above."), acts=(_act("priority high"), _act(f"cc {ABE.address}")))
    case = Case(OLA, orders)
    decision = case.undo()
    assert decision.ticket is not None
    assert (decision.ticket.priority, decision.ticket.watchers) == ("normal", ())
    (event,) = decision.events
    assert isinstance(event, Moved)
    assert event.withdrawn == (2, 3, 4)
    assert fold((*case.opening.events, *case.done.events, event)).priority == "normal"


def test_who_is_no_party_any_more_hears_of_it_too() -> None:
    case = Case(OLA, Orders(Words(""), acts=(_act(f"cc {ABE.address}"),)))
    receipt = replace(case.receipt(), told=(ABE.address,))
    assert case.done.ticket is not None
    stranger = replace(case.done.ticket, organisation=None, requester=OTO.address)
    decision = decide(replace(case.mail(OLA, stranger), receipt=receipt), UNDO)
    assert town.told(decision, "undone") == {ABE.name}


@pytest.mark.parametrize("what", sorted(LATER))
def test_what_changes_nothing_does_not_stand_in_the_way(moved: Case, what: str) -> None:
    assert moved.undo(later=(LATER[what],)).outcome == "moved"


def test_words_of_a_party_do(moved: Case) -> None:
    answer = Commented(at=NOW, actor=WIM.address, audience="everyone", text="Version 3.")
    decision = moved.undo(later=(answer,))
    assert decision.outcome == "refused"
    assert "Something has happened" in decision.why[-1]


def test_what_was_taken_back_itself_does_not(moved: Case) -> None:
    answer = Commented(at=NOW, actor=WIM.address, audience="everyone", text="Version 3.")
    back = Moved(verb="undo", withdrawn=(3,), at=NOW, actor=WIM.address, audience="everyone")
    assert moved.undo(later=(answer, back)).outcome == "moved"


def test_once_only(moved: Case) -> None:
    decision = moved.undo(later=moved.undo().events)
    assert decision.outcome == "refused"
    assert "only once" in decision.why[-1]


def test_in_time_only(moved: Case) -> None:
    envelope = town.mail(OLA).envelope
    assert moved.undo(envelope=replace(envelope, received_at=NOW + 10 * MINUTE)).outcome == "moved"
    late = moved.undo(envelope=replace(envelope, received_at=NOW + 11 * MINUTE))
    assert late.outcome == "refused"
    assert "10 minutes" in late.why[-1]


def test_an_undo_is_not_undone(moved: Case) -> None:
    first = moved.undo()
    receipt = Receipt(NOW, Deed(3, first.events))
    assert first.ticket is not None
    decision = decide(replace(moved.mail(OLA, first.ticket), receipt=receipt), UNDO)
    assert decision.outcome == "refused"


def test_other_tickets_are_not_left_half(moved: Case) -> None:
    receipt = replace(moved.receipt(), whole=False)
    assert moved.undo(receipt=None).outcome == "refused"
    assert moved.done.ticket is not None
    decision = decide(replace(moved.mail(OLA, moved.done.ticket), receipt=receipt), UNDO)
    assert "step by step" in decision.why[-1]


@pytest.mark.parametrize("other", [OTO, ANN, WIM])
def test_nobody_undoes_what_another_did(moved: Case, other: Person) -> None:
    decision = moved.undo(other, minted=town.letter(OLA, "operator"))
    assert decision.ticket is not None
    assert decision.ticket.status == "on-partner" or decision.outcome == "refused"
    assert not any(isinstance(event, Moved) for event in decision.events)


@pytest.mark.parametrize("proof", [Proof.NONE, Proof.THREAD])
def test_it_takes_the_proof_of_a_token(moved: Case, proof: Proof) -> None:
    decision = moved.undo(proof=proof)
    assert not any(isinstance(event, Moved) for event in decision.events)


def test_where_the_operator_must_be_authenticated_a_token_is_too_little(moved: Case) -> None:
    strong = replace(desk(), strong_operator=True)
    assert moved.undo(desk=strong).outcome == "refused"
    assert moved.undo(desk=strong, proof=Proof.STRONG).outcome == "moved"


def test_a_customer_needs_no_sign_in_answer_to_a_receipt() -> None:
    case = Case(ANN, town.move("close"))
    assert case.undo().outcome == "moved"
    plain = case.undo(receipt=None)
    assert [event.kind for event in plain.events] == ["comment"]
    assert plain.events[0].text == "undo"


def test_the_words_beside_belong_to_it(moved: Case) -> None:
    assert moved.done.ticket is not None
    orders = replace(UNDO, words=Words("Wrong ticket, sorry."))
    situation = replace(moved.mail(OLA, moved.done.ticket), receipt=moved.receipt())
    (event,) = decide(situation, orders).events
    assert event.text == "Wrong ticket, sorry."


def test_internal_words_stay_so_when_they_are_taken_back() -> None:
    case = Case(OLA, Orders(Words("They have not paid."), acts=(_act("internal"),)))
    decision = case.undo()
    (event,) = decision.events
    assert event.audience == "internal"
    assert town.told(decision, "undone") <= {OTO.name}
    for notice in decision.notices:
        assert in_letter(event, notice) is None or notice.lane == "operator"


def _act(line: str) -> Command:
    name, *rest = line.split()
    return Command(name, tuple(rest), Source.BODY, 1)


def _receipt(decision: Decision) -> Notice:
    (receipt,) = (notice for notice in decision.notices if notice.template == "receipt")
    return receipt
