"""NUL and bytes that are no UTF-8, which stopped whole mailboxes elsewhere where PostgreSQL keeps the mail.

Sources: margince issue 2548, django-mailbox issue 252, FreeScout issue 5158, OpenArchiver issue 479.
"""

from tests.stories.stage import ANN, GINA, SUPPORT, Desk

BAD = (
    b"From: \0Ann <ann@acme.example>\r\nTo: support@desk.example\r\nSubject: Ima\0ges \xff\xfe\r\n"
    b"Message-ID: <\0bad@acme.example>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
    b'All \0images \xc3\x28 are missing.\r\n--b\r\nContent-Type: text/plain; name="no\0tes\xff.txt"\r\n'
    b"Content-Disposition: attachment\r\n\r\nx\0\r\n--b--\r\n"
)


def test_it_is_a_ticket_with_its_bytes_kept_and_the_next_mail_flows(desk: Desk) -> None:
    """P48 (margince, django-mailbox, FreeScout, OpenArchiver): alike on both databases."""
    desk.arrives(BAD, f"{ANN}\0", SUPPORT)
    assert desk.inbox("held") == []
    (opened,) = desk.timeline()
    assert "images" in opened.text
    assert "\0" not in opened.text + desk.ticket().subject
    (line,) = desk.inbox("done")
    with desk.office.store.read() as reading:
        assert reading.raw(line.raw_sha256) == BAD
    desk.write(GINA, "All sounds are missing.")
    assert len(desk.tickets()) == 2
