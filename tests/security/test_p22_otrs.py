"""What was published of OTRS's handling of mail content."""

import pytest

from parsers.hypertext.sanitise import sanitise
from parsers.limits import Limits
from parsers.read import attachments, read
from tests.unit.parsers.read_again import check


@pytest.mark.parametrize("length", [255, 5_000, 60_000])
@pytest.mark.parametrize("field", ["Content-Disposition: attachment; filename", "Content-Type: text/plain; name"])
def test_a_long_ending_of_a_name_is_cut(length: int, field: str) -> None:
    """P22 (OTRS, CVE-2019-18180): an ending longer than the file system takes made it try for ever."""
    raw = f'Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b\n{field}="a.{"b" * length}"\n\nx\n--b--\n'
    ((attachment, data),) = attachments(raw.encode())
    assert (len(attachment.filename), data) == (200, b"x")


@pytest.mark.parametrize(
    "markup",
    [
        "<img src=http://evil.example/x>",
        "<link rel=stylesheet href=//evil.example/x.css>",
        "<style>@import url(//evil.example/x.css);</style>",
        "<div style='background:url(//evil.example/x)'>x</div>",
        "<img src='/index.pl?Action=AdminLog'>",
        "<img src='cid:x&quot; onerror=alert(1)'>",
        "<object data='../../var/article'></object>",
    ],
)
def test_a_mail_that_is_looked_at_loads_nothing(markup: str) -> None:
    """P23 (OTRS, CVE-2018-16586 and CVE-2018-16587): foreign pictures and styles, and addresses of our own that act."""
    shown = sanitise(f"<p>Hello</p>{markup}")
    check(shown)
    assert "Hello" in shown
    assert "evil.example" not in shown
    assert "index.pl" not in shown
    assert "article" not in shown


LIMITS = Limits()
ENDLESS = {
    "fields": b"X: y\n" * (LIMITS.headers + 1) + b"\nx",
    "a field": b"Subject: " + b"x" * LIMITS.header_bytes + b"\n\nx",
    "all fields": b"".join(b"X: " + b"y" * 60_000 + b"\n" for _ in range(5)) + b"\nx",
    "parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * (LIMITS.parts + 1),
    "text": b"Subject: x\n\n" + b"x" * (LIMITS.text_length + 1),
}


@pytest.mark.parametrize("raw", ENDLESS.values(), ids=ENDLESS.keys())
def test_everything_in_a_mail_has_an_end(raw: bytes) -> None:
    """P24 (OTRS, CVE-2026-48187): mail without bounds ended the whole server; here each bound is told as a defect."""
    codes = {defect.code for defect in read(raw).defects}
    assert codes & {"too-many-headers", "header-too-long", "too-many-parts", "text-cut"}
    assert "unreadable" not in codes
