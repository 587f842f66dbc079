"""What a mail would do, by the real parser and the real decision, with nothing written: thousands can be tried."""

from collections.abc import Sequence

from gateway.intake import Rejected
from gateway.store.rows import InboxRow
from gateway.walk import Considered, consider, understand
from parsers.mail import Door, Envelope
from parsers.read import read
from routing.model import Decision, effects
from tests.stories.stage import MALLORY, SUPPORT, Desk, Post

TRUSTING = '[trust]\nauthserv_ids = ["mx.desk.example"]'
TAGGED = "Re: [CT-1] Images"


def weighed(desk: Desk, raw: bytes, to: str = SUPPORT, *, sender: str = MALLORY, trusted: bool = True) -> Considered:
    """The decision about bytes that an SMTP peer brings, one of the house's own relays where it is `trusted`."""
    target = desk.office.intake(lambda: desk.rules).admit(to, desk.moment.date())
    assert not isinstance(target, Rejected), target
    envelope = Envelope(sender, to, Door.SMTP, desk.moment, trusted=trusted)
    (vouching,) = desk.rules.vouchings([(envelope, raw)])
    mail = read(raw, vouching=vouching)
    row = InboxRow(0, envelope, raw, target.inlet.queue, False, mail.message_id, 1, "", "")
    with desk.office.store.read() as reading:
        return consider(reading, understand(row, mail, desk.rules, desk.moment.date()), desk.rules, desk.moment)


def written(
    text: str, *fields: str, subject: str = TAGGED, answering: Post | None = None, message_id: str = "<x@y.example>"
) -> bytes:
    """A mail with these raw header fields, one that carries the Message-IDs of a letter where it is `answering` one."""
    more = (f"In-Reply-To: {answering.message_id}", f"References: {answering.message_id}") if answering else ()
    head = (*fields, f"Subject: {subject}", f"Message-ID: {message_id}", *more)
    return "\r\n".join((*head, "", text, "")).encode("utf-8", "surrogateescape")


def moves(decision: Decision, key: str = "CT-1") -> bool:
    """Whether a decision changes anything of a ticket."""
    return any(event.changes for effect in effects(decision) if effect.ticket.key == key for event in effect.events)


def told(decision: Decision) -> list[str]:
    """Who gets a letter."""
    return sorted({notice.to for notice in decision.notices})


def repeated(decision: Decision, words: str) -> list[str]:
    """Who gets a letter with words of the mail: those of its event, or anything of its small texts."""
    texts: list[tuple[str, Sequence[str]]] = []
    for notice in decision.notices:
        event = [] if notice.event is None else [decision.events[notice.event].text]
        details = [one for value in notice.details.values() for one in ([value] if isinstance(value, str) else value)]
        texts.append((notice.to, [*event, *details, notice.subject]))
    return sorted({to for to, said in texts if any(words in text for text in said)})
