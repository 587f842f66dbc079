"""How long a mailbox that fails is let alone."""

from gateway.imap import pause


def test_pauses_double_up_to_a_quarter_of_an_hour() -> None:
    assert [pause.seconds(attempt, 0) for attempt in range(10)] == [5, 5, 10, 20, 40, 80, 160, 320, 640, 900]
    assert pause.seconds(10**9, 0) == 900


def test_mailboxes_of_one_server_do_not_knock_together() -> None:
    assert pause.seconds(1, -1) == 4
    assert pause.seconds(1, 1) == 6
    assert pause.seconds(99, 7) == 1080
