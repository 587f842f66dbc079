"""What the operator must know at once: which facts of the log are an alarm, and the letter that tells of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from routing.directory import Person
from routing.model import Desk
from routing.notice import Notice

TEMPLATE = "alarm"
PACE = timedelta(hours=1)
"""No two letters about alarms of one kind come within this time."""
MOST = 20
"""So many sentences of the log stand in one letter."""
_BLIP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Alarm:
    """A kind of alarm: what is wrong in a sentence, and the command that shows more.

    It is told once it has lasted for its `patience`.
    """

    name: str
    words: str
    command: str
    patience: timedelta = timedelta()


MESSAGE = Alarm("message", "A message is held: nothing comes of it until somebody looks.", "postern inbox")
LETTER = Alarm("letter", "A letter is held: it does not go out until somebody looks.", "postern queue")
MAILBOX = Alarm("mailbox", "A mailbox cannot be fetched.", "postern check --connect", _BLIP)
LOGIN = Alarm("login", "A mailbox refuses our login.", "postern check --connect")
EXPIRY = Alarm("expiry", "A secret ends soon: renew it in time.", "postern check --connect")
CERTIFICATE = Alarm("certificate", "The certificate of our listeners ends: renew it in time.", "postern check")
RELAY = Alarm("relay", "A relay takes no letters.", "postern check --connect", _BLIP)
BOUNCE = Alarm("bounce", "Letters to somebody of ours do not arrive.", "postern log")
STORM = Alarm("storm", "Somebody seems to answer our letters by itself.", "postern log")
ROOM = Alarm("room", "There is no room for more mail: senders are told to try again later.", "postern inbox")
TEMPLATES = Alarm("templates", "A template is broken: a plain letter goes out in its place.", "postern check")
FAULT = Alarm("fault", "Something went wrong inside Postern; what it was doing is tried again.", "postern log")

ALARMING: Mapping[tuple[str, str], Alarm] = {
    ("walk", "held"): MESSAGE,
    ("decide", "held"): MESSAGE,
    ("send", "held"): LETTER,
    ("imap", "failing"): MAILBOX,
    ("imap", "login-refused"): LOGIN,
    ("imap", "token-expires"): EXPIRY,
    ("tls", "certificate-ends"): CERTIFICATE,
    ("send", "alarm"): BOUNCE,
    ("relay", "unusable"): RELAY,
    ("tell", "storm"): STORM,
    ("room", "full"): ROOM,
    ("compose", "template-fault"): TEMPLATES,
    ("walk", "fault"): FAULT,
    ("send", "fault"): FAULT,
    ("send", "died"): FAULT,
    ("send", "no-process"): FAULT,
    ("timer", "fault"): FAULT,
    ("digest", "fault"): FAULT,
}
"""The steps and outcomes of the log that are an alarm."""
OVER: Mapping[tuple[str, str], tuple[Alarm, ...]] = {
    ("imap", "connected"): (MAILBOX, LOGIN),
    ("relay", "usable"): (RELAY,),
}
"""What ends alarms about the same address, or what the reason begins with, before they were told."""


def letter(
    desk: Desk, to: str, reader: Person | None, alarm: Alarm, said: Sequence[str], count: int, now: datetime
) -> Notice:
    """The letter to one operator: `said` are sentences of the log, `count` of how many in all.

    One of each kind within an hour of the clock, however many processes write it.
    """
    more = {"more": str(count - len(said))} if count > len(said) else {}
    return Notice(
        to=to,
        name=reader.name if reader else "",
        language=reader.language if reader else "",
        template=TEMPLATE,
        lane="operator",
        sender=desk.inlets[0].address,
        key="",
        subject="",
        details={"alarm": alarm.words, "facts": tuple(said), "command": alarm.command, **more},
        once=f"alarm:{alarm.name}:{now:%Y-%m-%dT%H}",
    )
