"""What goes round in circles."""

from parsers.identity import LOOP_FIELD
from tests.integration.smtp.house import MAIL, House


def test_a_message_that_loops_is_refused(house: House) -> None:
    """case 68: the sixth hop of five, and the third letter of a Postern."""
    with house.peer() as peer:
        assert peer.deliver(b"Received: by a\r\n" * 6 + MAIL).startswith("554 5.4.6")
        assert peer.deliver(b"Received: by a\r\n" * 5 + MAIL).startswith("250")
        ours = LOOP_FIELD + b": desk.example\r\n"
        assert peer.deliver(ours * 3 + MAIL).startswith("554 5.4.6")
        assert peer.deliver(ours * 2 + MAIL.replace(b"<1@", b"<2@")).startswith("250")
    assert len(house.refusals("it seems to loop")) == 2
