"""The marks by which mail programs put letters in threads."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.thread import REFERENCES, Thread, folded, references, thread_index
from tests.rig.threads import decoded
from tests.unit.outbound.notices import NOW, ROOT, letter, notice, read

OWN = "<1@acme.example>"
EARLIER = ("<l1@desk.example>", "<l2@desk.example>")
GRAIN = timedelta(seconds=2)  # of a Thread-Index: 24 bits of a tenth of a microsecond


def test_a_first_letter_refers_to_its_ticket() -> None:
    assert references(Thread(ROOT), None, answered=False) == [ROOT]


def test_a_letter_follows_those_that_its_reader_had() -> None:
    assert references(Thread(ROOT, NOW, EARLIER), None, answered=False) == [ROOT, *EARLIER]


def test_the_mail_it_all_began_with_comes_before_our_letters() -> None:
    assert references(Thread(ROOT, NOW, EARLIER), OWN, answered=False) == [ROOT, OWN, *EARLIER]


def test_the_mail_that_is_answered_comes_last() -> None:
    assert references(Thread(ROOT, NOW, EARLIER), OWN, answered=True) == [ROOT, *EARLIER, OWN]


@given(st.lists(st.integers(10, 900), max_size=40), st.one_of(st.none(), st.integers(10, 900)), st.booleans())
def test_references_stay_within_their_room_and_keep_the_first_and_the_newest(
    lengths: list[int], own: int | None, answered: bool
) -> None:
    earlier = tuple(f"<{number}{'x' * length}@desk.example>" for number, length in enumerate(lengths))
    mine = f"<{'m' * own}@acme.example>" if own else None
    chain = references(Thread(ROOT, NOW, earlier), mine, answered=answered)
    assert len(f"References: {folded(chain)}\r\n") <= REFERENCES + len("References: ")
    assert chain[0] == ROOT
    kept = [one for one in chain if one in earlier]
    assert kept == list(earlier)[len(earlier) - len(kept) :]


def test_a_message_that_answers_names_the_one_before_it() -> None:
    message = read(letter(thread=Thread(ROOT, NOW, EARLIER)))
    assert message["In-Reply-To"] == EARLIER[-1]
    assert str(message["References"]).split() == [ROOT, *EARLIER]


@pytest.mark.parametrize("later", [timedelta(0), timedelta(seconds=7), timedelta(days=3), timedelta(days=600)])
def test_a_thread_index_tells_the_conversation_and_the_time(later: timedelta) -> None:
    index = decoded(thread_index(ROOT, NOW, NOW + later))
    assert timedelta(0) <= NOW - index.began < GRAIN
    (passed,) = index.responses
    assert abs(passed - later) <= GRAIN


def test_a_thread_index_of_a_very_old_ticket_counts_in_coarser_steps() -> None:
    (passed,) = decoded(thread_index(ROOT, NOW, NOW + timedelta(days=2000))).responses
    assert abs(passed - timedelta(days=2000)) <= GRAIN


def test_tickets_have_conversations_of_their_own() -> None:
    assert decoded(thread_index(ROOT, NOW, NOW)).conversation != decoded(thread_index("<o@d>", NOW, NOW)).conversation


def test_a_clock_that_went_back_makes_no_negative_time() -> None:
    assert decoded(thread_index(ROOT, NOW, NOW - timedelta(hours=1))).responses == (timedelta(0),)


def test_the_topic_is_the_subject_of_the_ticket_without_its_number() -> None:
    message = read(letter(notice(subject="Scanner in Zürich"), thread=Thread(ROOT, NOW)))
    assert message["Thread-Topic"] == "Scanner in Zürich"
