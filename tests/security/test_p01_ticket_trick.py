"""The ticket trick: an address of ours is given to another service as one's own, to read what that service sends."""

import pytest

from tests.stories.stage import ANN, DANA, MALLORY, SUPPORT, Desk

CODE = "Your confirmation code is 471-103."
SERVICE = "no-reply@chat.example"


@pytest.mark.parametrize("to", ["reply address", "support"])
def test_a_verification_mail_is_never_shown_to_whoever_ordered_it(desk: Desk, to: str) -> None:
    """case 168, P1 (Inti De Ceukelaire, 2017; GitLab #30366): by the own reply address, or with the own key in it."""
    desk.write(MALLORY, "Hello.", subject="Hello")
    inlet = desk.last(MALLORY).reply_to if to == "reply address" else SUPPORT
    desk.write(SERVICE, CODE, to=inlet, subject="Welcome, [CT-1] Mallory", name="Chat")
    for words in ("#show", "#export", "#list", "Any news?"):
        desk.reply(MALLORY, words, letter=desk.mailboxes[MALLORY][0])
    desk.reply(DANA, "to customer\n\nWhat is it about?", letter=desk.mailboxes[DANA][0])
    assert all(b"471-103" not in post.data for post in desk.mailboxes[MALLORY])


def test_a_service_that_answers_a_customers_letter_shows_nobody_the_code(desk: Desk) -> None:
    """case 168, P1 (HackerOne 498964, 1534465): a customer's reply address is the one that was registered."""
    desk.write(ANN, "All images are missing.", subject="Images")
    letters = desk.write(SERVICE, CODE, to=desk.last(ANN).reply_to, sender="bounces@chat.example")
    assert ANN not in [post.to for post in letters if CODE in post.text]
    desk.reply(ANN, "#show")
    assert all("471-103" not in post.text for post in desk.mailboxes[ANN])
