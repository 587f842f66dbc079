"""Multipart bodies as programs write and cut them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers import headers
from parsers.limits import Limits
from parsers.parts import multipart
from parsers.parts.multipart import Part

LIMITS = Limits()


def split(raw: bytes) -> list[Part]:
    cut = headers.split(raw, LIMITS)
    found, defect = multipart.split(cut.headers, cut.body, LIMITS)
    assert defect is None
    return found


def fault(raw: bytes) -> str | None:
    cut = headers.split(raw, LIMITS)
    found, defect = multipart.split(cut.headers, cut.body, LIMITS)
    assert not (defect and found)
    return defect.code if defect else None


def bodies(raw: bytes) -> list[bytes]:
    return [part.body for part in split(raw)]


def mixed(body: bytes, boundary: bytes = b"b") -> bytes:
    return b"Content-Type: multipart/mixed; boundary=" + boundary + b"\n\n" + body


def test_the_line_end_before_a_delimiter_belongs_to_the_delimiter() -> None:
    assert bodies(mixed(b"--b\n\none\n\n--b\r\n\r\ntwo\r\n--b--\r\n")) == [b"one\n", b"two"]


def test_preamble_and_epilogue_are_left_out() -> None:
    assert bodies(mixed(b"before\n--b\n\none\n--b--\nafter\n--b\n\nnot this")) == [b"one"]


def test_parts_behind_the_last_delimiter_are_read_on() -> None:
    footer = b"\n--b\nContent-Type: text/plain\n\nfooter"
    assert bodies(mixed(b"--b\n\none\n--b--" + footer)) == [b"one", b"footer"]
    assert bodies(mixed(b"--b\n\none\n--b--\n--b\nno field stands below")) == [b"one"]


def test_an_outer_delimiter_that_stands_too_early() -> None:
    inner = b"--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n"
    assert bodies(mixed(inner + b"--a\n\ntwo\n--b\nContent-Type: text/plain\n\nthree", b"a")) == [
        b"one",
        b"two",
        b"three",
    ]


def test_the_text_of_a_mail_that_was_made_a_multipart_stands_before_its_first_delimiter() -> None:
    types = b"Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n\n"
    part = b"--b\nContent-Type: image/png\n\none\n--b--\n"
    assert bodies(types + b"Hello\n\n" + part) == [b"Hello\n\n", b"one"]
    assert bodies(types + b"This is a multi-part message in MIME format.\n" + part) == [b"one"]


def test_of_two_boundaries_the_one_that_comes() -> None:
    types = b"Content-Type: multipart/mixed; boundary=a\nContent-Type: multipart/mixed; boundary=b\n\n"
    assert bodies(types + b"--b\n\none\n--b\n\ntwo\n--b--") == [b"one", b"two"]
    assert bodies(types + b"--a\n\none\n--a--\n--b\n\ntwo\n--b--") == [b"one"]


def test_white_space_behind_a_delimiter_means_nothing() -> None:
    assert bodies(mixed(b"--b  \n\none\n--b-- \t\n")) == [b"one"]


def test_a_missing_end_loses_nothing() -> None:
    assert bodies(mixed(b"--b\n\none\n--b\n\ntwo\n")) == [b"one", b"two\n"]


@pytest.mark.parametrize("end", [b"--b--", b"--b-", b"--b"])
def test_a_mail_that_was_cut_in_its_last_line(end: bytes) -> None:
    assert [body for body in bodies(mixed(b"--b\n\none\n" + end)) if body] == [b"one"]


def test_a_last_delimiter_that_stands_on_no_line_of_its_own() -> None:
    assert bodies(mixed(b"--b\n\none--b--\n")) == [b"one"]


def test_an_outer_delimiter_ends_what_is_open_inside() -> None:
    inner = b"Content-Type: multipart/alternative; boundary=i\n\n--i\n\none\n"
    found = split(mixed(b"--b\n" + inner + b"--b\n\ntwo\n--b--\n"))
    assert [(p.body, p.parent) for p in found] == [(b"one", "alternative"), (b"two", "mixed")]


def test_the_same_boundary_on_two_levels() -> None:
    inner = b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n"
    found = split(mixed(b"--b\n" + inner + b"--b\n\nthree\n--b--\n"))
    assert [(p.body, p.parent) for p in found] == [
        (b"one", "alternative"),
        (b"two", "alternative"),
        (b"three", "mixed"),
    ]


def test_one_boundary_that_begins_as_another() -> None:
    inner = b"Content-Type: multipart/alternative; boundary=bb\n\n--bb\n\none\n--bb--\n"
    assert bodies(mixed(b"--b\n" + inner + b"--b\n\ntwo\n--b--\n")) == [b"one", b"two"]


def test_a_boundary_that_ends_with_hyphens() -> None:
    inner = b'Content-Type: multipart/mixed; boundary="b----"\n\n--b----\n\none\n--b------\n'
    assert bodies(mixed(b"--b--\n" + inner + b"--b----\n", b"b--")) == [b"one"]


@pytest.mark.parametrize(
    "stated", [b'"-- b --"', b"-- b --", b'"-- b -- "', b"'-- b --'", b'"-- b --', b"-- b --; type=x"]
)
def test_a_boundary_however_it_is_quoted(stated: bytes) -> None:
    assert bodies(mixed(b"---- b --\n\none\n---- b ----\n", stated)) == [b"one"]


def test_a_comment_behind_a_boundary() -> None:
    assert bodies(mixed(b"--b\n\none\n--b--\n", b"b (a comment)")) == [b"one"]


@pytest.mark.parametrize(
    "stated", [b"Content-Type: multipart/mixed\n", b"Content-Type: multipart/mixed; boundary=x\n", b""]
)
@pytest.mark.parametrize("preamble", [b"", b"\n", b"This is a multi-part message in MIME format.\n\n"])
def test_a_boundary_that_nobody_announced(stated: bytes, preamble: bytes) -> None:
    raw = b"Subject: x\n" + stated + b"\n" + preamble + b"--=_Part\nContent-Type: text/plain\n\none\n--=_Part--\n"
    assert bodies(raw) == [b"one"]


DELIMITERS = st.sampled_from([b"--a", b"--b", b"--a--", b"--b--"])


@given(st.lists(DELIMITERS, max_size=9))
def test_no_word_of_a_part_is_lost_however_the_delimiters_stand(lines: list[bytes]) -> None:
    words = [b"word%d" % n for n in range(len(lines))]
    parts = [
        b"%s\n" % line if line.endswith(b"--") else b"%s\nContent-Type: text/plain\n\n%s\n" % (line, word)
        for line, word in zip(lines, words, strict=True)
    ]
    outer = b"--a\nContent-Type: multipart/mixed; boundary=b\n\n"
    first = b"--b\nContent-Type: text/plain\n\nfirst\n"
    found = b"\n".join(bodies(mixed(outer + first + b"".join(parts), b"a")))
    told = [word for line, word in zip(lines, words, strict=True) if not line.endswith(b"--")]
    assert [word for word in [b"first", *told] if word not in found] == []


def test_two_hyphens_in_a_letter_are_no_boundary() -> None:
    text = b"--\nAnn\n--- cut here\nContent-Type: is a field\n"
    assert bodies(b"Subject: x\n\n" + text) == [text]


def test_a_multipart_that_is_not_divided_is_one_part() -> None:
    (part,) = split(mixed(b"no delimiter\n--other\n"))
    assert part.kind.word == "multipart/mixed"
    assert part.body == b"no delimiter\n--other\n"


def test_a_multipart_that_is_encoded_as_a_whole() -> None:
    import base64

    encoded = base64.encodebytes(b"--b\n\none\n--b--\n")
    assert bodies(b"Content-Transfer-Encoding: base64\n" + mixed(encoded)) == [b"one"]


def test_an_encoding_that_a_multipart_only_claims() -> None:
    assert bodies(b"Content-Transfer-Encoding: base64\n" + mixed(b"--b\n\none\n--b--\n")) == [b"one"]


def test_parts_of_a_text_that_states_a_boundary() -> None:
    assert bodies(b"Content-Type: text/plain; boundary=b\n\n--b\n\none\n--b--\n") == [b"one"]


def test_an_attached_message_keeps_its_bytes() -> None:
    """case 131: also where no program could write it so."""
    message = b"Subject:  x\r\nX-Odd :y\n\n--not mine\nz"
    (part,) = split(mixed(b"--b\nContent-Type: message/rfc822\n\n" + message + b"\n--b--\n"))
    assert part.body == message


def test_parts_of_a_digest_are_messages_unless_they_say_otherwise() -> None:
    body = b"--b\n\nSubject: x\n\ny\n--b\nContent-Type: text/plain\n\nz\n--b--"
    assert [p.kind.word for p in split(b"Content-Type: multipart/digest; boundary=b\n\n" + body)] == [
        "message/rfc822",
        "text/plain",
    ]


@pytest.mark.parametrize(
    ("stated", "word"),
    [
        (b"text", "text/plain"),
        (b"html", "text/html"),
        (b"", "text/plain"),
        (b"nonsense", "text/plain"),
        (b"TEXT/Html;", "text/html"),
        (b'"text/html"', "text/html"),
        (b"text/html (a page)", "text/html"),
        (b"; charset=utf-8", "text/plain"),
    ],
)
def test_a_type_however_it_is_written(stated: bytes, word: str) -> None:
    (part,) = split(mixed(b"--b\nContent-Type: " + stated + b"\n\nx\n--b--\n"))
    assert part.kind.word == word


def test_of_two_types_the_first_that_is_one() -> None:
    (part,) = split(b"Content-Type:\nContent-Type: text/html\n\nx")
    assert part.kind.word == "text/html"


def test_a_part_without_fields_and_without_a_blank_line() -> None:
    assert bodies(mixed(b"--b\nHello there\n--b--\n")) == [b"Hello there"]


def test_a_delimiter_inside_the_fields_of_a_part() -> None:
    assert [p.kind.word for p in split(mixed(b"--b\nContent-Type: text/html\n--b\n\nx\n--b--\n"))] == [
        "text/html",
        "text/plain",
    ]


def test_the_root_of_related_parts_may_be_named() -> None:
    raw = (
        b'Content-Type: multipart/related; boundary=b; start="<root>"\n\n'
        b"--b\nContent-Type: image/png\nContent-ID: <logo>\n\nx\n"
        b"--b\nContent-Type: text/html\nContent-ID: <root>\n\ny\n--b--"
    )
    assert [p.first for p in split(raw)] == [False, True]


def test_a_picture_before_the_root_of_related_parts() -> None:
    parts = b"--b\nContent-Type: image/png\n\none\n--b\nContent-Type: text/html\n\ntwo\n--b--"
    root = split(b"Content-Type: multipart/related; type=text/html; boundary=b\n\n" + parts)
    assert [part.first for part in root] == [False, True]


def nested(depth: int) -> bytes:
    rest = b"".join(
        b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (level, level + 1) for level in range(depth - 1)
    )
    return mixed(rest + b"--b%d\n\ntext\n" % (depth - 1), b"b0")


def test_case_101_depth_has_an_end() -> None:
    """case 101: the cap, and one more."""
    assert fault(nested(LIMITS.depth)) is None
    assert fault(nested(LIMITS.depth + 1)) == "too-deep"
    assert fault(b"Content-Type: message/rfc822\n\n" * 5000) is None


class Counted(bytes):
    """Bytes that count how many of them were passed over in search of something."""

    passed = 0

    def find(self, wanted: Any, start: Any = 0, end: Any = None) -> int:
        at = super().find(wanted, start, end)
        self.passed += (at if at >= 0 else len(self)) - (start or 0)
        return at


@pytest.mark.parametrize("end", [b"", b"".join(b"--q%d\n" % n for n in range(400))], ids=["missing", "far"])
def test_boundaries_that_do_not_come_near_cost_few_passes_however_many_they_are(end: bytes) -> None:
    parts = b"".join(b'--b\nContent-Type: multipart/mixed; boundary="q%d"\n\n' % n for n in range(400))
    body = Counted(parts + b"--x\n" * 50_000 + end)
    kind = headers.split(b"Content-Type: multipart/mixed; boundary=b\n\n", LIMITS).headers
    found, _ = multipart.split(kind, body, LIMITS)
    assert len(found) == 400
    assert body.passed < 40 * len(body)


def test_case_102_parts_have_an_end() -> None:
    """case 102: the cap, and one more."""
    assert fault(mixed(b"--b\n\nx\n" * LIMITS.parts)) is None
    assert fault(mixed(b"--b\n\nx\n" * (LIMITS.parts + 1))) == "too-many-parts"
    assert fault(mixed(b"--b\r\rx\r" * (LIMITS.parts + 1)).replace(b"\n", b"\r")) == "too-many-parts"


@given(
    st.lists(
        st.sampled_from(
            [b"--b", b"--b--", b"--c", b"--c--", b"", b"x", b"--", b"Content-Type: multipart/mixed; boundary=c"]
        ),
        max_size=25,
    )
)
def test_whatever_is_divided_no_word_is_read_twice(lines: list[bytes]) -> None:
    raw = mixed(b"\n".join(lines))
    assert sum(body.count(b"x") for body in bodies(raw)) <= raw.count(b"x") - 1
