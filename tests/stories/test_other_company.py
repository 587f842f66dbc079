"""A role that another company fills later: what was said to the one is not the other's."""

from pathlib import Path

import pytest

from tests.stories import lanes
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, HUGO, WENDY, Desk

SECRET = "Please look at the web server, the password is on the board in your hall."
ACTS = """
[acts]
internal = ["operator"]
"""
SYSTEM = """
[[system]]
key = "acme-shop"
name = "Acme Shop"
customer = "acme"
involved = { web-it-provider = "hosting" }
"""


@pytest.fixture
def private(stage: Stage, tmp_path: Path) -> Desk:
    """Ann's ticket has gone to Wendy, on a desk where every party speaks with the operator alone."""
    file = lanes.written(tmp_path, lanes=True, acts=ACTS)
    desk = stage(gateway=f'workflow = "{file}"', people=SYSTEM)
    desk.write(ANN, "All images are missing.", subject="[system acme-dam] Images")
    desk.reply(DANA, f"to web-it provider\n\n{SECRET}")
    assert SECRET in desk.last(WENDY).text
    return desk


def test_whoever_fills_a_role_after_another_company_does_not_read_what_that_one_was_told(private: Desk) -> None:
    private.reply(DANA, "#system acme-shop\nto web-it provider\n\nYou have it now.")
    assert "You have it now." in private.last(HUGO).text
    private.reply(HUGO, "#show")
    private.reply(HUGO, "#export", letter=private.mailboxes[HUGO][0])
    for letter in private.mailboxes[HUGO]:
        assert SECRET not in letter.text + letter.html
        assert SECRET not in str(letter.message)
    private.reply(DANA, "#show", letter=private.mailboxes[DANA][0])
    assert SECRET in private.last(DANA).text
