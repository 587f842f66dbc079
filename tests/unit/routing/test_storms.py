"""Storms: a writer who answers by itself is no longer told anything, nor is anybody of what it writes."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.intent import AutoReply, Comment, Words
from routing.caps import Caps, Window
from routing.decide import decide
from routing.directory import Person
from routing.model import Decision, Given, Proof, Said, Situation
from routing.notices import IN_A_STORM
from routing.storms import alike, looming
from tests.unit.routing import town
from tests.unit.routing.town import AMY, ANN, OLA, OTO

MINUTE = timedelta(minutes=1)
BEFORE = tuple(number + 0.5 for number in range(9, -1, -1))
"""When ten mails came, in minutes ago: with one more the first window is full."""
STRANGER = Person("Sam", ("sam@street.example",), registered=False)


def said(*minutes_ago: float, text: str | None = None) -> tuple[Said, ...]:
    """Mails of some time ago, the oldest first, each with words of its own unless they are given."""
    now = town.mail(ANN).now
    return tuple(
        Said(now - each * MINUTE, alike(text) if text else chr(ord("a") + n % 26)) for n, each in enumerate(minutes_ago)
    )


def decided(*lately: Said, words: str = "It beeps.", proof: Proof = Proof.TOKEN) -> Decision:
    desk = replace(town.desk(), caps=Caps(alike=4))
    situation = replace(town.mail(ANN, town.opened(), proof), lately=lately, desk=desk)
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
    [
        "I am away and read no mail at all until 3 March, sorry.",
        "i am AWAY,  and read no mail at all until 17 march: sorry!",
        "\u201cI am away and read no mail at all until March\u201d, sorry",
    ],
)
def test_the_same_words_again_and_again_are_a_storm_too(words: str) -> None:
    lately = said(400, 200, 30, text="I am away and read no mail at all until 28 March, sorry")
    assert "a storm: 4 times the same words" in decided(*lately, words=words).why
    assert not stormy(decided(*lately[1:], words=words))
    assert not stormy(decided(*lately, words="I am back."))


def test_in_short_words_a_number_may_be_all_that_is_new() -> None:
    assert not stormy(
        decided(*said(300, 200, 100, text="Page 3 of the manual is done."), words="Page 4 of the manual is done.")
    )


@pytest.mark.parametrize("words", ["", "Any news?"])
def test_mails_of_few_words_are_not_alike(words: str) -> None:
    assert not stormy(decided(*said(300, 200, 100, text=words or " "), words=words))


def test_the_operator_is_told_once_however_the_writer_changes_between_storm_and_calm() -> None:
    situation = replace(town.mail(ANN, town.opened(), Proof.TOKEN), lately=said(*BEFORE), warned=True)
    decision = decide(situation, town.comment())
    assert stormy(decision)
    assert decision.notices == ()


def test_an_answer_that_is_marked_as_a_machines_is_no_storm_for_nobody_is_told_of_it() -> None:
    situation = replace(town.mail(ANN, town.opened(), Proof.TOKEN), lately=said(*BEFORE))
    decision = decide(situation, AutoReply(Words("I am away.")))
    assert (decision.outcome, decision.notices) == ("noted", ())


def test_mail_that_proves_nothing_counts_as_one_writers_whoever_it_claims_to_be_of() -> None:
    situation = replace(town.mail(ANN, town.opened()), lately=said(*BEFORE))
    decision = decide(situation, Comment(Words("I am Ann.", ("log.txt",))))
    (event,) = decision.events
    assert (event.kind, event.text, event.attachments) == ("unverified", "I am Ann.", ("log.txt",))
    assert {notice.template for notice in decision.notices} == {"storm"}
    assert all("actor" not in notice.details for notice in decision.notices)
    assert "a storm: 11 messages within 10 minutes, in mail that proves nothing" in decision.why


def test_a_stranger_who_names_a_stormy_ticket_opens_one_of_its_own_and_the_staff_is_told() -> None:
    decision = decide(replace(town.mail(STRANGER, town.opened()), lately=said(*BEFORE)), town.comment())
    assert not stormy(decision)
    assert OLA.address in {notice.to for notice in decision.notices}


def test_commands_of_a_proven_writer_are_damped_last() -> None:
    lately = said(*(0.5 * n for n in range(19, 0, -1)))
    situation = replace(town.mail(ANN, town.opened(), Proof.TOKEN), lately=lately)
    assert decide(situation, town.move("close")).notices
    assert stormy(decide(situation, town.comment()))


def test_commands_are_followed_in_a_storm_and_nobody_is_told() -> None:
    lately = said(*(0.4 * n for n in range(21, 0, -1)))
    situation = replace(town.mail(ANN, town.opened(), Proof.TOKEN), lately=lately)
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
        (STRANGER, Given(0, 300, 0, 249), True),
        (STRANGER, Given(0, 300, 0, 250), False),
        (town.NEW, Given(99, 500, 0, 250), True),
        (town.NEW, Given(100, 0, 0), False),
        (ANN, Given(99, 500, 0), True),
        (ANN, Given(100, 0, 0), False),
    ],
)
def test_mail_that_proves_nothing_is_answered_so_often(person: Person, given: Given, wanted: bool) -> None:
    assert answered(unproven(person, given)) is wanted


@pytest.mark.parametrize(("count", "wanted"), [(99, True), (100, False)])
def test_a_proven_machine_that_answers_each_acknowledgement_by_new_mail_is_not_answered_for_ever(
    count: int, wanted: bool
) -> None:
    assert answered(unproven(STRANGER, Given(count), proof=Proof.STRONG)) is wanted


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


WRITERS = [(ANN, Proof.TOKEN), (AMY, Proof.TOKEN), (ANN, Proof.NONE), (AMY, Proof.NONE), (STRANGER, Proof.NONE)]


@given(st.lists(st.tuples(st.floats(0.01, 45), st.sampled_from(WRITERS)), min_size=1, max_size=150))
@settings(max_examples=40, deadline=None)
def test_however_mails_come_nobody_has_more_letters_about_a_ticket_than_the_windows_allow(
    mails: list[tuple[float, tuple[Person, Proof]]],
) -> None:
    """To each address: a window's fill for each proven writer, and one for all mail that proves nothing together."""
    caps = Caps(alike=1000)
    moment = town.NOW
    lately: dict[str, list[Said]] = defaultdict(list)
    letters: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for gap, (person, proof) in mails:
        moment += gap * MINUTE
        source = person.address if proof is not Proof.NONE else "unproven"
        recent = tuple(one for one in lately[source] if one.at > moment - caps.memory)
        situation = replace(town.mail(person, town.opened(), proof), now=moment, lately=recent)
        decision = decide(replace(situation, desk=replace(situation.desk, caps=caps)), Comment(Words("It beeps.")))
        assert decision.ticket is not None
        if decision.ticket.key != town.opened().key:  # a stranger's own
            continue
        assert decision.events
        lately[source].append(Said(moment, ""))
        for notice in decision.notices:
            if notice.template != "storm":
                letters[notice.to, source].append(moment)
    for window in caps.storm:
        for moments in letters.values():
            assert all(sum(end - window.span < at <= end for at in moments) <= window.most for end in moments)


def test_windows_may_be_others() -> None:
    caps = Caps(storm=(Window(5 * MINUTE, 2),), alike=99)
    situation = replace(town.mail(ANN, town.opened(), Proof.TOKEN), lately=said(4, 3))
    assert stormy(decide(replace(situation, desk=replace(situation.desk, caps=caps)), town.comment()))


@pytest.mark.parametrize(
    ("lately", "whatever"),
    [
        (said(*BEFORE), True),
        (said(*BEFORE[1:]), False),
        (said(400, 300, 200, text="I am away and read no mail at all until 28 March, sorry"), True),
        (said(400, 300, 200), False),
        (said(400, 300, 200, text="Any news?"), False),
    ],
    ids=["a full window", "one less", "the same words", "other words", "few words"],
)
def test_whether_a_storm_is_near_is_known_before_the_mail_is_read(lately: tuple[Said, ...], whatever: bool) -> None:
    assert looming(lately, Caps(alike=4), town.mail(ANN).now) is whatever
