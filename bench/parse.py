"""What understanding a mail costs on one core, step by step, beside what other parsers take for less.

`python -m bench.parse [--rounds N]` reads a 2 kB reply, a 15 kB HTML reply with and without its text twin, and a mail
with a 300 kB attachment. All steps and both others are timed in turns, each figure is the best of all rounds, in
milliseconds of CPU: so a busy machine changes little. mail-parser and the standard library only take a mail apart.
"""

import argparse
import base64
import contextlib
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from functools import wraps
from types import ModuleType
from unittest.mock import patch

import mailparser  # type: ignore[import-untyped]  # mail-parser ships no types

from parsers import bounces, clues, headers, intent, mailboxes, origin, wording
from parsers import read as reading
from parsers.address import Keys
from parsers.hypertext import html
from parsers.mail import Door, Envelope
from parsers.parts import mime
from parsers.quotes import reply
from parsers.verbs import Verb, Verbs

HEADERS = """\
Return-Path: <ann@acme.example>
Received: from mx.acme.example (mx.acme.example [192.0.2.1]) by desk.example with ESMTPS id 4Zk; \
Sat, 31 Jan 2026 12:00:00 +0000
Received: from [10.0.0.1] (unknown [10.0.0.1]) by mx.acme.example with ESMTPSA id 3Yj; Sat, 31 Jan 2026 12:00:00 +0000
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=acme.example; s=mail; h=from:to:subject; \
bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSbav+yuU4zGeeruD00lszZ
From: "Ann Example" <ann@acme.example>
To: "Support" <support@desk.example>
Cc: Bob <bob@acme.example>
Subject: Re: [CT-12] Printer on fire
Date: Sat, 31 Jan 2026 12:00:00 +0000
Message-ID: <abc@acme.example>
In-Reply-To: <x@desk.example>
References: <y@desk.example> <x@desk.example>
MIME-Version: 1.0
"""
LEAD = "On Sat, 31 Jan 2026 at 11:00, Support <support@desk.example> wrote:"
WORDS = "Some words of the letter, bold and a link, and more text that goes on."
PARAGRAPH = (
    '<p class="MsoNormal" style="margin:0cm;font-size:11pt;font-family:Calibri,sans-serif">Some words of the letter, '
    '<b>bold</b> and <a href="https://x.example/a">a link</a>, and more text that goes on.</p>\n'
)
PLAIN = f"#close\n\nThanks, works now.\n\n{LEAD}\n" + f"> {WORDS}\n" * 14
ATTACHED = base64.encodebytes(bytes(range(256)) * 866).decode()

OTHERS: dict[str, Callable[[bytes], object]] = {
    "mail-parser alone": mailparser.parse_from_bytes,
    "standard library (compat32) alone": lambda raw: [
        p.get_payload(decode=True) for p in message_from_bytes(raw).walk()
    ],
}
STEPS: dict[str, tuple[tuple[ModuleType, str], ...]] = {
    "header section": ((headers, "split"),),
    "parts": ((mime, "take_apart"),),
    "HTML to text": ((html, "render"),),
    "fresh words, quotes, signature": ((reply, "cut"), (reply, "spans"), (reply, "whole")),
    "wording, the twins compared": ((wording, "of"),),
    "addresses": ((reading, "author"), (mailboxes, "author"), (mailboxes, "addresses")),
    "date": ((reading, "_date"),),
    "delivery report": ((bounces, "parse"),),
    "kind": ((origin, "classify"),),
    "read, the rest": ((reading, "read"),),
    "clues": ((clues, "gather"),),
    "intent": ((intent, "intend"),),
}
"""The functions that make up each step; a step's time is without that of the steps that it calls."""

_KEYS = Keys(1, {1: b"k" * 32})
_VERBS = Verbs((Verb("close", ("close",), takes_arguments=True), Verb("to-customer", ("to customer",))))
_NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sample:
    """A mail to read, and how many milliseconds understanding it may take."""

    name: str
    raw: bytes
    aim: float


def samples() -> Iterator[Sample]:
    """The four mails."""
    yield Sample("2 kB reply", _mail("text/plain", PLAIN), 1.0)
    text = f"{WORDS}\n\n" * 12 + f"{LEAD}\n" + f"> {WORDS}\n>\n" * 22
    parts = (("text/plain", text), ("text/html", _markup(12, 34)))
    yield Sample(
        "15 kB HTML reply with its text", _mail('multipart/alternative; boundary="b1"', _multipart(parts)), 3.0
    )
    yield Sample("15 kB HTML reply alone", _mail("text/html", _markup(15, 50)), 3.0)
    attached = 'application/pdf; name="report.pdf"\nContent-Transfer-Encoding: base64'
    parts = (("text/plain", PLAIN), (attached, ATTACHED))
    yield Sample("300 kB attachment", _mail('multipart/mixed; boundary="b1"', _multipart(parts)), 7.0)


def _mail(content_type: str, body: str) -> bytes:
    charset = "; charset=utf-8" if content_type.startswith("text/") else ""
    return f"{HEADERS}Content-Type: {content_type}{charset}\n\n{body}".replace("\n", "\r\n").encode()


def _multipart(parts: Sequence[tuple[str, str]]) -> str:
    return "".join(f"--b1\nContent-Type: {content_type}\n\n{body}\n" for content_type, body in parts) + "--b1--\n"


def _markup(own: int, quoted: int) -> str:
    lead = LEAD.replace("<", "&lt;").replace(">", "&gt;")
    return (
        f"<html><head><style>p {{ margin: 0 }}</style></head><body>{PARAGRAPH * own}"
        f'<div class="gmail_quote"><div class="gmail_attr">{lead}<br></div><blockquote class="gmail_quote">'
        f"{PARAGRAPH * quoted}</blockquote></div></body></html>"
    )


def understand(raw: bytes) -> intent.Intent:
    """What the gateway does with a mail before it looks at any ticket."""
    mail = reading.read(raw)
    envelope = Envelope("ann@acme.example", "support@desk.example", Door.SMTP, _NOW)
    gathered = clues.gather(mail, envelope, _KEYS, ("CT", "PT"), "desk.example", _NOW.date())
    return intent.intend(mail, gathered, _VERBS)


@dataclass(slots=True)
class Stopwatch:
    """Seconds by step; `open_steps` holds what the calls inside each running step have taken."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    open_steps: list[float] = field(default_factory=list)

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Within, each call of a step is timed."""
        with contextlib.ExitStack() as patched:
            for step, functions in STEPS.items():
                for module, name in functions:
                    patched.enter_context(patch.object(module, name, self._timed(step, getattr(module, name))))
            yield

    def _timed(self, step: str, work: Callable[..., object]) -> Callable[..., object]:
        @wraps(work)
        def timed(*args: object, **kwargs: object) -> object:
            self.open_steps.append(0.0)
            start = time.process_time()
            try:
                return work(*args, **kwargs)
            finally:
                took = time.process_time() - start
                self.seconds[step] += took - self.open_steps.pop()
                if self.open_steps:
                    self.open_steps[-1] += took

        return timed


def measure(raw: bytes, rounds: int) -> dict[str, float]:
    """The best time of each step, of the whole, and of the others, in milliseconds."""
    best: dict[str, float] = {}

    def note(name: str, seconds: float) -> None:
        best[name] = min(best.get(name, float("inf")), seconds * 1000)

    for _ in range(rounds):
        for name, work in {"together": understand, **OTHERS}.items():
            start = time.process_time()
            work(raw)
            note(name, time.process_time() - start)
        watch = Stopwatch()
        with watch.watching():
            understand(raw)
        for step in STEPS:
            note(step, watch.seconds[step])
    return best


def report(sample: Sample, rounds: int) -> Iterator[str]:
    """The table of one mail."""
    best = measure(sample.raw, rounds)
    yield f"{sample.name} ({len(sample.raw):,} bytes)"
    for step in STEPS:
        yield f"  {best[step]:8.3f} ms  {step}"
    verdict = "" if best["together"] <= sample.aim else "  MISSED"
    yield f"  {best['together']:8.3f} ms  together, of {sample.aim:.1f} ms{verdict}"
    for name in OTHERS:
        yield f"  {best[name]:8.3f} ms  {name}: we take {best['together'] / best[name]:.1f} times that"
    yield ""


def main(arguments: Sequence[str]) -> int:
    """Print all tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.parse", description="What understanding a mail costs.")
    parser.add_argument("--rounds", type=int, default=200, help="how often each mail is read (200)")
    rounds = parser.parse_args(arguments).rounds
    for sample in samples():
        for line in report(sample, rounds):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
