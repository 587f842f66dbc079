"""Delivery notices in plain words: which addresses failed, by the structure that mail systems share.

There is no module for each mail system. A failed address stands after a label, leads its line, or shares a line with a
reply or a reason; addresses that send, answer or help are passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from parsers.bounces import phrases, status
from parsers.characters.charset import clean
from parsers.mail import FailedRecipient

_LONGEST_LINE = 1_000
_MOST_LINES = 1_000
_MOST_RECIPIENTS = 200
_DIAGNOSTIC = 500
_BRACKETED = r"<(?:smtp:|mailto:|rfc822;)?([^<>\s@,;]{1,64}@[^<>\s@,;]{1,255})>"
_BARE = r"[A-Za-z0-9!#$%&'*+/=?^_`{}~.-]{1,64}@(?:(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}|\[[0-9A-Fa-f.:]{3,45}\])"
_ADDRESS = re.compile(rf"{_BRACKETED}|({_BARE})", re.IGNORECASE)
_PREFIX = re.compile(r"(?:smtp|mailto|rfc822|dda|e-?mail|address|recipient|user)[=:]", re.IGNORECASE)
_LOOSE = re.compile(r"^[*'.-]+")

_LABELLED = re.compile(
    r"(?:(?:final-|original-|failed |intended |destination |rejected |undeliverable |unknown |bad )?"
    r"(?:recipient|address|addressee|user|userid|mailbox|account|e-?mail)(?:\(s\)|\(es\)|s)?(?: is| address| to)?"
    r"|error-for|rcpt to|rcpt|smtp|envelope-to|(?:delivery )?failed(?: \d+ attempts)?|undeliverable(?: to)?"
    r"|(?:expanded|generated|generiert|forwarded|redirected|aliased) from|ultimately generated from"
    r"|(?:originally )?addressed(?: to)?|original(?:ly)? (?:sent )?to"
    r"|(?:delivered|delivering|deliver) (?:to|your mail to)|destinataire|destinatario|destinatário|empfänger|adressat"
    r"|ontvanger|mottagare|modtager|vastaanottaja"
    r"|odbiorca|příjemce|címzett|alıcı|получатель|адресат|отримувач|παραλήπτης|宛先|収件人|收件人|收件者|받는 사람"
    r"|수신자)"
    r"[\s:=;>,\"'\[(|-]{0,12}$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:\b(?:postmaster|contact|helpdesk|support|administrator|questions?|assistance|mail to us|write to"
    r"|report(?:ed)? (?:this )?to"
    r"|e-?mail us at|forward (?:this )?(?:\w+ )?to|reply to)\b|https?://)[^@]{0,30}$"
    r"|(?:\b(?:from|sender|by|reply-?to|return-?path|envelope-from|von|absender|de la part de|de|da|från|fra|van"
    r"|afzender|remitente"
    r"|expéditeur|mittente|отправител\w|от|від|od)\b|発信者|送信者|发件人|寄件者"
    r"|보낸 사람)[\s:;=<\"'(\[]{0,8}(?:[^\s@]{1,30} )?<?$",
    re.IGNORECASE,
)
_HELPERS = re.compile(
    r"(?:postmaster|mailer-daemon|abuse|support|helpdesk|help|hostmaster|webmaster|noc|security|customercare)@",
    re.IGNORECASE,
)
_LEADS = re.compile(r"[\W_]{0,12}$")
_FOLLOWS = re.compile(
    r"[\s>\"'\])]{0,6}(?:$|[:;,\[(<|]|\.\.\.|-|\s\s|\t| (?:on|was|is|could|has|were|did|does|not|failed|user|mailbox"
    r"|unknown)\b)",
)
_NAME = re.compile(r"[ \t*>-]{1,20}([A-Za-z0-9._+-]{2,64})(?:[ \t]{2,80}\S.{0,200})?[ \t]*$")
_TO = re.compile(r"(?:>? ?)(?:to|cc|an|à|para|naar|till|til|кому|宛先|收件人)\s{0,4}:\s", re.IGNORECASE)


class Rank(IntEnum):
    """How surely an address is a failed recipient."""

    ASIDE = 1
    MENTIONED = 2
    REASONED = 3
    LISTED = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """An address on a line of a notice."""

    address: str
    line: int
    rank: Rank


def recipients(said: str, own: frozenset[str], domain: str, delayed: bool) -> tuple[FailedRecipient, ...]:
    """Who failed or is late, with the reason that stands nearest.

    `own` are addresses of the notice's own header, in lower case: they belong to whoever wrote the returned message,
    and count only where nobody else is named. `domain` completes a bare user name in a list of recipients.
    """
    lines = [line[:_LONGEST_LINE] for line in said.split("\n")[:_MOST_LINES]]
    mentions = list(_mentions(lines))
    chosen = _chosen([m for m in mentions if m.address.lower() not in own]) or _chosen(
        [m for m in mentions if m.rank is Rank.LISTED]
    )
    names = tuple(dict.fromkeys(m.address for m in chosen))[:_MOST_RECIPIENTS] or _bare_names(lines, domain)
    return tuple(_failed(name, names, lines, mentions, delayed) for name in names)


def lists(said: str) -> bool:
    """True where an address stands as in a list or after a label, not within a sentence."""
    lines = [line[:_LONGEST_LINE] for line in said.split("\n")[:_MOST_LINES]]
    return any(mention.rank is Rank.LISTED for mention in _mentions(lines))


def _chosen(mentions: list[Mention]) -> list[Mention]:
    for rank in (Rank.LISTED, Rank.REASONED):
        if found := [m for m in mentions if m.rank is rank]:
            return found
    named = {m.address.lower() for m in mentions if m.rank is Rank.MENTIONED}
    return [m for m in mentions if m.rank is Rank.MENTIONED] if len(named) == 1 else []


def _mentions(lines: list[str]) -> Iterator[Mention]:
    for number, line in enumerate(lines):
        if "@" in line:
            rest: Rank | None = None
            for found in _ADDRESS.finditer(line):
                labelled = _PREFIX.match(found.group(2)) if found.group(2) else None
                address = found.group(1) or _LOOSE.sub("", found.group(2)[labelled.end() if labelled else 0 :])
                local, _, host = address.partition("@")
                if not local or not ("." in host or host.startswith("[")):
                    continue
                rest = rest or _reasoned(line)
                yield Mention(clean(address), number, Rank.LISTED if labelled else _rank(line, found, rest))


def _reasoned(line: str) -> Rank:
    """What an address on this line is worth if nothing beside it says so."""
    if _TO.match(line):
        return Rank.MENTIONED
    reason = status.by_code(line) or phrases.FAILURE.search(phrases.flat(line)) or status.by_words(line)
    return Rank.REASONED if reason else Rank.MENTIONED


def _rank(line: str, found: re.Match[str], rest: Rank) -> Rank:
    before, after = line[max(0, found.start() - 80) : found.start()], line[found.end() : found.end() + 80]
    if _LABELLED.search(before):
        return Rank.LISTED
    if found.start() == len(before) and _LEADS.match(before) and not _TO.match(line) and _FOLLOWS.match(after):
        return Rank.LISTED
    return Rank.ASIDE if _ASIDE.search(before) or _HELPERS.match(found.group().lstrip("<")) else rest


def _bare_names(lines: list[str], domain: str) -> tuple[str, ...]:
    """User names without a domain, listed under a line that ends with a colon and speaks of recipients."""
    if not domain:
        return ()
    names: list[str] = []
    listing = False
    for line in lines:
        if line.rstrip().endswith(":"):
            listing = True
        elif line.strip() and listing:
            found = _NAME.match(line)
            listing = found is not None
            if found:
                names.append(f"{found.group(1)}@{domain}")
    return tuple(dict.fromkeys(names))[:_MOST_RECIPIENTS]


def _failed(
    name: str, names: tuple[str, ...], lines: list[str], mentions: list[Mention], delayed: bool
) -> FailedRecipient:
    at = [m.line for m in mentions if m.address == name]
    others = {m.line for m in mentions if m.address != name and m.address in names} - set(at)
    paragraphs = [_paragraph(lines, start, others) for start in at[:5]]
    near = "\n".join(paragraphs)
    after = _until_next(lines, at[0], others) if at else ""
    number = "4" if delayed else "5"
    whole = "\n".join(lines)
    code = next(
        (
            found
            for scope in (near, after, whole)
            if scope and (found := status.by_code(scope) or status.by_words(scope[:_LONGEST_LINE], number))
        ),
        "",
    )
    code = code or status.by_words(whole[:6_000], number, generic=True) or f"{number}.0.0"
    return FailedRecipient(name, "delayed" if delayed else "failed", code, _shown(name, paragraphs[0] if at else ""))


def whole(name: str, said: str, delayed: bool) -> FailedRecipient:
    """One recipient that is known from elsewhere, with the reason that the whole notice gives."""
    lines = [line[:_LONGEST_LINE] for line in said.split("\n")[:_MOST_LINES]]
    return _failed(name, (name,), lines, [], delayed)


def _paragraph(lines: list[str], start: int, others: set[int]) -> str:
    """The line and those below it up to a blank one or another recipient."""
    end = start + 1
    while end < len(lines) and end - start < 15 and lines[end].strip() and end not in others:
        end += 1
    return "\n".join(lines[start:end])


def _until_next(lines: list[str], start: int, others: set[int]) -> str:
    end = min((o for o in others if o > start), default=len(lines))
    return "\n".join(lines[start : min(end, start + 40)])


def _shown(name: str, text: str) -> str:
    """The reason on one line, without the address that leads it."""
    shown = " ".join(text.split())
    lead, found, reason = shown.partition(name)
    if found and not any(map(str.isalnum, lead)) and (reason := reason.lstrip(" >\"':.,;-])")):
        shown = reason
    return shown[:_DIAGNOSTIC]
