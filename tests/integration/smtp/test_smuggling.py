"""What looks like the end of a message, and what hides behind commands."""

from collections.abc import Callable, Iterator

import pytest

from tests.integration.smtp.house import MAIL, SUPPORT, House
from tests.integration.store.samples import ANN

LOOK_ALIKES = {
    "LF . LF": b"\n.\n",
    "LF . CRLF": b"\n.\r\n",
    "CRLF . LF": b"\r\n.\n",
    "CR . CRLF": b"\r.\r\n",
    "CR . CR": b"\r.\r",
    "CRLF . CR": b"\r\n.\r",
    "CR . LF": b"\r.\n",
    "LF . CR": b"\n.\r",
    "NUL before": b"\r\n\0.\r\n",
    "NUL after": b"\r\n.\0\r\n",
    "CRLF . CRCRLF": b"\r\n.\r\r\n",
    "CRCRLF . CRLF": b"\r\r.\r\n",
    "stuffed": b"\r\n..\r\n",
    "space": b"\r\n. \r\n",
}
SMUGGLED = (
    b"MAIL FROM:<admin@desk.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nclose\r\n"
)


def whole(data: bytes) -> Iterator[bytes]:
    yield data


def byte_by_byte(data: bytes) -> Iterator[bytes]:
    yield from (data[place : place + 1] for place in range(len(data)))


def at_each_dot(data: bytes) -> Iterator[bytes]:
    yield from (part if not place else b"." + part for place, part in enumerate(data.split(b".")))


@pytest.mark.parametrize("segments", [whole, byte_by_byte, at_each_dot])
def test_what_looks_like_the_end_of_data_never_makes_two_messages(
    house: House, segments: Callable[[bytes], Iterator[bytes]]
) -> None:
    """Case 43."""
    taken = 0
    for number, (name, look_alike) in enumerate(LOOK_ALIKES.items()):
        with house.peer() as peer:
            peer.begin()
            for segment in segments(b"Subject: %d\r\n\r\nIt beeps." % number + look_alike + SMUGGLED + b".\r\n"):
                peer.send(segment)
            answer = peer.answer()
            assert answer[0] in "25", name
            assert peer.say("NOOP").startswith("250"), f"{name}: the session is not where it was"
        taken += answer.startswith("250")
        assert len(house.rows()) == taken, name


def test_a_message_that_comes_before_it_is_invited_is_not_taken(house: House) -> None:
    """Case 49."""
    with house.peer() as peer:
        peer.send(f"MAIL FROM:<{ANN}>\r\nRCPT TO:<{SUPPORT}>\r\nDATA\r\n".encode() + MAIL + b".\r\n")
        answers = [peer.answer() for _ in range(3)]
        assert answers[2][:3] in ("503", "354")
        if answers[2].startswith("503"):
            assert peer.line() == ""
    assert len(house.rows()) <= (0 if answers[2].startswith("503") else 1)
