"""The leak guard: which letters repeat words that their readers may not see."""

from dataclasses import replace

import pytest

from routing.events import Commented, Event, Opened, Refusal, Unverified
from routing.leak import Reading, beyond, leaked
from tests.unit.routing.town import ANN, IVO, NOW, OLA, WIM

SECRET = "The customer has not paid since March, so please do not hurry with this one at all."
PUBLIC = "We are looking into the scanner in room four and will write again on Monday."
ASKED = "The scanner in room four has not answered since this morning, could somebody have a look?"
FIXED = "Reply to this letter to answer. You can also begin your reply with one of these lines."


def opened(text: str = ASKED) -> Event:
    return Opened(key="CT-1", at=NOW, actor=ANN.address, audience="everyone", text=text)


def said(text: str, audience: str, actor: str = OLA.address) -> Event:
    return Commented(at=NOW, actor=actor, audience=audience, text=text)


def leak(*timeline: Event, letter: str, lane: str = "customer", told: int | None = None) -> int | None:
    readers = {"customer": ANN, "party:web-it-provider": WIM, "party:it-provider": IVO}
    reading = Reading(readers[lane].address, lane, told)
    found = beyond(timeline, reading, (letter,), lambda: FIXED)
    return found.number if found else None


def test_a_letter_that_repeats_an_internal_note_is_found() -> None:
    answer = said(f"Hello Ann,\n\n{SECRET}\n\nOla", "everyone")
    assert leak(opened(), said(SECRET, "internal"), answer, letter=answer.text, told=3) == 2


def test_line_breaks_quote_marks_case_and_punctuation_hide_nothing() -> None:
    quoted = SECRET.upper().replace(", ", ",\n> ").replace("PLEASE", "*please*")
    answer = said(quoted, "everyone")
    assert leak(opened(), said(SECRET, "internal"), answer, letter=quoted, told=3) == 2


@pytest.mark.parametrize(("words", "found"), [(11, None), (12, 2)])
def test_twelve_words_in_a_row_are_no_chance(words: int, found: int | None) -> None:
    some = " ".join(SECRET.split()[2 : 2 + words])
    answer = said(f"Well: {some} and so on", "everyone")
    assert leak(opened(), said(SECRET, "internal"), answer, letter=answer.text, told=3) == found


def test_what_the_reader_may_see_elsewhere_is_no_secret() -> None:
    note = said(f"I told them:\n{ASKED}", "internal")
    answer = said(f"You wrote: {ASKED}", "everyone")
    assert leak(opened(), note, answer, letter=answer.text, told=3) is None


def test_what_every_letter_says_is_no_secret() -> None:
    note = said(f"Look what we send: {FIXED}", "internal")
    assert leak(opened(), note, letter=f"Hello. {FIXED}") is None


def test_a_note_about_what_was_told_before_holds_no_letter() -> None:
    assert leak(opened(), said(PUBLIC, "everyone"), said(PUBLIC, "internal"), letter=PUBLIC, told=2) is None


def test_words_of_one_lane_do_not_come_into_another() -> None:
    timeline = (opened(), said(SECRET, "lane:web-it-provider", WIM.address), said(SECRET, "lane:customer"))
    assert leak(*timeline, letter=SECRET, told=3) == 2
    assert leak(*timeline, letter=SECRET, lane="party:web-it-provider") is None
    assert leak(*timeline, letter=SECRET, lane="party:it-provider") == 2


def test_whoever_was_refused_may_say_it_again() -> None:
    refused = Refusal(at=NOW, actor=WIM.address, audience="staff", text=SECRET, asked=("#clsoe",), reason="")
    again = said(SECRET, "everyone", WIM.address)
    assert leak(opened(), refused, again, letter=SECRET, told=3) is None
    by_another = said(SECRET, "everyone")
    assert leak(opened(), refused, by_another, letter=SECRET, told=3) == 2


def test_unproven_words_are_no_secret_before_whom_they_claim_to_come_from() -> None:
    claimed = Unverified(at=NOW, actor=ANN.address, audience="staff", text=SECRET, claimed=ANN.address, reason="")
    asking = said(f"Did you write this? {SECRET}", "everyone")
    assert leak(opened(), claimed, asking, letter=asking.text, told=3) is None
    other = replace(claimed, actor="mallory@elsewhere.example")
    assert leak(opened(), other, asking, letter=asking.text, told=3) == 2


def test_a_letter_without_words_is_examined_as_well() -> None:
    assert leak(opened(), said(SECRET, "internal"), letter=f"CT-1 changed: {SECRET}") == 2


def test_scripts_without_spaces_have_words_too() -> None:
    secret = "この顧客は三月から支払いをしていないので、急いで対応する必要はありません。社内だけの情報です。"
    answer = said(f"こんにちは。{secret}", "everyone")
    assert leak(opened(), said(secret, "internal"), answer, letter=answer.text, told=3) == 2
    polite = said("いつもお世話になっております。", "everyone")
    assert (
        leak(opened(), said(f"いつもお世話になっております。{secret}", "internal"), polite, letter=polite.text) is None
    )


def test_what_may_be_seen_is_looked_at_only_where_something_was_found() -> None:
    def never() -> list[str]:
        raise AssertionError("there was nothing to compare")

    assert leaked([PUBLIC], [SECRET], never) is None


def test_the_time_is_linear() -> None:
    """A text that repeats itself, and one that nearly fits everywhere."""
    words = "round and round it goes and where it stops nobody knows " * 20_000
    assert leaked([words], [words.replace("stops", "ends")], list) is None
