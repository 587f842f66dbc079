"""osTicket #1041, #532, #3966, odoo #66329, faveo #150, frappe/helpdesk #3628: loops of automatic answers."""

import pytest

from tests.stories.stage import MALLORY, Desk


@pytest.mark.parametrize("answers", ["the acknowledgement", "by new mail"])
def test_a_machine_that_answers_whatever_we_write_is_left_alone(desk: Desk, answers: str) -> None:
    """P50 (osTicket #1041, odoo #66329, frappe/helpdesk #3628): five letters at most, then it has nothing to answer."""
    desk.write(MALLORY, "I am not here.")
    for number in range(1, 10):
        box = desk.mailboxes[MALLORY]
        if len(box) < number:
            break
        if answers == "by new mail":
            desk.write(MALLORY, f"I am not here, number {number}.", subject=f"Absent {number}")
        else:
            desk.reply(MALLORY, f"I am not here, number {number}.", letter=box[-1])
    assert len(desk.mailboxes[MALLORY]) == (5 if answers == "by new mail" else 1)
