"""A rendered notice becomes the bytes of one message: headers built from nothing, and its bodies (`bodies.py`).

The message is put together by hand: the standard library's generator spends ten times as long, most of it on folding
headers that it cannot know to be clean. What replaces its checks is here, in one place: `header_text` cleans every
value on its way in, `guard` reads the finished header block again on its way out.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import NewType

from outbound import bodies
from outbound.actions import mailto
from outbound.addresses import mailbox
from outbound.bodies import HARD_LINE
from outbound.enclosure import NO_FILES, Enclosure
from outbound.letter import Letter
from outbound.render import WORDLESS, Rendered
from outbound.text import one_line
from outbound.thread import Thread, folded, references, thread_index
from routing.digest import OFF
from routing.digest import TEMPLATE as DIGEST
from routing.model import Notice

HeaderText = NewType("HeaderText", str)

LINE = 78  # characters a header line should have at most, RFC 5322 section 2.1.1

SUBJECT = 300  # characters: no mail client shows more
NAME = 100
MOST_LOOPS = 50

# What Exchange is asked not to answer ([MS-OXCMAIL] section 2.1.3.2.20). Neither NDR nor All, which contains it: a desk
# learns from the bounce that nobody got the letter. OOF only for answers: who hears of a ticket may say that they are
# away, and the ticket notes it, but a mere acknowledgement need not be told.
_SUPPRESS = "DR, RN, NRN, AutoReply"

_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_PRINTABLE = bytes(range(32, 127))
_LABEL = re.compile(r"[^a-z0-9-]+")


class UnsafeHeader(ValueError):  # noqa: N818 - named for what was found, as Refused and Deferred are
    """The finished header block is not the one that was put in. The letter must not leave."""


def header_text(value: str) -> HeaderText:
    """`value` as a header may carry it: one line without CR, LF, NUL or any other control character."""
    return HeaderText(one_line(value))


def compose(
    rendered: Rendered,
    notice: Notice,
    *,
    reply_to: str,
    envelope_sender: str,
    message_id: str,
    thread: Thread,
    gateway_name: str,
    now: datetime,
    enclosure: Enclosure = NO_FILES,
) -> Letter:
    """The letter for one reader: the same arguments give the same bytes.

    `reply_to` is the signed address, `message_id` comes in angle brackets, `now` is aware and becomes Date. Raises
    ValueError for an address that needs SMTPUTF8, `UnsafeHeader` as `guard` does.
    """
    recipient = mailbox(notice.to)
    # An acknowledgement answers whoever From claims to be: it repeats nothing of that mail, not even the name.
    reader = "" if notice.template == "acknowledgement" else notice.name
    content_type, body = bodies.put_together(rendered.text, rendered.html, enclosure, message_id)
    fields = [
        ("From", _named("From", gateway_name, mailbox(notice.sender))),
        ("To", _named("To", reader, recipient)),
        ("Subject", _unstructured("Subject", rendered.subject)),
        ("Date", format_datetime(now)),
        ("Message-ID", message_id),
        *_threading(notice, thread, now),
        ("Reply-To", _named("Reply-To", gateway_name, mailbox(reply_to))),
        ("Auto-Submitted", "auto-replied" if notice.answer else "auto-generated"),  # RFC 3834 section 5
        ("X-Auto-Response-Suppress", f"OOF, {_SUPPRESS}" if notice.answer else _SUPPRESS),
        *_list(notice, thread, gateway_name, reply_to),
        *_loops(notice),
        ("MIME-Version", "1.0"),
        ("Content-Type", content_type),
    ]
    block = "".join(f"{name}: {value}\r\n" for name, value in fields).encode("utf-8", "replace")
    guard(block, [name for name, _ in fields])
    return Letter(envelope_sender, recipient, message_id, block + b"\r\n" + body)


def _threading(notice: Notice, thread: Thread, now: datetime) -> list[tuple[str, str]]:
    """What letter this one follows, and for those of a ticket what Outlook threads by.

    A letter that must not repeat words has no topic to tell.
    """
    own = notice.in_reply_to if notice.in_reply_to and _MESSAGE_ID.fullmatch(notice.in_reply_to) else None
    chain = references(thread, own, answered=notice.answer)
    fields = [("In-Reply-To", chain[-1]), ("References", folded(chain))]
    if thread.began is None or not notice.key:
        return fields
    if notice.template not in WORDLESS and header_text(notice.subject):
        fields.append(("Thread-Topic", _unstructured("Thread-Topic", notice.subject)))
    return [*fields, ("Thread-Index", thread_index(thread.root, thread.began, now))]


def _list(notice: Notice, thread: Thread, gateway_name: str, reply_to: str) -> list[tuple[str, str]]:
    """By what letters can be filtered, counted and stopped; of a list they are only where they answer nobody.

    List-Id (RFC 2919) names the address that feeds the ticket's queue. List-Unsubscribe (RFC 2369) stands where one
    command ends the letters; by mail only, as a link that does so itself (RFC 8058) needs a web server.
    """
    local, _, domain = mailbox(notice.sender).rpartition("@")
    label = _LABEL.sub("-", local.lower()).strip("-") or "desk"
    sender = hashlib.blake2b(domain.encode(), digest_size=4).hexdigest()
    fields = [("Feedback-ID", f"{notice.template}:{label[:60]}:postern:{sender}")]
    if notice.answer:
        return fields
    fields.append(("List-Id", _named("List-Id", gateway_name, f"{label[:60]}.{domain}", bare=False)))
    if thread.watching and notice.key:
        link = mailto(reply_to, f"[unwatch] {notice.key}", "#unwatch")
        fields.append(("List-Unsubscribe", f"\r\n <{link}>"))
    if notice.template == DIGEST:
        fields.append(("List-Unsubscribe", f"\r\n <{mailto(reply_to, f'[{OFF[1:]}]', OFF)}>"))
        fields.append(("Precedence", "bulk"))  # RFC 3834 section 2: what is sent to many gets no automatic answer
    return fields


def _loops(notice: Notice) -> list[tuple[str, str]]:
    """One field for this letter, and one for each that led to it: who sees three refuses the mail."""
    return [("X-Postern-Loop", mailbox(notice.sender).rpartition("@")[2])] * (min(notice.loops, MOST_LOOPS) + 1)


def guard(block: bytes, names: Sequence[str]) -> None:
    """Raise `UnsafeHeader` unless `block` holds exactly the fields `names`, in order, in clean lines ending in CRLF.

    This is the last look before the wire: it trusts nothing that was done before.
    """
    lines = block.split(b"\r\n")
    found = [line.partition(b":")[0] for line in lines if not line.startswith(b" ") or line.isspace()]
    if found != [*(name.encode() for name in names), b""]:
        raise UnsafeHeader("The letter was not sent: its header fields do not read back as they were written.")
    if block.replace(b"\r\n", b"").translate(None, _PRINTABLE) or len(max(lines, key=len)) > HARD_LINE:
        raise UnsafeHeader("The letter was not sent: a header line holds a control character or is too long.")


def _named(field: str, name: str, address: str, *, bare: bool = True) -> str:
    """A mailbox with its display name (RFC 5322 section 3.4), folded before the address where it is long."""
    phrase = _phrase(field, _cut(header_text(name), NAME))
    if not phrase:
        return address if bare else f"<{address}>"
    fits = len(field) + len(phrase) + len(address) + 5 <= LINE
    return f"{phrase} <{address}>" if fits else f"{phrase}\r\n <{address}>"


def _phrase(field: str, name: str) -> str:
    if not name.isascii() or "=?" in name or len(name) > LINE - 20:
        return _encoded(field, name)
    if _PHRASE.fullmatch(name) or not name:
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unstructured(field: str, value: str) -> str:
    """A subject, folded at its spaces, or as encoded words where it is not plain ASCII in words of usual length."""
    text = _cut(header_text(value), SUBJECT)
    if not text.isascii() or "=?" in text or any(len(word) >= LINE - len(field) - 2 for word in text.split(" ")):
        return _encoded(field, text)
    lines, line = [], ""
    room = LINE - len(field) - 2
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line, room = word, LINE - 1
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join([*lines, line])


def _encoded(field: str, text: str) -> str:
    """`text` as encoded words of whole characters: at most 75 characters a word and 76 a line (RFC 2047 section 2)."""
    words, chunk = [], b""
    room = (76 - len(field) - 2 - 12) // 4 * 3
    for character in text:
        octets = character.encode()
        if len(chunk) + len(octets) > room:
            words.append(chunk)
            chunk, room = b"", (75 - 12) // 4 * 3
        chunk += octets
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word).decode()}?=" for word in [*words, chunk])


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
