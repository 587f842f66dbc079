"""What of a message is body and what is attached."""

import base64
import hashlib

import pytest

from parsers import headers
from parsers.limits import Limits
from parsers.parts.mime import Body, take_apart

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
    """case 102: the cap, and one more."""
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


TNEF = (
    "78 9f 3e 22 0100 02 0290 0600 00000000 0000 02 1080 0100 06000000 612e74787400 e401 "
    "02 0f80 0600 02000000 6869 d100"
)


def test_the_files_of_a_winmail_dat_stand_in_its_place() -> None:
    packed = base64.b64encode(bytes.fromhex(TNEF.replace(" ", ""))).decode()
    part = f"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n{packed}"
    body = apart(multipart("mixed", PLAIN, part))
    assert [(a.filename, a.size) for a in body.attachments] == [("a.txt", 2)]
    assert [t.text.strip() for t in body.texts] == ["hello"]


def test_a_winmail_dat_that_cannot_be_read_stays_attached() -> None:
    part = "Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\nnothing"
    assert [a.filename for a in apart(multipart("mixed", PLAIN, part)).attachments] == ["winmail.dat"]


EVENT = "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VEVENT\r\nSUMMARY:Tea\r\nEND:VEVENT"


def test_an_invitation_is_told_where_no_other_text_is() -> None:
    (text,) = apart(multipart("mixed", EVENT)).texts
    assert (text.text, text.made) == ("Tea", True)
    assert texts(multipart("mixed", PLAIN, EVENT)) == ["hello"]


def test_text_of_an_unknown_kind_is_read_where_no_other_text_is() -> None:
    enriched = "Content-Type: text/enriched\r\n\r\n<bold>hello</bold>"
    assert texts(multipart("mixed", enriched)) == ["hello"]
    assert texts(multipart("alternative", PLAIN, enriched)) == ["hello"]
    assert texts(b"Content-Type: text/csv\n\na,b") == []


def test_a_name_among_the_parameters_of_the_disposition() -> None:
    part = 'Content-Type: application/pdf\r\nContent-Disposition: attachment; name="a.pdf"\r\n\r\n%PDF'
    assert [a.filename for a in apart(multipart("mixed", PLAIN, part)).attachments] == ["a.pdf"]


def test_the_sides_of_an_alternative_are_body_whatever_name_they_bear() -> None:
    named = HTML.replace("text/html", "text/html; name=body.html")
    body = apart(multipart("alternative", PLAIN, named))
    assert [t.is_html for t in body.texts] == [False, True]
    assert body.attachments == ()


def test_what_cannot_be_divided_is_shown_and_kept() -> None:
    body = apart(b'Content-Type: multipart/mixed; boundary="b"\n\nno boundary here')
    assert [(a.content_type, a.size) for a in body.attachments] == [("multipart/mixed", 16)]


def test_a_page_without_any_type_is_html() -> None:
    (text,) = apart(b"Subject: x\n\n<!DOCTYPE html>\n<html><p>hello</p></html>").texts
    assert text.is_html
    (text,) = apart(b"Content-Type: text/plain\n\n<html>is a tag</html>").texts
    assert not text.is_html


def test_a_page_may_state_its_charset_itself() -> None:
    page = '<html><meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>Привет</p>'.encode("koi8-r")
    (text,) = apart(b"Content-Type: text/html\n\n" + page).texts
    assert "Привет" in text.text


def test_the_charset_of_one_part_is_a_hint_for_the_others() -> None:
    raw = multipart("mixed", "Content-Type: text/plain; charset=euc-kr\r\n\r\nx", "\r\n?")
    body = apart(raw.replace(b"?", "메일".encode("euc-kr")))
    assert [t.text.strip() for t in body.texts] == ["x", "메일"]
    assert body.charset == "euc-kr"


def test_a_picture_that_is_called_a_text_is_attached() -> None:
    body = apart(b"Content-Type: text/plain\n\n\x89PNG\r\n\x1a\n" + bytes(range(32)) * 3)
    assert body.texts == ()
    assert [a.content_type for a in body.attachments] == ["text/plain"]


def test_a_text_with_a_stray_control_character_is_read() -> None:
    assert texts(b"Content-Type: text/plain\n\nsome words\x07 of a letter") == ["some words\x07 of a letter"]


def test_utf_16_is_text() -> None:
    raw = b"Content-Type: text/plain; charset=utf-16\n\n" + "hello".encode("utf-16")
    assert texts(raw) == ["hello"]


def test_flowed_lines_are_joined() -> None:
    assert texts(b"Content-Type: text/plain; format=Flowed\n\none \ntwo") == ["one two"]
    assert texts(b"Content-Type: text/plain\n\none \ntwo") == ["one \ntwo"]


def test_a_file_in_the_text_is_attached() -> None:
    body = apart(b"Subject: x\n\nhello\nbegin 644 ../a.txt\n&9W+#O&XA\n`\nend\n")
    assert [t.text.strip() for t in body.texts] == ["hello"]
    assert [(a.filename, a.size) for a in body.attachments] == [("a.txt", 6)]


@pytest.mark.parametrize(
    "raw",
    [
        multipart("encrypted", "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1", PDF),
        b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nx",
        b"Content-Type: application/x-pkcs7-mime\n\nx",
    ],
)
def test_what_is_encrypted_is_shown_as_such(raw: bytes) -> None:
    body = apart(raw)
    assert "encrypted" in {defect.code for defect in body.defects}
    assert body.texts == ()


def test_text_in_utf_7_is_read_and_commands_nothing() -> None:
    (text,) = apart(b"Content-Type: text/plain; charset=utf-7\n\n+ACM-close").texts
    assert (text.text, text.made) == ("#close", True)


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
