"""The mail log: one line per fact, logfmt, the id first; one method a fact.

Bodies, subjects and signed addresses never stand in it.
"""

import os
import re
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.instant import now, written
from parsers.address import split

if TYPE_CHECKING:
    from gateway.store.store import Accepted, Arrival, InboxRow, OutboxRow
    from outbound.letter import Outcome
    from routing.model import Decision, Notice

_PLAIN = re.compile(r"[^\s\"=\\\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SIGNED = re.compile(r"\+[A-Za-z2-7]{31}(?=@)")
_UNSAFE = re.compile(r"[\"\\\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ALARM = "alarm"
"""The letter that tells of alarms: what becomes of it is no alarm."""
FIELDS = ("id", "at", "step", "outcome", "ticket", "address", "message_id", "reason")


def line(fact: Mapping[str, str | None]) -> str:
    """One logfmt line without its newline. What could break a line or a terminal is escaped."""
    return " ".join(f"{key}={_value(fact[key] or '')}" for key in FIELDS if fact.get(key))


def _value(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    return f'"{_UNSAFE.sub(_escaped, text)}"'


def _escaped(unsafe: re.Match[str]) -> str:
    sign = unsafe.group()
    return f"\\{sign}" if sign in '"\\' else f"\\u{ord(sign):04x}"


_PAIR = re.compile(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))')
_ESCAPE = re.compile(r'\\(?:u([0-9a-f]{4})|(["\\]))')


def parse(text: str) -> dict[str, str]:
    """A line of the log as its fields."""
    found = {}
    for key, quoted, plain in _PAIR.findall(text):
        found[key] = plain or _ESCAPE.sub(lambda m: chr(int(m.group(1), 16)) if m.group(1) else m.group(2), quoted)
    return found


class MailLog:
    """Appends facts to a file; each line is one write, so several processes may share it.

    Where the file cannot be written, the facts go to standard error: a log must stop no mail.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file: int | None = None
        self._inode = 0
        self.hears: Callable[[Sequence[Mapping[str, str | None]]], None] = lambda _facts: None

    def _write(self, lines: "list[dict[str, str | None]]", *, alarming: bool = True) -> None:
        """Write facts; those that may be `alarming` are told to whoever `hears` them."""
        self._append(lines)
        if alarming:
            self.hears([{key: _SIGNED.sub("+…", value) if value else value for key, value in f.items()} for f in lines])

    def _append(self, lines: "list[dict[str, str | None]]") -> None:
        at = written(now())
        # A peer's answer may quote the signed address that we wrote from.
        text = "".join(line({**fact, "at": at}) + "\n" for fact in lines)
        data = _SIGNED.sub("+…", text).encode("utf-8", "replace")
        with self._lock:
            try:
                os.write(self._open(), data)
            except OSError as error:
                sys.stderr.write(f"{self._path}: {error.strerror}; not logged: {data.decode()}")

    def _open(self) -> int:
        """The log file, opened again where somebody rotated it away."""
        try:
            inode = self._path.stat().st_ino
        except FileNotFoundError:
            inode = -1
        if self._file is None or inode != self._inode:
            if self._file is not None:
                os.close(self._file)
            self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
            self._inode = os.fstat(self._file).st_ino
        return self._file

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def accepted(self, taken: "Iterable[tuple[Accepted, Arrival]]") -> None:
        """Messages are durable in the inbox, or were there already."""
        self._write(
            [
                {
                    "id": f"in-{result.inbox_id}",
                    "step": "accept",
                    "outcome": "duplicate" if result.duplicate else "accepted",
                    "address": split(arrival.envelope.recipient)[0],
                    "message_id": arrival.message_id,
                    "reason": f"{arrival.envelope.door.value} from <{arrival.envelope.sender}>",
                }
                for result, arrival in taken
            ]
        )

    def rejected(self, step: str, sender: str, recipient: str | None, answer: str) -> None:
        """A door refused something; nothing was taken."""
        self._write(
            [
                {
                    "id": "-",
                    "step": step,
                    "outcome": "temporary" if answer.startswith("4") else "rejected",
                    "address": split(recipient)[0] if recipient else None,
                    "reason": f"{answer} (from <{sender}>)",
                }
            ]
        )

    def decided(self, row: "InboxRow", decision: "Decision") -> None:
        """What a message did, and who was told or not."""
        ticket = decision.ticket.key if decision.ticket else None
        mail = {"id": f"in-{row.id}", "ticket": ticket, "message_id": row.message_id}
        facts: list[dict[str, str | None]] = [
            {
                **mail,
                "step": "decide",
                "outcome": "held" if decision.held else decision.outcome,
                "address": row.envelope.sender or "<>",
                "reason": decision.held or "; ".join(decision.why),
            }
        ]
        self._write([*facts, *_told(mail, decision), *_failed(mail, decision)])

    def befell(self, row: "OutboxRow", decision: "Decision") -> None:
        """What came of a letter that did not arrive."""
        letter: dict[str, str | None] = {"id": f"out-{row.id}", "ticket": row.ticket_key}
        self._write([*_told(letter, decision), *_failed(letter, decision)])

    def rang(self, decision: "Decision") -> None:
        """What the desk itself did to a ticket when its time had come."""
        clock: dict[str, str | None] = {"id": "-", "ticket": decision.ticket.key if decision.ticket else None}
        fact = {**clock, "step": "timer", "outcome": "rang", "reason": "; ".join(decision.why)}
        self._write([fact, *_told(clock, decision)])

    def gathered(self, notice: "Notice") -> None:
        """A digest was written for a reader."""
        told = {"id": "-", "step": "tell", "outcome": notice.template, "address": notice.to}
        self._write([{**told, "reason": notice.once}])

    def struck(self, row: "InboxRow", reason: str, *, held: bool) -> None:
        """A message could not be worked: it waits for another try, or for a human."""
        self._write(
            [
                {
                    "id": f"in-{row.id}",
                    "step": "walk",
                    "outcome": "held" if held else "retry",
                    "message_id": row.message_id,
                    "reason": reason,
                }
            ]
        )

    def delivery(self, row: "OutboxRow", outcome: "Outcome", state: str) -> None:
        """What the relay said of one letter, and what the letter now is."""
        self._write(
            [
                {
                    "id": f"out-{row.id}",
                    "step": "send",
                    "outcome": state,
                    "ticket": row.ticket_key,
                    "address": row.address,
                    "message_id": row.message_id,
                    "reason": f"{outcome.code} {outcome.text}".strip(),
                }
            ],
            alarming=row.notice.template != _ALARM,
        )

    def lifted(self, address: str, reason: str) -> None:
        """Letters go to an address again."""
        self._write([{"id": "-", "step": "send", "outcome": "lifted", "address": address, "reason": reason}])

    def mailbox(self, name: str, outcome: str, reason: str = "") -> None:
        """How an IMAP folder fares: connected, failing, quiet, token-expires, uids-reset and the like."""
        self._write([{"id": "-", "step": "imap", "outcome": outcome, "address": name, "reason": reason}])

    def left(self, name: str, uid: int, tries: int, reason: str) -> None:
        """A message stays in its IMAP folder, for it could not be had; it is tried again."""
        told = f"UID {uid}, {'once' if tries == 1 else f'{tries} times'}: {reason}"
        self._write([{"id": "-", "step": "imap", "outcome": "left", "address": name, "reason": told}])

    def template_fault(self, row: "OutboxRow", fault: str) -> None:
        """The template of a letter is broken; a plain letter goes out."""
        fact = {"id": f"out-{row.id}", "step": "compose", "outcome": "template-fault", "reason": fault}
        self._write([{**fact}], alarming=row.notice.template != _ALARM)

    def noted(self, step: str, outcome: str, reason: str, *, identifier: str = "-") -> None:
        """A fact of the daemon itself: started, stopped, reloaded, reaped."""
        self._write([{"id": identifier, "step": step, "outcome": outcome, "reason": reason}])


def _told(common: "dict[str, str | None]", decision: "Decision") -> "list[dict[str, str | None]]":
    """A line for each who is told, for each who reads of it in a digest, and for each who is not told."""
    tell = {"step": "tell"}
    told = [
        {**common, **tell, "outcome": n.template, "address": n.to, "reason": why(n) or None} for n in decision.notices
    ]
    silent = (
        {**common, **tell, "outcome": "gathered" if n.later else "not-told", "address": n.address, "reason": n.why}
        for n in decision.not_told
    )
    return [*told, *silent]


def why(notice: "Notice") -> str:
    """Why somebody is told at once, or when; empty where that is a matter of course."""
    return "; ".join(filter(None, (notice.why, notice.quiet.why if notice.quiet else "")))


def _failed(common: "dict[str, str | None]", decision: "Decision") -> "list[dict[str, str | None]]":
    """A line where an address gets no more letters, gets them again, or should worry whoever reads the log."""
    failure, facts = decision.failure, list[dict[str, str | None]]()
    if failure is not None and failure.suppression is not None:
        begun = failure.suppression
        until = f"until {written(begun.until)}: {begun.reason}"
        facts.append({**common, "step": "send", "outcome": "suppressed", "address": failure.address, "reason": until})
    if failure is not None and failure.alarm is not None:
        facts.append(
            {**common, "step": "send", "outcome": "alarm", "address": failure.address, "reason": failure.alarm}
        )
    if decision.heard is not None:
        facts.append({**common, "step": "send", "outcome": "lifted", "address": decision.heard})
    return facts
