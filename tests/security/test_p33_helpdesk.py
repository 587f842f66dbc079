"""Stored script from mail, and what slipped through a cleaner: django-helpdesk and bleach."""

import pytest

from parsers.hypertext.sanitise import sanitise
from parsers.read import attachments, read
from tests.unit.parsers.read_again import check

STORED = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "<a href='javascript:alert(1)'>x</a>",
    '![x](x" onerror="alert(1))',
    "<details open ontoggle=alert(1)>",
    "<svg/onload=alert(1)>",
]


@pytest.mark.parametrize("markup", STORED)
def test_script_in_a_mail_is_not_stored_to_run(markup: str) -> None:
    """P33 (django-helpdesk, CVE-2021-3945, CVE-2021-3950 and CVE-2021-3994): in its page, its text and its files."""
    page = f"<html><p>Hello {markup}</p></html>"
    raw = f"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n{page}\n"
    raw += f"--b\nContent-Type: text/html\nContent-Disposition: attachment; filename=x.html\n\n{page}\n--b--\n"
    mail = read(raw.encode())
    assert mail.html is not None
    check(sanitise(mail.html))
    ((attachment, data),) = attachments(raw.encode())
    assert (attachment.filename, attachment.inline, data) == ("x.html", False, page.encode())


SLIPPED = {
    "CVE-2018-7753": "<a href=\"javas&#x09;cript&colon;alert(1)\">x</a><a href='&#106;avascript&#58;alert(1)'>y</a>",
    "CVE-2020-6802": "<noscript><style></noscript><img src=x onerror=alert(1)></style>",
    "CVE-2020-6802 raw": "<noframes><textarea></noframes><img src=x onerror=alert(1)></textarea>",
    "CVE-2020-6816": "<svg><style>&lt;img src=x onerror=alert(1)&gt;</style></svg>",
    "CVE-2020-6816 math": "<math><style><!--</style><img src=x onerror=alert(1)>--></math>",
    "CVE-2020-6817": "<p style='" + "font-family: " * 2_000 + "a'>x</p>",
    "CVE-2021-23980": "<math></p><style><!--</style><img src/onerror=alert(1)>",
    "CVE-2021-23980 svg": "<svg></p><xmp><!--</xmp><img src/onerror=alert(1)>",
    "CVE-2021-23980 comment": "<p><!-- --!><svg></p><title><!--</title><img src/onerror=alert(1)>-->",
}


@pytest.mark.parametrize("markup", SLIPPED.values(), ids=SLIPPED.keys())
def test_what_one_cleaner_let_pass_the_other_does_not(markup: str) -> None:
    """P44 (bleach, CVE-2018-7753, CVE-2020-6802, CVE-2020-6816, CVE-2020-6817, CVE-2021-23980): two read it."""
    shown = sanitise(f"<p>before</p>{markup}")
    check(shown)
    assert "before" in shown
    assert sanitise(shown) == shown
