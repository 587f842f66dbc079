"""Our own parser on the scoreboard: every case goes through `read`, as a mail does."""

from pathlib import Path

from bench.answers import Answer, Automatic, Facts, Reported, Signed, Survived, Trimmed
from bench.corpora import Case, message
from parsers.mail import Kind, ParsedMail, Piece
from parsers.read import read

_PIECES = {"quotes": Piece.QUOTE, "signature": Piece.SIGNATURE}


def answer(case: Case, folder: Path) -> Answer:
    """What we understand of a case."""
    mail = read(message(folder, case))
    unreadable = next((str(defect) for defect in mail.defects if defect.code == "unreadable"), None)
    if unreadable:
        raise RuntimeError(unreadable)
    match case.kind:
        case "trim":
            gone = {_PIECES[each] for each in case.strip}
            kept = "".join(mail.text[s.start : s.end] for s in mail.spans if s.piece not in gone)
            return Trimmed(kept.strip(), mail.text)
        case "signature":
            return Signed(mail.of(Piece.SIGNATURE).strip())
        case "mime":
            return _facts(mail)
        case "bounce":
            told = mail.bounce.recipients if mail.bounce else ()
            recipients = tuple((r.address, r.action, r.status) for r in told)
            return Reported(mail.kind is Kind.BOUNCE, recipients, mail.kind is Kind.FEEDBACK)
        case "autoreply":
            return Automatic(mail.kind in (Kind.AUTO_REPLY, Kind.OUT_OF_OFFICE))
        case "robust":
            return Survived()


def _facts(mail: ParsedMail) -> Facts:
    return Facts(
        subject=mail.subject,
        from_addr=mail.from_.address if mail.from_ else "",
        from_name=mail.from_.name if mail.from_ else "",
        to_addrs=tuple(a.address for a in mail.to),
        cc_addrs=tuple(a.address for a in mail.cc),
        reply_to_addrs=tuple(a.address for a in mail.reply_to),
        message_id=mail.message_id or "",
        text=mail.text,
        html=mail.html or "",
        attachments=tuple((a.filename, a.size) for a in mail.attachments),
        made=mail.html_only,
    )
