"""Mail that goes round: our own letters that come back, and gateways that answer each other."""

import pytest

from gateway.intake import Rejected
from tests.stories.stage import ANN, DANA, SUPPORT, Desk

FIELD = "X-Postern-Loop"


def hops(raw: bytes) -> int:
    return raw.count(f"{FIELD}: desk.example\r\n".encode())


def test_a_letter_of_ours_that_an_alias_sends_back_changes_nothing(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    letter = desk.last(DANA)
    assert hops(letter.data) == 1
    for recipient in (SUPPORT, letter.reply_to):
        trace = b"Received: from alias by mx; Mon, 2 Mar 2026 09:00:00 +0000\r\n"
        assert desk.arrives(trace + letter.data, SUPPORT, recipient) == []
    assert (desk.tickets(), desk.kinds()) == (["CT-1"], ["opened"])
    assert [line.state for line in desk.inbox()] == ["done"] * 3


def test_a_person_who_copies_our_message_id_is_still_heard(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.write(ANN, "The door squeaks.", headers={"Message-ID": desk.last(ANN).message_id})
    assert desk.tickets() == ["CT-1", "CT-2"]


def test_each_letter_counts_those_that_led_to_it(desk: Desk) -> None:
    for before in (0, 1, 2):
        raw = f"{FIELD}: other.example\r\n" * before
        raw += f"From: Ann <{ANN}>\r\nMessage-ID: <{before}@acme.example>\r\n\r\nNumber {before}.\r\n"
        desk.arrives(raw.encode(), ANN, SUPPORT)
        assert hops(desk.last(DANA).data) == before + 1


@pytest.mark.parametrize(("count", "taken"), [(2, True), (3, False), (30, False)])
def test_case_68_what_three_letters_of_a_postern_led_to_is_refused(desk: Desk, count: int, taken: bool) -> None:
    raw = (f"{FIELD}: other.example\r\n" * count + f"From: <{ANN}>\r\n\r\nHello.\r\n").encode()
    answer = desk.office.intake(lambda: desk.rules).examine(raw)
    assert isinstance(answer, Rejected) is not taken
    if not taken:
        assert str(answer).startswith("554 5.4.6")


def test_case_137_the_answer_of_another_gateway_is_not_answered(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    before = len(desk.mailboxes[ANN])
    desk.reply(ANN, "We have received your message.", headers={FIELD: "other.example"})
    assert len(desk.mailboxes[ANN]) == before
