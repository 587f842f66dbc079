"""Mails damaged as hostile or broken senders damage them: cut, spliced, repeated, nested, respelt and more.

All chance comes from the `Random` that is given: the same seed makes the same mail.
"""

import base64
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeAlias

LONGEST = 64 * 1024
"""Bytes of a mutant; one in a hundred may be four times as long, one in a thousand forty times."""

Mutation: TypeAlias = Callable[[bytes, Random, Sequence[bytes]], bytes]

_FIELDS = """
From: To: Cc: Subject: Date: Reply-To: References: Message-ID: In-Reply-To: List-Id: Auto-Submitted: Return-Path:
Received: Content-Type: Content-Transfer-Encoding: Content-Disposition: Content-ID: X-Failed-Recipients:
"""
_TYPES = """
text/plain text/html text/calendar message/rfc822 message/partial message/external-body message/delivery-status
message/disposition-notification message/feedback-report message/global multipart/mixed multipart/alternative
multipart/related multipart/report multipart/digest multipart/signed multipart/encrypted application/ms-tnef
application/octet-stream application/x-yenc base64 quoted-printable 7bit 8bit binary x-uuencode inline attachment
format=flowed delsp=yes report-type=delivery-status charset=utf-8 charset=utf-16 charset=utf-7 charset=iso-2022-jp
charset=hz-gb-2312 charset=big5 charset=x boundary= boundary="" boundary=b name*0*=utf-8''%00 filename*=utf-8''%ff%fe
filename=../../x name="=?utf-8?B?w6Q=?=" =?utf-8?q?=00?= =?utf-8?b?/////w==?= =?x?x?x?= =?iso-2022-jp?b?GyRC?=
"""
_SIGNS = """
--b --b-- -- "-- " > >> >>>>>>>> <> <@> ,,, ((((( )))) \\\\ " ; : = == =3D =0D=0A <div> </div> <blockquote>
</blockquote> <table><tr><td> <style> <!-- --> <![CDATA[ <script> &#0; &#x110000; <svg> <math> <base> <br> &nbsp; &lt;
"""
_BYTES = (
    b"\0 \r \n \r\n \n\n \x0b \x0c \x85 \xa0 \xff\xfe \xed\xa0\x80 \xc0\x80 \xe2\x80\xa8 \xe2\x80\xae \xef\xbb\xbf =\n"
)

WORDS = [
    *(_FIELDS + _TYPES + _SIGNS).encode().split(),
    *_BYTES.split(b" "),
    b"<p <a href='",
    b"<meta charset=utf-16>",
    b"<img src=cid:x>",
    b"begin 644 x\n",
    b"\nend\n",
    b"=ybegin line=128 size=1 name=x\n",
    b"=yend size=1\n",
    b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
    b"RRULE:FREQ=SECONDLY\n",
    b"END:VEVENT\nEND:VCALENDAR\n",
    b"On Sat, 31 Jan 2026 at 11:00, Ann <ann@acme.example> wrote:\n",
    b"-----Original Message-----\n",
    b"---------- Forwarded message ----------\n",
    b"From: Ann\nSent: Saturday\nTo: Bob\nSubject: x\n",
    b"________________________________\n",
    b"Sent from my iPhone\n",
    b"> #close\n",
    b"#close\n",
    b"to customer\n",
    b"[CT-1] [close]",
    b"Final-Recipient: rfc822; x@y.example\nAction: failed\nStatus: 5.1.1\n",
    b"Diagnostic-Code: smtp; 550 5.1.1 no such user\n",
    b"550 5.1.1 <x@y.example>... User unknown\n",
    b"DTSTART;TZID=Nowhere/Land:99999999T999999\n",
    b"(" * 300,
    b"<div>" * 300,
    b"> " * 100,
]
"""What parsers look for, whole and broken."""


def mutant(mails: Sequence[bytes], chance: Random) -> bytes:
    """One mail of the corpus, changed by one to five mutations."""
    raw = chance.choice(mails)
    dice = chance.random()
    longest = LONGEST * (40 if dice < 0.001 else 4 if dice < 0.01 else 1)
    for _ in range(chance.choice((1, 1, 2, 3, 5))):
        raw = chance.choice(MUTATIONS)(raw, chance, mails)[:longest]
    return raw


def _slice(raw: bytes, chance: Random, longest: int) -> tuple[int, int]:
    start = chance.randrange(len(raw) + 1)
    return start, min(len(raw), start + chance.randrange(1, longest + 1))


def _line(raw: bytes, chance: Random) -> int:
    """Where a line begins, any of them."""
    return raw.rfind(b"\n", 0, chance.randrange(len(raw) + 1)) + 1


def flip(raw: bytes, chance: Random, _mails: Sequence[bytes]) -> bytes:
    """A few bytes become others."""
    changed = bytearray(raw)
    for _ in range(chance.choice((1, 2, 8, 64))):
        if changed:
            place = chance.randrange(len(changed))
            changed[place] = chance.choice((changed[place] ^ (1 << chance.randrange(8)), chance.randrange(256)))
    return bytes(changed)


def cut(raw: bytes, chance: Random, _mails: Sequence[bytes]) -> bytes:
    """A stretch is gone, or all from a place on."""
    start, end = _slice(raw, chance, 400)
    return raw[:start] if chance.random() < 0.3 else raw[:start] + raw[end:]


def drop_lines(raw: bytes, chance: Random, _mails: Sequence[bytes]) -> bytes:
    """Some lines are gone: a field, a boundary, the blank line before a body."""
    lines = raw.split(b"\n")
    rate = chance.choice((0.02, 0.1, 0.5))
    return b"\n".join(line for line in lines if chance.random() > rate)


def splice(raw: bytes, chance: Random, mails: Sequence[bytes]) -> bytes:
    """The beginning of one mail and the end of another, at a line of each."""
    other = chance.choice(mails)
    return raw[: _line(raw, chance)] + other[_line(other, chance) :]


def repeat(raw: bytes, chance: Random, _mails: Sequence[bytes]) -> bytes:
    """A stretch stands there many times."""
    start, end = _slice(raw, chance, chance.choice((4, 40, 400)))
    if chance.random() < 0.5:
        start, end = _line(raw, chance), raw.find(b"\n", end) + 1
    times = chance.choice((2, 10, 100, 1_000, 100_000))
    part = raw[start:end] or b"\n"
    return raw[:start] + part * min(times, 1 + 40 * LONGEST // len(part)) + raw[start:]


def insert(raw: bytes, chance: Random, _mails: Sequence[bytes]) -> bytes:
    """Words that parsers look for, where they do not belong."""
    for _ in range(chance.choice((1, 2, 5, 20))):
        place = chance.choice((_line(raw, chance), chance.randrange(len(raw) + 1)))
        raw = raw[:place] + chance.choice(WORDS) + raw[place:]
    return raw


def respell(raw: bytes, chance: Random, _mails: Sequence[bytes]) -> bytes:
    """One word that is there becomes another: another charset, another encoding, another type."""
    there = [word for word in WORDS if len(word) > 2 and word in raw]
    if not there:
        return insert(raw, chance, _mails)
    return raw.replace(chance.choice(there), chance.choice(WORDS), chance.choice((1, -1)))


def nest(raw: bytes, chance: Random, mails: Sequence[bytes]) -> bytes:
    """The mail becomes a part of another, one or many times."""
    for level in range(400 if chance.random() < 0.01 else chance.choice((1, 1, 1, 2, 5, 60))):
        if len(raw) > LONGEST:
            break
        raw = chance.choice((_attached, _among, _encoded))(raw, b"b%d" % level, chance, mails)
    return raw


def _attached(raw: bytes, _name: bytes, _chance: Random, _mails: Sequence[bytes]) -> bytes:
    return b"From: bob@acme.example\nContent-Type: message/rfc822\n\n" + raw


def _among(raw: bytes, name: bytes, chance: Random, mails: Sequence[bytes]) -> bytes:
    kind = chance.choice((b"mixed", b"alternative", b"digest", b"related", b"report", b"signed", b"x"))
    other = chance.choice(mails)[:2000]
    parts = [raw, other] if chance.random() < 0.5 else [other, raw]
    body = b"".join(b"--%s\n%s\n" % (name, part) for part in parts)
    return b"From: bob@acme.example\nContent-Type: multipart/%s; boundary=%s\n\n%s--%s--\n" % (kind, name, body, name)


def _encoded(raw: bytes, _name: bytes, chance: Random, _mails: Sequence[bytes]) -> bytes:
    kind = chance.choice(
        (b"message/rfc822", b"text/plain", b"text/html; charset=utf-16", b"multipart/mixed; boundary=b")
    )
    encoded = base64.encodebytes(raw[: LONGEST // 2])
    return b"From: bob@acme.example\nContent-Type: %s\nContent-Transfer-Encoding: base64\n\n%s" % (kind, encoded)


def end_lines(raw: bytes, chance: Random, _mails: Sequence[bytes]) -> bytes:
    """Other line ends: CRLF, CR alone, a mixture, or none for long."""
    lines = raw.replace(b"\r\n", b"\n").split(b"\n")
    ends = chance.choice(([b"\r\n"], [b"\r"], [b"\n", b"\r\n", b"\r"], [b"\n\r"], [b"\r\r\n"], [b" "], [b"=\n"]))
    return b"".join(line + chance.choice(ends) for line in lines)


MUTATIONS: tuple[Mutation, ...] = (flip, cut, drop_lines, splice, repeat, insert, respell, nest, end_lines)
