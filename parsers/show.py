"""What was understood of a mail, as plain JSON values."""

from datetime import UTC, datetime

from parsers.intent import commands
from parsers.mail import Address, Attachment, Bounce, ParsedMail, Piece
from parsers.tags import ticket_tags
from parsers.verbs import Command, Verbs


def as_json(file: str, mail: ParsedMail, verbs: Verbs, prefixes: tuple[str, ...] | None) -> dict[str, object]:
    """One object with every key present, None or empty where the mail has none; its HTML must be sanitised already."""
    return {
        "file": file,
        "error": next((str(defect) for defect in mail.defects if defect.code == "unreadable"), None),
        "message_id": mail.message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "date": _date(mail.date),
        "from": _address(mail.from_) if mail.from_ else None,
        "reply_to": [_address(a) for a in mail.reply_to],
        "to": [_address(a) for a in mail.to],
        "cc": [_address(a) for a in mail.cc],
        "subject": mail.subject,
        "kind": mail.kind.value,
        "until": mail.until.isoformat() if mail.until else None,
        "text": mail.text,
        "reply": mail.fresh,
        "signature": mail.of(Piece.SIGNATURE),
        "quoted": mail.of(Piece.QUOTE),
        "html": mail.html,
        "attachments": [attachment_object(a) for a in mail.attachments],
        "bounce": _bounce(mail.bounce) if mail.bounce else None,
        "tags": list(ticket_tags(mail.subject, prefixes)),
        "commands": [command_object(c) for c in commands(mail, verbs)],
        "defects": [str(defect) for defect in mail.defects],
    }


def failed(file: str, reason: str) -> dict[str, object]:
    """The object of a message that could not be read."""
    empty = as_json(file, ParsedMail(), Verbs(()), None)
    return {**empty, "error": reason}


def command_object(command: Command) -> dict[str, object]:
    """One command as JSON."""
    return {
        "name": command.name,
        "arguments": list(command.arguments),
        "source": command.source.value,
        "line": command.line,
    }


def attachment_object(attachment: Attachment) -> dict[str, object]:
    """One attachment as JSON; `size` in bytes."""
    return {
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "inline": attachment.inline,
        "content_id": attachment.content_id,
    }


def _address(address: Address) -> dict[str, object]:
    return {"name": address.name, "address": address.address}


def _date(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _bounce(bounce: Bounce) -> dict[str, object]:
    return {
        "recipients": [
            {"address": r.address, "action": r.action, "status": r.status, "diagnostic": r.diagnostic}
            for r in bounce.recipients
        ],
        "original_message_id": bounce.original_message_id,
    }
