"""What holds for every message, whatever its bytes are: the rules that the fuzzer tries to break."""

import dataclasses
import json
import resource
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, date, datetime

from parsers import clues, read, show
from parsers.address import Keys
from parsers.authentication import Vouching
from parsers.hypertext import sanitise
from parsers.intent import commands, intend
from parsers.limits import Limits
from parsers.mail import Door, Envelope, Kind, ParsedMail
from parsers.verbs import Source, Verbs, normalise

MEMORY = 300 * 1024 * 1024
"""Bytes that a process may have used at its peak."""

SECONDS = 0.3
SECONDS_A_MEGABYTE = 1.0
"""CPU for reading: what any mail may take, and what each megabyte of it may."""

_KEYS = Keys(1, {1: bytes(range(32))})
_NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
_ENVELOPE = Envelope("bob@acme.example", "support@desk.example", Door.SMTP, _NOW)
_SANITISED = 20_000


def faults(raw: bytes, verbs: Verbs) -> list[str]:
    """The rules that a message breaks, with the traceback where something was raised."""
    start = time.process_time()
    try:
        mail = read.read(raw)
        seconds = time.process_time() - start
        if any(defect.code == "unreadable" for defect in mail.defects):
            # Once more without the last resort, for the traceback.
            read._read(raw, Limits(), Vouching())
            return ["unreadable, but not when it was read again"]
        return [
            *_understood(mail, verbs),
            *_spans(mail),
            *_texts(mail),
            *_commands(mail, verbs),
            *_time(seconds, len(raw)),
        ]
    except Exception:  # noqa: BLE001 - whatever is raised is what we look for
        return [traceback.format_exc()]


def _understood(mail: ParsedMail, verbs: Verbs) -> Iterator[str]:
    """All that happens to a mail before a decision, and what is shown of it."""
    found = clues.gather(mail, _ENVELOPE, _KEYS, ("CT",), "desk.example", date(2026, 1, 31))
    intend(mail, found, verbs)
    shown = sanitise.sanitise(mail.html) if mail.html is not None and len(mail.html) < _SANITISED else None
    if shown and "<script" in shown:
        yield "a script is left in the sanitised HTML"
    json.dumps(show.as_json("x", dataclasses.replace(mail, html=shown), verbs, None), ensure_ascii=False)


def _spans(mail: ParsedMail) -> Iterator[str]:
    """The spans cover the text, in order, and none is empty."""
    place = 0
    for span in mail.spans:
        if span.start != place or span.end <= span.start:
            yield f"span {span} does not go on at {place}"
        place = span.end
    if place != len(mail.text):
        yield f"the spans end at {place}, the text at {len(mail.text)}"


def _texts(mail: ParsedMail) -> Iterator[str]:
    """Every text is Unicode that both databases take."""
    for name, text in texts("mail", mail):
        if "\0" in text:
            yield f"NUL in {name}: {text[:80]!r}"
        if any("\ud800" <= c <= "\udfff" for c in text if c > "\ud7ff"):
            yield f"surrogate in {name}: {text[:80]!r}"


def texts(name: str, value: object) -> Iterator[tuple[str, str]]:
    """Each string in a value, with the way to it."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            yield from texts(f"{name}[{number}]", each)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts(f"{name}.{field.name}", getattr(value, field.name))


def _commands(mail: ParsedMail, verbs: Verbs) -> Iterator[str]:
    """Commands come from persons only, and stand in the subject or on the fresh line that they name."""
    fresh = mail.fresh.split("\n")
    for command in commands(mail, verbs):
        if mail.kind is not Kind.PERSONAL:
            yield f"{command} in a mail of kind {mail.kind}"
        where = mail.subject if command.source is Source.SUBJECT else "".join(fresh[command.line - 1 : command.line])
        phrases = next(verb.phrases for verb in verbs.known if verb.name == command.name)
        if not any(phrase in normalise(where) for phrase in phrases):
            yield f"{command} does not stand in {where[:80]!r}"


def _time(seconds: float, size: int) -> Iterator[str]:
    """Time grows no faster than the mail."""
    if seconds > SECONDS + SECONDS_A_MEGABYTE * size / 1024**2:
        yield f"slow: {seconds:.2f} s of CPU for {size} bytes"


def memory() -> list[str]:
    """Whether this process has used too much by now."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return [f"{peak // 1024**2} MB of memory"] if peak > MEMORY else []
