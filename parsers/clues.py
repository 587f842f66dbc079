"""All that may name a ticket or a person: gathered from envelope and headers, proven only where a key says so."""

import re
from dataclasses import dataclass
from datetime import date

from parsers import address
from parsers.address import Keys, Token
from parsers.commands import own_lines
from parsers.mail import Envelope, ParsedMail
from parsers.quotes import forwarded
from parsers.quotes.forwarded import Original
from parsers.tags import bracketed, ticket_tags


@dataclass(frozen=True, slots=True)
class Clues:
    """What a mail offers for finding its ticket and its writer.

    `author` is the strict From address or None. `tokens` were verified; `threads` are Message-IDs of ours whose HMAC
    holds, nearest first; `references` are all other Message-IDs that the mail answers, nearest first. `tags` are
    ticket keys in upper case, `system` the key named by `[system …]` or `#system …`. `forwarded` is the mail that the
    writer passes on inside their own: what it shows is their claim.
    """

    author: str | None
    tokens: tuple[Token, ...] = ()
    threads: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    system: str | None = None
    forwarded: Original | None = None
    defects: tuple[str, ...] = ()


_SYSTEM = re.compile(r"system\s+(\S{1,100})", re.IGNORECASE)


def gather(
    mail: ParsedMail, envelope: Envelope, keys: Keys, prefixes: tuple[str, ...], hostname: str, today: date
) -> Clues:
    """All clues of a mail. The signed part is read from the envelope's recipient only, never from a header."""
    signed = address.split(envelope.recipient)[1]
    token = address.verify(keys, signed, today) if signed else None
    answered = tuple(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))))
    threads = tuple(ref for ref in answered if address.is_ours(keys, ref, hostname))
    return Clues(
        author=mail.author,
        tokens=(token,) if token else (),
        threads=threads,
        references=tuple(ref for ref in answered if ref not in threads),
        tags=ticket_tags(mail.subject, prefixes),
        system=_system(mail),
        forwarded=forwarded.original(mail),
        defects=tuple(str(defect) for defect in mail.defects),
    )


def _system(mail: ParsedMail) -> str | None:
    """The key named by `[system …]` in the subject, or by `#system …` among the first lines."""
    for tag in bracketed(mail.subject):
        found = _SYSTEM.fullmatch(tag)
        if found:
            return found[1].lower()
    for line in own_lines(mail) if "system" in mail.fresh.lower() else ():
        said = line.strip()
        if said and said[0] not in "#/":
            return None
        found = _SYSTEM.fullmatch(said[1:])
        if found:
            return found[1].lower()
    return None
