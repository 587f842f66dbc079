"""Zammad #731, #1131, #4941: its own notifications came in again; a bounce made a notice, and that one a bounce."""

from tests.stories.stage import ANN, DANA, SUPPORT, Desk
from tests.stories.test_machines import report


def test_a_letter_of_ours_that_is_taken_in_again_changes_nothing(desk: Desk) -> None:
    """P21 (Zammad #731): the letter to an agent comes back by a forwarding rule: no ticket, no comment, no letter."""
    desk.write(ANN, "All images are missing.")
    trace = b"Received: from alias by mx; Mon, 2 Mar 2026 09:00:00 +0000\r\n"
    for recipient in (SUPPORT, desk.last(DANA).reply_to):
        assert desk.arrives(trace + desk.last(DANA).data, DANA, recipient) == []
    assert (desk.tickets(), desk.kinds()) == (["CT-1"], ["opened"])


def test_a_bounce_makes_no_letter_that_could_bounce(desk: Desk) -> None:
    """P21 (Zammad #1131, #4941): what could not be delivered to an agent is noted; no notice of it goes anywhere."""
    desk.write(ANN, "All images are missing.")
    for _ in range(3):
        assert report(desk, desk.last(DANA), DANA) == []
    assert desk.kinds() == ["opened", "delivery", "delivery", "delivery"]
