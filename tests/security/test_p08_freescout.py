"""What was published of FreeScout's handling of mail content."""

from email.message import EmailMessage

import pytest

from parsers.hypertext.sanitise import sanitise
from parsers.read import read
from tests.stories.stage import MALLORY, Desk
from tests.unit.parsers.read_again import check


@pytest.mark.parametrize(
    "claimed",
    ["\u200b.htaccess", "\u200b.user.ini", ".\u2060htaccess", "\u00ad..\u00ad/.htaccess", "\ufeff.htaccess\u200b"],
)
def test_a_name_is_checked_after_its_invisible_characters_are_gone(claimed: str) -> None:
    """P8 (FreeScout, CVE-2026-27636 and CVE-2026-28289): the name on the disk became `.htaccess`."""
    mail = EmailMessage()
    mail["From"] = "ann@acme.example"
    mail.set_content("Hello")
    mail.add_attachment(b"x", maintype="application", subtype="octet-stream", filename=claimed)
    (attachment,) = read(mail.as_bytes()).attachments
    assert attachment.filename in ("htaccess", "user.ini")


def test_no_letter_leads_to_a_file_or_counts_who_opens_it(desk: Desk) -> None:
    """P9 (FreeScout, GHSA-wg74 and GHSA-qjr9): attachments and tracking pictures had addresses that all could guess."""
    desk.write(MALLORY, "See the file.", html="<p>See the file.</p><img src='http://evil.example/p'>", attached="notes")
    for letter in desk.letters():
        kinds = {part.get_content_type() for part in letter.message.walk()}
        assert kinds <= {"multipart/mixed", "multipart/alternative", "text/plain", "text/html"}
        assert "://" not in letter.html
        assert "<img" not in letter.html


NESTED = [
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<b>script>alert(1)<</b>/script>",
    "<im<b></b>g src=x onerror=alert(1)>",
    "<sty<style></style>le>@import '//evil.example'</style>",
    "<a<a>href=javascript:alert(1)>x</a>",
]


@pytest.mark.parametrize("markup", NESTED)
def test_nested_tags_do_not_survive_as_one(desk: Desk, markup: str) -> None:
    """P11 (FreeScout, GHSA-q3fh and GHSA-jpq8): what one strip left was a tag again, and auto-replies sent it."""
    check(sanitise(markup))
    for letter in desk.write(MALLORY, markup, subject=markup, name=markup.replace('"', ""), html=markup):
        assert not any(tag in letter.html.lower() for tag in ("<script", "<img", "<a href=javascript", "@import"))
        if letter.to == MALLORY:
            assert "alert" not in letter.html + letter.text + letter.subject
