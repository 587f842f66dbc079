"""The mail that somebody passes on inside their own: whose it was, when it was written, where its words begin.

Agents forward what customers sent them. What stands there is a claim of the one who forwards, and proves nothing.
"""

import re
from dataclasses import dataclass, replace
from itertools import dropwhile, takewhile

from parsers.mail import ParsedMail, Piece
from parsers.quotes import headings, leads
from parsers.quotes.leads import ADDRESS, DATE
from parsers.quotes.lexicon import Label
from parsers.quotes.page import LONGEST_LINE, Page

_MARKS = "> \t"
_WINDOW = 20
_LONGEST_LEAD = 4
_BEFORE_NAME = re.compile(r"[,:：;\d]|>>>")
# As mail programs begin the subject of what they forward; none that in another language means an answer.
_PREFIX = re.compile(
    r"\s*(?:\[[^\]]{0,40}\]\s*){0,3}(?:fwd?|wg|tr|rv|enc|i|doorst|vb|vl|pd|i̇lt|ilt|πρθ|fs|tov[aá]bb[ií]t[aá]s"
    r"|пер|пересл|fw d|转发|轉寄|轉發|転送|전달|הועבר|إعادة توجيه|chuyển tiếp|terusan)\s?(?:\[\d{1,3}\])?\s?[:：]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Original:
    """A mail inside a text, as the block above it shows it. What that does not show is empty.

    `start` is the character at which the block begins, `words` the one at which the original's own words do.
    `date` is as it is written, in whatever language.
    """

    address: str
    name: str
    date: str
    subject: str
    start: int
    words: int


def is_subject(subject: str) -> bool:
    """Whether a subject calls its mail a forwarded one. An answer to a forwarded mail is an answer."""
    return _PREFIX.match(subject) is not None


def original(mail: ParsedMail) -> Original | None:
    """The first mail that is passed on in what a mail newly says; places are those of `mail.text`."""
    for span in mail.spans:
        if span.piece is Piece.FRESH:
            found = find(mail.text[span.start : span.end], is_subject(mail.subject))
            if found is not None:
                return replace(found, start=found.start + span.start, words=found.words + span.start)
    return None


def find(text: str, called: bool = False) -> Original | None:
    """The first mail that is passed on in a text of which the quote is cut off.

    `called` says that the subject calls the mail a forwarded one: then a lead is enough, which else stands above what
    is answered.
    """
    if ":" not in text and "：" not in text:
        return None
    page = Page.of(text)
    begun = _begin(page, called)
    if begun is None:
        return None
    start, first = begun
    fields, end = _fields(page, first)
    words = next((j for j in range(end, len(page.shown)) if page.shown[j].strip(_MARKS)), None)
    name, address = _mailbox(fields.get(Label.AUTHOR, ""))
    return Original(
        address=address,
        name=name,
        date=fields.get(Label.DATED, ""),
        subject=fields.get(Label.ABOUT, ""),
        start=page.starts[start],
        words=page.starts[-1 if words is None else words],
    )


def own_lines(text: str) -> list[str]:
    """The lines above what is passed on in a text: nobody but the writer of the mail wrote them."""
    lines = text.split("\n")
    begun = _begin(Page.of(text)) if ":" in text or "：" in text or "--" in text else None
    return lines if begun is None else lines[: begun[0]]


def _begin(page: Page, called: bool = False) -> tuple[int, int] | None:
    """The line of the divider and the one of the first field below it, which are the same without a divider."""
    end = len(page.shown)
    for i, shown in enumerate(page.shown):
        if headings.fields_on_divider(shown):
            return i, i
        if not shown or len(shown) > LONGEST_LINE:
            continue
        if headings.is_forward(page, i) or ((called or not page.quoted[i]) and headings.is_original(page, i)):
            below = range(i + 1, min(i + 5, end))
            return i, next((j for j in below if page.shown[j].strip(_MARKS)), i + 1)
        start = None if page.quoted[i] else headings.copy_from(page, i, end)
        if start is not None or headings.is_groupwise(page, i):
            return i if start is None else start, i
        if called and not page.quoted[i] and leads.may_end(shown):
            lead = leads.find(page, i, 0, quoted_below=False)
            if lead is not None and lead.column is None:
                return lead.start, lead.start
    return None


def _fields(page: Page, first: int) -> tuple[dict[Label, str], int]:
    """The fields that begin on line `first`, quoted or not, and the line below them."""
    glued = headings.fields_on_divider(page.shown[first]) if first < len(page.shown) else None
    if glued is not None:
        return glued, first + 1
    window = [shown.lstrip(_MARKS) for shown in page.shown[first : first + _WINDOW]]
    found = headings.read_fields(Page.of("\n".join(window)), 0, len(window))
    if found is not None:
        return found.fields, first + found.end
    block = list(takewhile(bool, (line[:LONGEST_LINE] for line in window)))
    if not headings.is_unknown_heading(page, first, len(page.shown)):
        last = next((i for i, line in enumerate(block[:_LONGEST_LEAD]) if line.endswith((":", "：", ">>>"))), -1)
        block = block[: last + 1]
        if not any(map(DATE.search, block)):
            return {}, first
    author = next((line for line in block if "@" in line), "")
    # Some leads name the Message-ID before the writer.
    at = max((found.start() for found in ADDRESS.finditer(author)), default=len(author))
    # Between date and name stands a verb, or a word for "user", with a small letter.
    before = dropwhile(lambda word: word[0].islower(), _BEFORE_NAME.split(author[:at])[-1].split())
    return {Label.AUTHOR: f"{' '.join(before)} {author[at:]}"}, first + len(block)


def _mailbox(value: str) -> tuple[str, str]:
    """Name and address out of `Ann <ann@acme.example>`, `Ann [mailto:ann@acme.example]`, or a name alone."""
    found = ADDRESS.search(value.replace("mailto:", ""))
    name = re.split(r"[<\[(]", value, maxsplit=1)[0].strip(" \t\"'“”„«»\xa0;,")
    if found is None:
        return name, ""
    local, _, domain = found.group().strip(".").rpartition("@")
    return "" if "@" in name else name, f"{local}@{domain.lower()}"
