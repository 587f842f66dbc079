"""What of a message is body and what is attached."""

import hashlib

import pytest

from parsers import headers
from parsers.limits import Limits
from parsers.mime import Body, take_apart

LIMITS = Limits()


def apart(raw: bytes) -> Body:
    cut = headers.split(raw, LIMITS)
    return take_apart(cut.headers, cut.body, LIMITS)


def multipart(subtype: str, *parts: str) -> bytes:
    body = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
    return f'Content-Type: multipart/{subtype}; boundary="b"\r\n\r\npreamble\r\n{body}epilogue'.encode()


def texts(raw: bytes) -> list[str]:
    return [text.text.strip() for text in apart(raw).texts]


PLAIN = "Content-Type: text/plain\r\n\r\nhello"
HTML = "Content-Type: text/html\r\n\r\n<p>hello</p>"
PDF = 'Content-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8='


def test_a_plain_message_is_its_body() -> None:
    assert texts(b"Subject: x\n\nhello") == ["hello"]


def test_preamble_and_epilogue_are_no_body() -> None:
    assert texts(multipart("mixed", PLAIN)) == ["hello"]


def test_the_two_sides_of_an_alternative_belong_together() -> None:
    plain, marked_up = apart(multipart("alternative", PLAIN, HTML)).texts
    assert plain.group == marked_up.group != 0
    assert (plain.is_html, marked_up.is_html) == (False, True)


def test_an_attachment_has_name_type_size_and_digest() -> None:
    (attachment,) = apart(multipart("mixed", PLAIN, PDF)).attachments
    assert (attachment.filename, attachment.content_type, attachment.size) == ("a.pdf", "application/pdf", 5)
    assert attachment.sha256 == hashlib.sha256(b"hello").hexdigest()
    assert not attachment.inline


def test_text_that_is_named_or_marked_is_attached() -> None:
    named = 'Content-Type: text/plain; name="a.txt"\r\n\r\nlog'
    marked = "Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nlog"
    body = apart(multipart("mixed", PLAIN, named, marked))
    assert [t.text.strip() for t in body.texts] == ["hello"]
    assert [a.filename for a in body.attachments] == ["a.txt", "attachment-2.txt"]


def test_several_unnamed_texts_are_all_body() -> None:
    assert texts(multipart("mixed", PLAIN, PLAIN)) == ["hello", "hello"]


def test_an_image_of_the_html_is_inline() -> None:
    image = "Content-Type: image/png\r\nContent-ID: <logo@x>\r\n\r\nx"
    (attachment,) = apart(multipart("related", HTML, image)).attachments
    assert attachment.inline
    assert attachment.content_id == "logo@x"


def test_an_attached_message_is_never_merged_into_the_body() -> None:
    message = "Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\n#close"
    body = apart(multipart("mixed", PLAIN, message))
    assert [t.text.strip() for t in body.texts] == ["hello"]
    assert [(a.filename, a.content_type) for a in body.attachments] == [("attachment-1.eml", "message/rfc822")]
    assert b"#close" in body.reports[0].data


def test_an_attached_message_in_base64_is_decoded_whole() -> None:
    encoded = "U3ViamVjdDogaW5uZXIKCmhpCg=="
    message = f"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}"
    assert apart(multipart("mixed", PLAIN, message)).reports[0].data == b"Subject: inner\n\nhi\n"


def test_parts_of_a_digest_are_messages() -> None:
    body = apart(multipart("digest", "\r\nSubject: one\r\n\r\nx", "\r\nSubject: two\r\n\r\nx"))
    assert [a.content_type for a in body.attachments] == ["message/rfc822"] * 2


def test_a_multipart_without_its_boundary_is_still_read() -> None:
    assert texts(b'Content-Type: multipart/mixed; boundary="b"\n\nno boundary here') == ["no boundary here"]


def test_case_125_a_missing_end_loses_nothing() -> None:
    raw = b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\none\n--b\n\ntwo'
    assert texts(raw) == ["one", "two"]


def test_8_bit_text_of_a_part_keeps_its_charset() -> None:
    part = "Content-Type: text/plain; charset=koi8-r\r\n\r\n"
    raw = multipart("mixed", part).replace(b"koi8-r\r\n\r\n", b"koi8-r\r\n\r\n" + "Привет".encode("koi8-r"))
    assert texts(raw) == ["Привет"]


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("quoted-printable", "gr=C3=BCn=\r\n!"),
        ("QUOTED-PRINTABLE; x", "gr=C3=BCn!"),
        ("base64", "Z3LDvG4h"),
        ('"base64"', "Z3LDvG4h"),
        ("x-uuencode", "begin 644 a\r\n&9W+#O&XA\r\n`\r\nend"),
        ("8bit", "grün!"),
        ("nonsense", "grün!"),
    ],
)
def test_transfer_encodings(encoding: str, data: str) -> None:
    raw = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{data}".encode()
    assert texts(raw) == ["grün!"]


def test_case_102_one_attachment_too_many_is_not_listed() -> None:
    body = apart(multipart("mixed", PLAIN, *[PDF] * (LIMITS.attachments + 1)))
    assert len(body.attachments) == LIMITS.attachments
    assert [d.code for d in body.defects] == ["too-many-attachments"]


def test_cases_101_and_102_over_a_cap_the_body_is_flat_text() -> None:
    body = apart(multipart("mixed", *[PLAIN] * (LIMITS.parts + 1)))
    assert body.flat
    assert [d.code for d in body.defects] == ["too-many-parts"]
    assert "hello" in body.texts[0].text


def test_the_method_of_an_invitation() -> None:
    invitation = "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR"
    assert apart(multipart("mixed", PLAIN, invitation)).calendar_method == "request"


def test_case_120_a_partial_message_is_kept_and_not_joined() -> None:
    raw = b"Content-Type: message/partial; id=x; number=1; total=2\n\nSubject: part\n\n#close"
    body = apart(raw)
    assert body.texts == ()
    assert body.attachments[0].content_type == "message/partial"


def test_a_charset_that_did_not_hold_is_a_defect() -> None:
    body = apart(b"Content-Type: text/plain; charset=punycode\n\nhello")
    assert [str(d) for d in body.defects] == ["charset: punycode"]


@pytest.mark.parametrize("charset", ["charset*=utf-8''utf-8", 'charset="\0"', "charset=idna", "charset*0*=x''y"])
def test_case_107_a_hostile_charset_of_a_part_harms_nobody(charset: str) -> None:
    assert texts(multipart("mixed", f"Content-Type: text/plain; {charset}\r\n\r\ngrün")) == ["grün"]
