"""The libraries that exist, asked the same questions. Each is imported when it is first asked.

A library that makes no text of HTML gets the text that we make of it, which is better than it would have alone.
mail-parser-reply is told all its languages, for nobody tells the language of a mail.
"""

import base64
import email
import logging
from collections.abc import Callable, Iterator
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import getaddresses
from pathlib import Path

from bench.answers import Answer, Facts, Reported, Signed, Survived, Trimmed
from bench.children import Ask
from bench.corpora import Case, Kind, message, text
from parsers.hypertext.html import to_text
from parsers.read import read


def _plain(case: Case, folder: Path) -> str:
    match case.input:
        case "text":
            return text(folder, case)
        case "html":
            return to_text(text(folder, case))
        case "eml":
            return read(message(folder, case)).text


def mail_parser_reply() -> Ask:
    """alfonsrv/mail-parser-reply."""
    from mailparser_reply import EmailReplyParser
    from mailparser_reply.constants import MAIL_LANGUAGES

    parser = EmailReplyParser(languages=list(MAIL_LANGUAGES))

    def ask(case: Case, folder: Path) -> Answer:
        whole = _plain(case, folder)
        replies = parser.read(whole).replies
        first = replies[0] if replies else None
        if case.kind == "signature":
            return Signed((first.signatures or "") if first else "")
        if first is None:
            return Trimmed("", whole)
        return Trimmed((first.body if "signature" in case.strip else first.content) or "", whole)

    return ask


def email_reply_parser() -> Ask:
    """zapier/email-reply-parser."""
    from email_reply_parser import EmailReplyParser

    def ask(case: Case, folder: Path) -> Answer:
        whole = _plain(case, folder)
        parsed = EmailReplyParser.read(whole)
        if case.kind == "signature":
            return Signed("\n".join(part.content for part in parsed.fragments if part.signature))
        return Trimmed(parsed.reply, whole)

    return ask


def quotequail() -> Ask:
    """elasticsales/quotequail, which takes HTML as it is."""
    import quotequail as library

    def ask(case: Case, folder: Path) -> Answer:
        whole = _plain(case, folder)
        if case.input == "html":
            parts = library.quote_html(text(folder, case), quote_intro_line=True)
            return Trimmed(to_text("".join(part for shown, part in parts if shown)), whole)
        parts = library.quote(whole, quote_intro_line=True)
        return Trimmed("\n".join(part for shown, part in parts if shown), whole)

    return ask


def flufl_bounce() -> Ask:
    """GNU Mailman's detectors. It states no status: what it calls permanent counts as class 5, the rest as 4."""
    from flufl.bounce import all_failures

    def ask(case: Case, folder: Path) -> Answer:
        temporary, permanent = all_failures(email.message_from_bytes(message(folder, case)))
        found = [(address.decode("utf-8", "replace"), "failed", "5") for address in sorted(permanent)]
        found += [(address.decode("utf-8", "replace"), "delayed", "4") for address in sorted(temporary)]
        return Reported(bool(found), tuple(found))

    return ask


def mail_parser() -> Ask:
    """SpamScope/mail-parser."""
    from mailparser import parse_from_bytes  # type: ignore[import-untyped]  # ships no types

    # It logs a line for each part that it does not know.
    logging.getLogger("mailparser").setLevel(logging.CRITICAL)

    def ask(case: Case, folder: Path) -> Answer:
        mail = parse_from_bytes(message(folder, case))
        senders = mail.from_
        facts = Facts(
            subject=mail.subject,
            from_addr=senders[0][1] if senders else "",
            from_name=senders[0][0] if senders else "",
            to_addrs=tuple(address for _, address in mail.to),
            cc_addrs=tuple(address for _, address in mail.cc),
            reply_to_addrs=tuple(address for _, address in mail.reply_to),
            message_id=mail.message_id,
            text="\n".join(mail.text_plain or map(to_text, mail.text_html)),
            html="\n".join(mail.text_html),
            made=not mail.text_plain,
            attachments=tuple((each["filename"], _size(each["payload"], each["binary"])) for each in mail.attachments),
        )
        return Survived() if case.kind == "robust" else facts

    return ask


def _size(payload: str, binary: bool) -> int:
    # Mail that ends before its base64 does has no padding; that is not the library's fault.
    return len(base64.b64decode(payload + "===")) if binary else len(payload.encode("utf-8", "replace"))


def stdlib_default() -> Ask:
    """`email` of the standard library with `policy.default`."""

    def decoded(part: Message) -> str:
        assert isinstance(part, EmailMessage)
        return str(part.get_content())

    def ask(case: Case, folder: Path) -> Answer:
        mail = email.message_from_bytes(message(folder, case), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        fields = {
            name: [(a.display_name, a.addr_spec) for a in getattr(mail[name], "addresses", ())] if mail[name] else []
            for name in ("from", "to", "cc", "reply-to")
        }
        facts = _facts(mail, str(mail["subject"] or ""), fields, decoded)
        return Survived() if case.kind == "robust" else facts

    return ask


def stdlib_compat32() -> Ask:
    """`email` of the standard library as it is without a policy."""

    def decoded(part: Message) -> str:
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        try:
            return payload.decode(part.get_content_charset() or "ascii", "replace")
        except LookupError:
            return payload.decode("ascii", "replace")

    def ask(case: Case, folder: Path) -> Answer:
        mail = email.message_from_bytes(message(folder, case))
        fields = {
            name: [(_header(shown), address) for shown, address in getaddresses(map(str, mail.get_all(name, [])))]
            for name in ("from", "to", "cc", "reply-to")
        }
        facts = _facts(mail, _header(str(mail["subject"] or "")), fields, decoded)
        return Survived() if case.kind == "robust" else facts

    return ask


def _header(value: str) -> str:
    return str(make_header(decode_header(value)))


def _facts(
    mail: Message, subject: str, fields: dict[str, list[tuple[str, str]]], read_text: Callable[[Message], str]
) -> Facts:
    """The walk over the parts that every introduction to `email` shows."""
    texts: dict[str, list[str]] = {"plain": [], "html": []}
    attachments: list[tuple[str, int]] = []
    for part in _leaves(mail):
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
            texts[part.get_content_subtype()].append(read_text(part))
        else:
            payload = part.get_payload(decode=True)
            attachments.append((part.get_filename() or "", len(payload) if isinstance(payload, bytes) else 0))
    senders = fields["from"] or [("", "")]
    return Facts(
        subject=subject,
        from_addr=senders[0][1],
        from_name=senders[0][0],
        to_addrs=tuple(address for _, address in fields["to"]),
        cc_addrs=tuple(address for _, address in fields["cc"]),
        reply_to_addrs=tuple(address for _, address in fields["reply-to"]),
        message_id=str(mail["message-id"] or ""),
        text="\n".join(texts["plain"] or map(to_text, texts["html"])),
        html="\n".join(texts["html"]),
        attachments=tuple(attachments),
        made=not texts["plain"],
    )


def _leaves(mail: Message) -> Iterator[Message]:
    """The parts without their containers; an attached message is one part."""
    if mail.get_content_maintype() == "multipart" and mail.is_multipart():
        for part in mail.get_payload():
            assert isinstance(part, Message)
            yield from _leaves(part)
    else:
        yield mail


BASELINES: dict[str, tuple[frozenset[Kind], Callable[[], Ask]]] = {
    "mail-parser-reply": (frozenset({"trim", "signature"}), mail_parser_reply),
    "email-reply-parser": (frozenset({"trim", "signature"}), email_reply_parser),
    "quotequail": (frozenset({"trim"}), quotequail),
    "flufl.bounce": (frozenset({"bounce"}), flufl_bounce),
    "mail-parser": (frozenset({"mime", "robust"}), mail_parser),
    "email policy.default": (frozenset({"mime", "robust"}), stdlib_default),
    "email compat32": (frozenset({"mime", "robust"}), stdlib_compat32),
}
"""Which library is asked for which kind of case."""
