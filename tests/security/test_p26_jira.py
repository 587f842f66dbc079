"""Jira Service Management, 2023: a token in a mail was as good in the hands of whoever got that mail forwarded."""

from tests.stories.stage import ANN, BOB, DANA, MALLORY, WENDY, Desk


def test_a_forwarded_token_makes_nobody_somebody(desk: Desk) -> None:
    """P26 (Jira Service Management, CVE-2023-22501): neither a letter, a challenge, a receipt nor an invitation."""
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    desk.write(WENDY, "close", subject="[CT-1] Images", sender=MALLORY)
    letters = [desk.last(ANN), desk.mailboxes[DANA][1], *desk.mailboxes[WENDY]]
    for letter in letters:
        for words in ("confirm", "undo", "#close", "#show"):
            desk.reply(MALLORY, words, letter=letter)
        desk.reply(BOB, "#close", letter=letter)
    assert desk.status() == "on-partner"
    assert desk.kinds().count("move") == 1
    assert all("missing" not in post.text for post in desk.mailboxes[MALLORY])
