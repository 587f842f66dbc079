"""A mail that is four times as long takes about four times the steps, whatever stands in it."""

import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType

import pytest

from parsers.limits import Limits
from parsers.read import read

LIMITS = replace(Limits(), parts=10**6, attachments=10**6)
"""Caps would stop some of these long before: lifted here, as caps also guard against what nobody foresaw."""

HEAD = b"From: ann@acme.example\nSubject: Tea\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"
HTML = HEAD + b"Content-Type: text/html\n\n"
HOSTILE: dict[str, Callable[[int], bytes]] = {
    "two hyphens": lambda n: MIXED + b"--b\n\n" + b"--\n" * n,
    "tiny parts": lambda n: MIXED + b"--b\n\nx\n" * n,
    "parts behind the end": lambda n: MIXED + b"--b\n\nx\n--b--\n" + b"--b\nContent-Type: text/plain\n\nx\n--b--\n" * n,
    "multiparts without an end": lambda n: (
        MIXED + b"".join(b"--b\nContent-Type: multipart/mixed; boundary=q%d\n\nx\n" % i for i in range(n))
    ),
    "delimiters of what is closed": lambda n: (
        MIXED
        + b"".join(b"--b\nContent-Type: multipart/mixed; boundary=q%d\n\n--q%d\n\nx\n" % (i, i) for i in range(n))
        + b"".join(b"--q%d\nContent-Type: text/plain\n\nx\n" % i for i in range(n))
    ),
    "quotes": lambda n: HEAD + b"\n" + b"> a\nb\n" * n,
    "marks of initials": lambda n: HEAD + b"\n" + b"AB>\n" * n,
    "leads": lambda n: HEAD + b"\n" + b"On 31/01/2026 11:00, Ann <a@b.example> wrote\n" * n,
    "fields": lambda n: HEAD + b"\n" + b"From: a\n" * n,
    "dividers with fields": lambda n: HEAD + b"\n" + b"----- Forwarded Message ----- From: a:B: a:B: x\n" * n,
    "marked dividers": lambda n: HEAD + b"\n" + b"> Begin forwarded message:\nx\n" * n,
    "signature delimiters": lambda n: HEAD + b"\n" + b"-- \nx\n" * n,
    "blank lines": lambda n: HEAD + b"\nFrom: a\n" + b"\n" * n,
    "folded parameters": lambda n: HEAD + b"Content-Type: multipart/mixed;\n" + b"a=b;\n" * n + b"\n",
    "encoded words": lambda n: HEAD + b"X: y\nSubject: " + b"=?utf-8?q?a?= " * n + b"\n\nx",
    "encoded words in addresses": lambda n: HEAD + b"To: " + b"=?utf-8?q?a?= <a@b.example>, " * n + b"\n\nx",
    "pieces of a name": lambda n: HEAD + b"Content-Type: text/plain" + b"; name*0*=a" * n + b"\n\nx",
    "brackets": lambda n: HEAD + b"To: " + b"(" * 10 * n + b"\n\nx",
    "angles": lambda n: HEAD + b"References: " + b"<" * 10 * n + b"\n\nx",
    "words of a lead": lambda n: HEAD + b"\n" + b"On " * n,
    "hyphens": lambda n: HEAD + b"\n" + b"-" * 20 * n + b"x",
    "nested quotes": lambda n: HEAD + b"\n" + b">" * 20 * n + b"x",
    "nested quotes of a page": lambda n: HTML + b"<blockquote>" * n + b"x",
    "elements": lambda n: HTML + b"<div>a" * n,
    "tables": lambda n: HTML + b"<table><tr><td>a" * n,
    "dates": lambda n: HEAD + b"Auto-Submitted: auto-replied\n\nI am away between " + b"5 and 6 May, " * n,
}


def steps(raw: bytes) -> int:
    """How many calls it takes to read a mail."""
    count = 0

    def tick(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(tick)
    try:
        read(raw, LIMITS)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE.keys())
def test_steps_grow_as_the_mail_does(made: Callable[[int], bytes]) -> None:
    """cases 104, 106, 122 and 123: counted, not timed."""
    read(made(2), LIMITS)  # what is made ready once is ready
    short, long = steps(made(500)), steps(made(2000))
    assert long < 5 * short
