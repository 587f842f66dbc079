"""Private notes and agents' own addresses in customers' mail: chatwoot, brimir, Zammad, odoo, erxes."""

from pathlib import Path

from tests.stories import lanes
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, WENDY

NOTE = "Canary: the customer has not paid."


def test_neither_a_note_nor_an_agents_address_reaches_a_customer(stage: Stage, tmp_path: Path) -> None:
    """case 162, P47 (chatwoot #837, brimir #412, Zammad #3405, odoo #40591, erxes #33): in no byte."""
    desk = lanes.opened(stage, tmp_path, lanes=False)
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, f"#internal\n\n{NOTE}", letter=desk.mailboxes[DANA][0])
    note = desk.last(EMIL)
    desk.reply(EMIL, f"I know. {NOTE}", letter=note, quoting=True)
    desk.reply(EMIL, f"I know. {NOTE}", letter=note, headers={"Cc": ANN}, quoting=True)
    desk.reply(DANA, "to customer\n\nWhich browser?", letter=desk.mailboxes[DANA][0])
    desk.reply(ANN, "Any.", letter=desk.mailboxes[ANN][-1])
    desk.reply(ANN, "#show", letter=desk.mailboxes[ANN][-1])
    for post in [post for owner in (ANN, BOB, WENDY) for post in desk.mailboxes.get(owner, [])]:
        assert b"Canary" not in post.data
        for agent in (DANA, EMIL):
            assert agent not in str(post.message)


def test_a_customers_answer_is_no_note(stage: Stage, tmp_path: Path) -> None:
    """P47 (erxes #33): what a customer writes is for everybody, whatever was internal before."""
    desk = lanes.opened(stage, tmp_path, lanes=False)
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, f"#internal\n\n{NOTE}", letter=desk.mailboxes[DANA][0])
    desk.reply(ANN, "Still missing.", letter=desk.mailboxes[ANN][0])
    assert (desk.timeline()[-1].audience, desk.timeline()[-1].actor) == ("everyone", ANN)
