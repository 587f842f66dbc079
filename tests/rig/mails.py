"""Strategies for mail: RFC 5322 fields and MIME trees as programs write them, and as they should not."""

import base64
import binascii
import quopri
from email.quoprimime import header_encode

from hypothesis import strategies as st

CHARSETS = """
utf-8 us-ascii iso-8859-1 windows-1252 koi8-r shift_jis iso-2022-jp gb18030 big5 euc-kr utf-16 utf-7 unknown-8bit
x-no-such
""".split()
CHARSETS += ["", "utf-8\0", '"utf-8"']
WORDS = """Ann, Müller, 田中, Иван, مرحبا, ünï, a.b, O'Neil, x@y, <z>, \\, ", (c), =?, ?=, 🙂""".split(", ")
WORDS += ["e\u0301", "\u202e", "\u2028"]

TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
PHRASE = st.one_of(st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join), TEXT)
ENDS = st.sampled_from([b"\n", b"\r\n"])


def _encoded(word: str, charset: str, how: str) -> bytes:
    """An encoded word (RFC 2047); one that the charset cannot say is said in UTF-8 all the same."""
    try:
        raw = word.encode(charset)
    except (LookupError, UnicodeError, ValueError):
        raw = word.encode("utf-8")
    said = base64.b64encode(raw).decode() if how in "bB" else header_encode(raw, "x")[6:-2]
    return f"=?{charset}?{how}?{said}?=".encode("utf-8", "replace")


WORD = st.builds(_encoded, PHRASE, st.sampled_from(CHARSETS), st.sampled_from("bBqQx"))
"""An encoded word, its charset right or wrong."""

UNSTRUCTURED = st.lists(st.one_of(PHRASE.map(str.encode), WORD, st.binary(max_size=12)), max_size=4).map(b" ".join)

LOCAL = st.one_of(
    st.from_regex(rb"[a-z.+_-]{1,12}", fullmatch=True), st.sampled_from([b'"a b"', b"", b"a(c)", b"\xc3\xa4"])
)
DOMAIN = st.sampled_from(
    [b"acme.example", b"ACME.Example", b"[192.0.2.1]", b"b\xc3\xbccher.example", b"", b"x", b"a..b"]
)
ADDRESS = st.builds(b"%b@%b".__mod__, st.tuples(LOCAL, DOMAIN))
MAILBOX = st.one_of(
    ADDRESS,
    st.builds(b"%b <%b>".__mod__, st.tuples(st.one_of(WORD, PHRASE.map(str.encode)), ADDRESS)),
    st.builds(b'"%b" <%b>'.__mod__, st.tuples(PHRASE.map(str.encode), ADDRESS)),
    st.builds(b"%b (%b)".__mod__, st.tuples(ADDRESS, PHRASE.map(str.encode))),
    st.builds(b"<@relay.example:%b>".__mod__, ADDRESS.map(lambda a: (a,))),
)
ADDRESSES = st.one_of(
    st.lists(MAILBOX, max_size=4).map(b", ".join),
    st.lists(MAILBOX, max_size=3).map(lambda found: b"group: " + b", ".join(found) + b";"),
)
DATE = st.sampled_from(
    [
        b"Sat, 31 Jan 2026 12:00:00 +0000",
        b"31 Jan 26 12:00 EST",
        b"Sat, 31 Jan 2026 25:61:61 +9999",
        b"Thu, 01 Jan 0000 00:00:00 -0000",
        b"2026-01-31T12:00:00Z",
        b"31 Jan 99999999999 12:00:00 +0000",
        b"",
    ]
)
IDENTIFIERS = st.lists(
    st.sampled_from([b"<a@acme.example>", b"<b@[192.0.2.1]>", b"<>", b"no brackets", b"<a b@c>", b"<x"]), max_size=5
).map(b" ".join)

_FIELD = {
    b"From": ADDRESSES,
    b"Sender": MAILBOX,
    b"To": ADDRESSES,
    b"Cc": ADDRESSES,
    b"Reply-To": ADDRESSES,
    b"Subject": UNSTRUCTURED,
    b"Date": DATE,
    b"Message-ID": IDENTIFIERS,
    b"In-Reply-To": IDENTIFIERS,
    b"References": IDENTIFIERS,
    b"Auto-Submitted": st.sampled_from([b"auto-replied", b"auto-generated", b"no", b""]),
    b"Precedence": st.sampled_from([b"bulk", b"list", b"auto_reply"]),
    b"List-Id": UNSTRUCTURED,
    b"Return-Path": st.sampled_from([b"<>", b"<bounce@acme.example>", b""]),
    b"Received": st.just(b"from a.example by b.example; Sat, 31 Jan 2026 12:00:00 +0000"),
    b"Authentication-Results": st.sampled_from(
        [b"mx.example; dkim=pass header.d=acme.example", b"mx.example 1; none", b"; spf=", b"mx.example (("]
    ),
    b"X-Auto-Response-Suppress": st.just(b"All"),
    b"DKIM-Signature": st.just(b"v=1; d=acme.example; l=0; b="),
}


def _folded(name: bytes, value: bytes, end: bytes, wide: bool) -> bytes:
    """A field; with `wide` it is folded at every space (RFC 5322 section 2.2.3)."""
    return name + b": " + (value.replace(b" ", end + b" ") if wide else value) + end


FIELD = st.sampled_from(sorted(_FIELD)).flatmap(
    lambda name: st.builds(_folded, st.just(name), _FIELD[name], ENDS, st.booleans())
)
FIELDS = st.lists(FIELD, max_size=10).map(b"".join)

LINES = st.sampled_from(
    [
        "#close",
        "Thanks.",
        "On Sat, 31 Jan 2026 at 11:00, Ann <ann@acme.example> wrote:",
        "Am 31.01.2026 um 11:00 schrieb Ann:",
        "Le sam. 31 janv. 2026 à 11:00, Ann a écrit :",
        "2026年1月31日(土) 11:00 Ann <ann@acme.example>:",
        "-----Original Message-----",
        "From: Ann <ann@acme.example>",
        "Sent: Saturday, January 31, 2026 11:00",
        "To: Support",
        "Subject: Printer",
        "> quoted ",
        "> > quoted twice",
        ">",
        "",
        "-- ",
        "Ann Example",
        "Sent from my iPhone",
        "---------- Forwarded message ----------",
        "begin 644 x.txt",
        "#0V%T",
        "`",
        "end",
        "=ybegin line=128 size=3 name=x.bin",
        "=yend size=3",
        "550 5.1.1 <bob@acme.example>: User unknown",
        "flowed ",
    ]
)
PAGE = st.lists(st.one_of(LINES, LINES, TEXT), max_size=15).map("\n".join)
TAGS = "<p> </p> <div> </div> <br> <ul><li> </ul> <table><tr><td> </table> <blockquote> </blockquote> <style> </style>"
MARKUP = st.lists(
    st.one_of(
        st.sampled_from(
            [*TAGS.split(), "<div class='gmail_quote'>", "<a href='x'>", "<!--", "<img src=cid:x>", "&amp;"]
        ),
        LINES,
        TEXT,
    ),
    max_size=20,
).map("".join)
CALENDAR = st.lists(
    st.sampled_from(
        [
            "BEGIN:VCALENDAR",
            "METHOD:REPLY",
            "BEGIN:VEVENT",
            "SUMMARY:Lunch",
            "DTSTART:20260131T120000Z",
            "DTSTART;TZID=Nowhere:x",
            "RRULE:FREQ=SECONDLY;COUNT=99999999",
            "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ann@acme.example",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    ),
    max_size=12,
).map("\r\n".join)
REPORT = st.lists(
    st.sampled_from(
        [
            "Reporting-MTA: dns; mx.example",
            "",
            "Final-Recipient: rfc822; bob@acme.example",
            "Original-Recipient: rfc822;",
            "Action: failed",
            "Action: delayed",
            "Status: 5.1.1",
            "Status: x",
            "Diagnostic-Code: smtp; 550 5.1.1 unknown",
            "Feedback-Type: abuse",
            "Disposition: manual-action/MDN-sent-manually; displayed",
        ]
    ),
    max_size=10,
).map("\n".join)


def _content(text: str, charset: str, encoding: str) -> bytes:
    """A text as bytes on the wire; a charset or an encoding that is none leaves it as it is."""
    try:
        raw = text.encode(charset)
    except (LookupError, UnicodeError, ValueError):
        raw = text.encode("utf-8", "surrogatepass")
    match encoding:
        case "base64":
            return base64.encodebytes(raw)
        case "quoted-printable":
            return quopri.encodestring(raw)
        case "x-uuencode":
            lines = b"".join(binascii.b2a_uu(raw[n : n + 45]) for n in range(0, len(raw), 45))
            return b"begin 644 x\n" + lines + b"`\nend\n"
        case _:
            return raw


ENCODING = st.sampled_from(["7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "binary", "x-no-such", ""])
PARAMETER = st.sampled_from(
    [
        "",
        "; name=a.txt",
        '; name="=?utf-8?q?=C3=A4.txt?="',
        "; filename*=utf-8''%C3%A4.txt",
        "; filename*0*=utf-8''a; filename*1=b; filename*3=d",
        '; filename="../../etc/passwd"',
        "; filename=ä.txt",
        "; format=flowed; delsp=yes",
        "; report-type=delivery-status",
        "; report-type=disposition-notification",
        '; x="unclosed',
        ";;;=",
    ]
)
DISPOSITION = st.sampled_from(["", "Content-Disposition: inline\n", "Content-Disposition: attachment\n"])
DISPOSITION = st.one_of(
    DISPOSITION, PARAMETER.map("Content-Disposition: attachment{}\n".format), st.just("Content-ID: <x>\n")
)


@st.composite
def leaves(draw: st.DrawFn) -> bytes:
    """One part that holds no other, from its fields to its content; declared and true charset may differ."""
    kind, content = draw(
        st.sampled_from(
            [
                ("text/plain", PAGE),
                ("text/html", MARKUP),
                ("text/calendar", CALENDAR),
                ("text/x-other", TEXT),
                ("message/delivery-status", REPORT),
                ("message/disposition-notification", REPORT),
                ("message/feedback-report", REPORT),
                ("message/partial; id=x; number=1; total=2", TEXT),
                ("message/external-body; access-type=URL", TEXT),
                ("application/ms-tnef", TEXT),
                ("application/octet-stream", TEXT),
                ("nonsense", TEXT),
            ]
        )
    )
    declared, true = draw(st.sampled_from(CHARSETS)), draw(st.sampled_from(CHARSETS))
    encoding = draw(ENCODING)
    fields = f"Content-Type: {kind}; charset={declared}{draw(PARAMETER)}\n{draw(DISPOSITION)}"
    fields += f"Content-Transfer-Encoding: {encoding}\n"
    return fields.encode() + b"\n" + _content(draw(content), draw(st.sampled_from([declared, true])), encoding)


BOUNDARY = st.sampled_from(["b", "b", "b1", "=_x", "b b", "", "'", "b" * 80])


@st.composite
def containers(draw: st.DrawFn, parts: st.SearchStrategy[bytes]) -> bytes:
    """A multipart around parts; its separators are now and then missing or not its own."""
    kind = draw(st.sampled_from("mixed alternative related report digest signed encrypted parallel x".split()))
    boundary = draw(BOUNDARY)
    quoted = draw(st.sampled_from([f'"{boundary}"', boundary]))
    body = draw(st.sampled_from([b"", b"preamble\n"]))
    for part in draw(st.lists(parts, max_size=4)):
        separator = boundary if draw(st.integers(0, 9)) else draw(BOUNDARY)
        body += f"--{separator}\n".encode() + part + draw(st.sampled_from([b"\n", b"\r\n", b""]))
    if draw(st.booleans()):
        body += f"--{boundary}--\n".encode() + draw(st.sampled_from([b"", b"epilogue\n"]))
    return f"Content-Type: multipart/{kind}; boundary={quoted}{draw(PARAMETER)}\n\n".encode() + body


@st.composite
def attached(draw: st.DrawFn, parts: st.SearchStrategy[bytes]) -> bytes:
    """A whole message as a part (RFC 2046 section 5.2.1)."""
    return b"Content-Type: message/rfc822\n\n" + draw(FIELDS) + draw(parts)


ENTITY: st.SearchStrategy[bytes] = st.recursive(
    leaves(), lambda parts: st.one_of(containers(parts), containers(parts), attached(parts)), max_leaves=6
)
MESSAGE = st.builds(b"%b%b".__mod__, st.tuples(FIELDS, ENTITY))
"""A whole message."""
