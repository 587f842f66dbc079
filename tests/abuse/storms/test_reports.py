"""What mail systems report of our letters: noted, never answered, never a reason for another letter."""

import pytest

from routing.delivery import MOST_EVENTS
from tests.stories.stage import DANA, SUPPORT, WENDY, Desk
from tests.stories.test_machines import case, report

__all__ = ["case"]


def test_a_report_that_names_a_ticket_is_noted_and_tells_nobody(case: Desk) -> None:
    """case 139: a report of a letter goes to its ticket; no letter comes of it."""
    assert report(case, case.last(WENDY), WENDY) == []
    assert (case.kinds()[-1], case.status()) == ("delivery", "on-partner")


def test_a_report_that_names_the_ticket_in_words_only_opens_nothing(case: Desk) -> None:
    """case 139: the number of a ticket in a report that came to no address of a letter is worth nothing."""
    before = case.kinds()
    assert report(case, case.last(WENDY), WENDY, to=SUPPORT) == []
    assert (case.kinds(), case.tickets()) == (before, ["CT-1"])


@pytest.mark.parametrize("number", [1, 20])
def test_reports_of_reports_end_in_the_ticket(case: Desk, number: int) -> None:
    """case 141: however often a report comes: noted a few times, answered by nobody, no ticket of its own."""
    letters = {owner: len(box) for owner, box in case.mailboxes.items()}
    for _ in range(number):
        assert report(case, case.last(WENDY), WENDY) == []
    assert case.tickets() == ["CT-1"]
    assert case.kinds().count("delivery") == min(number, MOST_EVENTS)
    assert {owner: len(box) for owner, box in case.mailboxes.items() if box} == letters
    assert len(case.mailboxes[DANA]) == letters[DANA]
