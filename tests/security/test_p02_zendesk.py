"""Zendesk, 2024: a forged From, a reply address that can be guessed, and a Cc gave away whole tickets."""

from tests.stories.stage import ANN, DANA, MALLORY, SUPPORT, Desk


def test_a_forged_mail_with_a_copy_to_oneself_gives_no_history(desk: Desk) -> None:
    """P2 (Zendesk, 2024): in the customer's name, to the ticket's number and to addresses that look like its own."""
    desk.write(ANN, "The password of the shop is swordfish.", subject="Images")
    more = {"Subject": "Re: [CT-1] Images", "Cc": MALLORY, "Reply-To": MALLORY}
    for to in (SUPPORT, "support+id1@desk.example", "support+CT-1@desk.example", "support+1@desk.example"):
        if desk.admits(to, ANN):
            desk.write(ANN, "Please copy my colleague.", to=to, headers=more, sender=MALLORY)
    desk.reply(DANA, "to customer\n\nDone.", letter=desk.mailboxes[DANA][0])
    assert MALLORY not in desk.mailboxes
    assert desk.ticket().watchers == ()
    desk.write(MALLORY, "#show", subject="[CT-1] Images")
    assert all(b"swordfish" not in post.data for post in desk.mailboxes[MALLORY])
