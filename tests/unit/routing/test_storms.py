"""Storms: a writer who answers by itself is no longer told anything, nor is anybody of what it writes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.intent import Comment, Words
from routing.caps import Caps, Window
from routing.decide import decide
from routing.directory import Person
from routing.model import Decision, Given, Proof, Said, Situation
from routing.notices import IN_A_STORM
from tests.unit.routing import town
from tests.unit.routing.town import ANN, OLA, OTO

MINUTE = timedelta(minutes=1)
BEFORE = tuple(number + 0.5 for number in range(9, -1, -1))
"""When ten mails came, in minutes ago: with one more the first window is full."""
STRANGER = Person("Sam", ("sam@street.example",), registered=False)


def said(*minutes_ago: float, text: str | None = None) -> tuple[Said, ...]:
    """Mails of some time ago, the oldest first, each with words of its own unless they are given."""
    now = town.mail(ANN).now
    return tuple(Said(now - each * MINUTE, text or chr(ord("a") + n % 26)) for n, each in enumerate(minutes_ago))


def decided(*lately: Said, words: str = "It beeps.", proof: Proof = Proof.TOKEN) -> Decision:
    situation = replace(town.mail(ANN, town.opened(), proof), lately=lately)
    return decide(situation, Comment(Words(words, ("log.txt",))))


def stormy(decision: Decision) -> bool:
    return any(step.startswith("a storm") for step in decision.why)


WINDOWS = [(window.span / MINUTE, window.most) for window in Caps().storm]


@pytest.mark.parametrize(("minutes", "most"), WINDOWS)
def test_each_window_holds_as_many_as_it_says(minutes: float, most: int) -> None:
    step = minutes / (most + 1)
    calm = said(*(step * number for number in range(most - 1, 0, -1)))
    assert not stormy(decided(*calm))
    full = said(*(step * number for number in range(most, 0, -1)))
    assert stormy(decided(*full))
    assert f"a storm: {most + 1} messages within {int(minutes)} minutes" in decided(*full).why


def test_its_words_are_kept_and_change_nothing_and_nobody_is_told_but_the_operator_once() -> None:
    decision = decided(*said(*BEFORE))
    (event,) = decision.events
    assert (event.kind, event.text, event.attachments, event.changes) == ("comment", "It beeps.", ("log.txt",), ())
    assert {(notice.to, notice.template) for notice in decision.notices} == {
        (OLA.address, "storm"),
        (OTO.address, "storm"),
    }
    again = decided(*said(*BEFORE, 0.2))
    assert again.notices == ()
    assert again.outcome == "noted"


def test_the_alarm_does_not_carry_the_words() -> None:
    decision = decided(*said(*BEFORE), words="secret words")
    assert all(notice.event is None and notice.audience == "internal" for notice in decision.notices)


def test_it_is_over_when_the_windows_have_passed() -> None:
    decision = decided(*said(*(11 + number / 2 for number in range(11, 0, -1))))
    assert not stormy(decision)
    assert decision.notices


@pytest.mark.parametrize(
    "words",
    ["I am not here until 3 March.", "i am NOT here,  until 17 march!", "\u201cI am not here until March\u201d"],
)
def test_the_same_words_again_and_again_are_a_storm_too(words: str) -> None:
    lately = said(400, 200, 30, text="I am not here until 28 March")
    assert "a storm: 4 times the same words" in decided(*lately, words=words).why
    assert not stormy(decided(*lately[1:], words=words))
    assert not stormy(decided(*lately, words="I am back."))


@pytest.mark.parametrize("words", ["", "Any news?"])
def test_mails_of_few_words_are_not_alike(words: str) -> None:
    assert not stormy(decided(*said(300, 200, 100, text=words or " "), words=words))


def test_commands_are_followed_in_a_storm_and_nobody_is_told() -> None:
    situation = replace(town.mail(ANN, town.opened(), Proof.TOKEN), lately=said(*(0.5 * n for n in range(12, 0, -1))))
    decision = decide(situation, town.move("close"))
    assert decision.ticket is not None
    assert decision.ticket.status == "closed"
    assert decision.notices == ()
    assert {one.why for one in decision.not_told} >= {IN_A_STORM}


def test_who_is_capped_is_said_in_the_log() -> None:
    situation = unproven(STRANGER, Given(5))
    decision = decide(situation, Comment(Words("Hello.")))
    assert [one.address for one in decision.not_told if "5 answers within the hour" in one.why] == [STRANGER.address]


def unproven(person: Person, given: Given, **more: object) -> Situation:
    return replace(town.mail(person), given=given, **more)  # type: ignore[arg-type] # any field


def answered(situation: Situation) -> bool:
    decision = decide(situation, Comment(Words("Hello.")))
    assert decision.ticket is not None
    return any(notice.answer for notice in decision.notices)


@pytest.mark.parametrize(
    ("person", "given", "wanted"),
    [
        (STRANGER, Given(4, 499, 0), True),
        (STRANGER, Given(5, 0, 0), False),
        (STRANGER, Given(0, 500, 0), False),
        (ANN, Given(99, 500, 0), True),
        (ANN, Given(100, 0, 0), False),
    ],
)
def test_mail_that_proves_nothing_is_answered_so_often(person: Person, given: Given, wanted: bool) -> None:
    assert answered(unproven(person, given)) is wanted


def test_mail_that_proves_its_writer_is_always_answered() -> None:
    assert answered(unproven(STRANGER, Given(50, 5000, 0), proof=Proof.STRONG))


@pytest.mark.parametrize(("opened", "trusted", "held"), [(19, False, False), (20, False, True), (20, True, False)])
def test_a_stranger_opens_so_many_tickets(opened: int, trusted: bool, held: bool) -> None:
    situation = unproven(STRANGER, Given(0, 0, opened))
    situation = replace(situation, envelope=replace(situation.envelope, trusted=trusted))
    decision = decide(situation, Comment(Words("Hello.")))
    assert (decision.held is not None) is held
    if held:
        assert "has opened 20 tickets within the hour; replay it" in (decision.held or "")


def test_registered_people_open_as_many_tickets_as_they_like() -> None:
    assert decide(unproven(ANN, Given(0, 0, 500)), Comment(Words("Hello."))).held is None


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.01, 45), min_size=1, max_size=150))
def test_however_mails_come_no_writer_is_heard_more_often_than_the_windows_allow(gaps: list[float]) -> None:
    caps = Caps(alike=1000)
    moment, lately, heard = town.NOW, list[Said](), list[timedelta]()
    for gap in gaps:
        moment += gap * MINUTE
        recent = tuple(one for one in lately if one.at > moment - caps.memory)
        situation = replace(town.mail(ANN, town.opened(), Proof.TOKEN), now=moment, lately=recent)
        decision = decide(replace(situation, desk=replace(situation.desk, caps=caps)), Comment(Words("It beeps.")))
        lately.append(Said(moment, "It beeps."))
        if any(notice.template != "storm" for notice in decision.notices):
            heard.append(moment - town.NOW)
    for window in caps.storm:
        assert all(sum(end - window.span < at <= end for at in heard) <= window.most for end in heard)


def test_windows_may_be_others() -> None:
    caps = Caps(storm=(Window(5 * MINUTE, 2),), alike=99)
    situation = replace(town.mail(ANN, town.opened(), Proof.TOKEN), lately=said(4, 3))
    assert stormy(decide(replace(situation, desk=replace(situation.desk, caps=caps)), town.comment()))
