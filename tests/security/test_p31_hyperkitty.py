"""HyperKitty, 2021: a private archive was public while it was being imported."""

from parsers.mail import Door
from tests.stories.stage import ANN, DANA, GINA, MALLORY, SUPPORT, Desk


def test_what_is_imported_is_shown_to_nobody_who_has_no_part_in_it(desk: Desk) -> None:
    """P31 (HyperKitty, CVE-2021-33038): old mail tells nobody, and a stranger's stands on no ticket of others."""
    desk.write(ANN, "All images are missing.", subject="Images")
    for number, writer in enumerate((DANA, MALLORY, GINA)):
        head = f"From: {writer}\r\nTo: {SUPPORT}\r\nSubject: [CT-1] Images\r\nMessage-ID: <old-{number}@x.example>"
        raw = f"{head}\r\n\r\nThe old password was swordfish.\r\n".encode()
        assert desk.arrives(raw, "", SUPPORT, door=Door.IMPORT, quiet=True) == []
    desk.reply(ANN, "#show")
    desk.write(MALLORY, "#list", subject="[CT-1] Images")
    for owner in (ANN, GINA, MALLORY):
        assert all("swordfish" not in post.text for post in desk.mailboxes[owner])
