"""Redmine: whoever could not write a note on the web could by mail."""

from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, EMIL, GINA, WENDY, Desk


def test_words_are_judged_as_commands_are(desk: Desk) -> None:
    """P19 (Redmine, CVE-2021-31864): who has no part in a ticket adds nothing to it, with any letter at hand."""
    desk.write(ANN, "All images are missing.", subject="Images")
    for letter in (desk.mailboxes[ANN][0], desk.mailboxes[DANA][0]):
        desk.reply(GINA, "I have the same.", letter=letter)
    assert set(desk.kinds()[1:]) == {"unverified"}


def test_who_must_take_a_ticket_first_must_do_so_by_mail_too(stage: Stage) -> None:
    """P19 (Redmine, CVE-2021-31864): an employee who has not accepted writes nothing on a ticket of that desk."""
    desk = stage(desk="field-service")
    desk.write(ANN, "The heating is cold.", subject="Heating")
    offered = [owner for owner in (DANA, EMIL) if desk.mailboxes.get(owner)]
    for owner in offered:
        desk.reply(owner, "I look at it.", letter=desk.mailboxes[owner][0])
    assert not [event for event in desk.timeline() if event.kind == "comment" and event.actor in offered]
    assert WENDY not in desk.mailboxes
