"""Header fields: where the section ends, what is cut, and how values read."""

import pytest

from parsers import headers
from parsers.limits import Limits

LIMITS = Limits()


def split(raw: bytes) -> headers.Split:
    return headers.split(raw, LIMITS)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_fields_unfold_and_end_at_the_blank_line(end: bytes) -> None:
    found = split(end.join([b"Subject: one", b" two", b"To: a@b.example", b"", b"body", b""]))
    assert found.headers.first("subject") == "one two"
    assert found.headers.first("to") == "a@b.example"
    assert found.body == b"body" + end
    assert not found.cut


def test_a_byte_order_mark_blank_lines_and_an_mbox_line_may_stand_first() -> None:
    found = split(b"\xef\xbb\xbf\r\nFrom ann@acme.example Sat Jan 31\r\nSubject: x\r\n\r\nbody")
    assert found.headers.text("subject") == "x"
    assert not found.cut


def test_a_line_that_is_no_field_begins_the_body() -> None:
    found = split(b"Subject: x\nthis is no field\nPlease: help\n\nbody")
    assert found.body.startswith(b"this is no field")
    assert found.headers.all("please") == ()
    assert found.cut
    assert [d.code for d in found.defects] == ["header-syntax"]


def test_a_line_that_is_no_field_is_left_out_where_well_known_fields_follow() -> None:
    found = split(b"X-Spam: report\n* 1.0 RULE\nSubject: x\n\nbody")
    assert found.headers.text("subject") == "x"
    assert found.body == b"body"
    assert found.cut


def test_a_first_field_may_be_indented() -> None:
    cut = split(b" From: a@b.example\nSubject: Tea\n\nhello")
    assert (cut.headers.first("from"), cut.headers.text("subject"), cut.body) == ("a@b.example", "Tea", b"hello")
    assert cut.cut


def test_a_parameter_that_lost_the_white_space_before_it_is_still_one() -> None:
    cut = split(b"From: a@b.example\nContent-Type: multipart/mixed;\nboundary=x\nSubject: Tea\n\nhello")
    assert cut.headers.first("content-type") == "multipart/mixed; boundary=x"
    assert (cut.headers.text("subject"), cut.body) == ("Tea", b"hello")
    assert [defect.code for defect in cut.defects] == ["header-syntax"]


def test_fields_below_the_blank_line_or_in_the_next_part_are_none_of_this_section() -> None:
    assert split(b"Subject: x\nbar\n\nFrom: a@b.example\n").body.startswith(b"bar")
    fields, start = headers.of_part(b"Content-Type: text/plain\nbar\n--b\nContent-Type: text/html\n\n", 0, LIMITS)
    assert (fields.first("content-type"), start) == ("text/plain", 25)


def test_one_wrong_line_may_stand_above_all_fields() -> None:
    assert split(b"+OK 120 octets\nSubject: x\n\nbody").headers.text("subject") == "x"
    assert split(b"Hello\nthere\nSubject: x\n\nbody").body.startswith(b"Hello")


def test_line_ends_that_were_doubled_on_the_way() -> None:
    found = split(b"Subject: x\r\r\nTo: a@b.example\r\r\n\r\r\nbody\r\r\n")
    assert found.headers.first("to") == "a@b.example"
    assert found.body == b"body\r\n"


def test_a_space_before_the_colon_hides_no_field() -> None:
    assert split(b"From: a@b.example\nFrom : c@d.example\n\n").headers.all("from") == ("a@b.example", "c@d.example")


def test_case_103_one_field_too_many_is_left_out() -> None:
    """case 103: the cap, and one more."""
    fields = b"".join(b"X-%d: y\n" % i for i in range(LIMITS.headers + 1))
    found = split(fields + b"\nbody")
    assert len(found.headers.fields) == LIMITS.headers
    assert [d.code for d in found.defects] == ["too-many-headers"]
    assert found.body == b"body"


def test_case_103_one_field_too_long_is_left_out_alone() -> None:
    """case 103: the cap, and one more."""
    found = split(b"X-Long: " + b"y" * LIMITS.header_bytes + b"\nSubject: kept\n\n")
    assert found.headers.all("x-long") == ()
    assert found.headers.text("subject") == "kept"
    assert [d.code for d in found.defects] == ["header-too-long"]


def test_case_103_the_section_as_a_whole_has_an_end() -> None:
    """case 103: the cap, and one more."""
    fields = b"".join(b"X-%d: %s\n" % (i, b"y" * 60_000) for i in range(6))
    assert [d.code for d in split(fields + b"\n").defects] == ["too-many-headers"]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("=?utf-8?q?gr=C3=BCn?=", "grün"),
        ("=?UTF-8?B?Z3LDvG4=?=", "grün"),
        ("=?utf-8*de?q?gr=C3=BCn?=", "grün"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?b?w7w=?==?utf-8?b?w7w=?=", "üü"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "ü"),
        ("=?utf-8?q?with space?=", "with space"),
        ("=?nonsense?q?x?=", "x"),
        ("=?utf-8?x?y?=", "=?utf-8?x?y?="),
        ("=?utf-8?b?!!!?=", ""),
        ("=?utf-8?q?line=0D=0AInjected:_yes?=", "line Injected: yes"),
    ],
)
def test_encoded_words(raw: str, shown: str) -> None:
    assert headers.text(raw) == shown


def test_bare_8_bit_bytes_are_read_as_utf_8() -> None:
    assert split("Subject: grün\n\n".encode()).headers.text("subject") == "grün"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"<a@b.example>", "<a@b.example>"),
        (b" (comment) <a@b.example> junk", "<a@b.example>"),
        (b"a@b.example", "<a@b.example>"),
        (b"< a@b\r\n .example >", "<a@b.example>"),
        (b"", None),
        (b"two words", None),
        (b"<" * 1000, None),
    ],
)
def test_message_id(value: bytes, found: str | None) -> None:
    assert split(b"Message-ID: " + value + b"\n\n").headers.message_id() == found


def test_references_in_order_each_once() -> None:
    fields = split(b"References: <a@x> <b@x>\n <a@x> broken <c@x\n\n").headers
    assert fields.ids("references") == ("<a@x>", "<b@x>")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"a@x b@x", ("<a@x>", "<b@x>")),
        (b"Your message of Friday <a@x>", ("<a@x>",)),
        (b"ann@x.example's message of Friday", ()),
    ],
)
def test_ids_that_lack_their_brackets(value: bytes, found: tuple[str, ...]) -> None:
    assert split(b"In-Reply-To: " + value + b"\n\n").headers.ids("in-reply-to") == found


def test_doubled_fields_are_named() -> None:
    fields = split(b"To: a@x\nTo: b@x\nDate: now\nReceived: 1\nReceived: 2\n\n").headers
    assert fields.doubled() == ("to",)
    assert not fields.ambiguous()


def test_bare_8_bit_bytes_that_are_no_utf_8_are_in_the_charset_of_the_text() -> None:
    fields = split("Subject: Привет\n\n".encode("koi8-r")).headers
    assert fields.near("koi8-r").text("subject") == "Привет"


def test_escape_sequences_of_iso_2022_need_no_encoded_word() -> None:
    assert headers.text("\x1b$BF|K\\\x1b(B") == "日本"
