"""The demo's mail client and mailbox: writes mails as people do, and reads what came out."""

import smtplib
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import formatdate, getaddresses, make_msgid
from pathlib import Path

from gateway.demo.script import Step


@dataclass(frozen=True, slots=True)
class Received:
    """One letter as its reader finds it."""

    path: Path
    to: str
    subject: str
    text: str
    reply_to: str
    message_id: str
    references: str


def received(folder: Path) -> list[Received]:
    """All letters that went out, oldest first."""
    paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [_read(path) for path in paths]


def _read(path: Path) -> Received:
    message = message_from_bytes(path.read_bytes())
    return Received(
        path,
        _address(message, "To"),
        str(make_header(decode_header(str(message["Subject"])))),
        _text(message),
        _address(message, "Reply-To"),
        str(message["Message-ID"]),
        " ".join(str(message["References"] or "").split()),
    )


def _address(message: Message, header: str) -> str:
    found = getaddresses([str(message.get(header, ""))])
    return found[0][1] if found else ""


def _text(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            return payload.decode("utf-8").replace("\r\n", "\n")
    return ""


def write(step: Step, name: str, answered: Received | None, key: str) -> EmailMessage:
    """The mail of a step; an answer goes where the answered letter asks, with its text quoted if wished."""
    mail = EmailMessage()
    mail["From"] = f"{name} <{step.writer}>"
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain=step.writer.rpartition("@")[2])
    text = step.text
    if answered:
        mail["To"] = answered.reply_to
        mail["Subject"] = f"Re: {answered.subject}"
        mail["In-Reply-To"] = answered.message_id
        mail["References"] = f"{answered.references} {answered.message_id}".strip()
        if step.quoting:
            quoted = "\n".join(f"> {line}" for line in answered.text.splitlines())
            text += f"\n\nOn Monday, Example Support wrote:\n{quoted}"
    else:
        mail["To"] = step.to or ""
        mail["Subject"] = step.subject.format(key=key)
    mail.set_content(text + "\n")
    return mail


def send(mail: EmailMessage, sender: str, host: str, port: int) -> str:
    """Hand a mail to the gateway's SMTP door; returns the inbox id of its answer."""
    with smtplib.SMTP(host, port, timeout=30) as door:
        door.ehlo("demo.example")
        door.mail(sender)
        code, text = door.rcpt(str(mail["To"]))
        if code == 250:
            code, text = door.data(mail.as_bytes(policy=SMTP))
    if code != 250:
        raise RuntimeError(f"the gateway answered {code} {text.decode()}")
    return text.decode().rpartition(" ")[2]
