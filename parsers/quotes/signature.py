"""Which of the fresh lines are signature: below `-- `, a telephone's own line, a list's footer, an OpenPGP block.

A greeting ("Regards, Ann") is part of the letter. So are contact data, unless they are evidently the writer's own.
"""

import re
from collections.abc import Iterator

from parsers.mail import Address, Piece
from parsers.quotes.headings import RULE
from parsers.quotes.leads import ADDRESS
from parsers.quotes.lexicon import DEVICE, MADE, SIGNED
from parsers.quotes.page import LONGEST_LINE, Page

_DELIMITERS = frozenset(("--", "- --"))
# RFC 3676 section 4.3 wants the space; without it the line may be a rule, so little may follow.
_MOST_BELOW_DELIMITER, _MOST_BELOW_DASHES, _MOST_BELOW_RULE, _MOST_BELOW_PHONE = 60, 15, 12, 3
_LONGEST_PHONE_LINE = 140
# What is said in excuse of a telephone belongs to its line.
_GOES_ON = re.compile(r"[,.;] (?!sent |please |pardon |excuse |sorry |forgive |an AT&T )[^\W\dA-Z_]")
# Outlook offers itself in some sixty languages, always with this link.
_OFFER = re.compile(r"\boutlook\b.{0,40}\b(?:ios|android)\b.{0,40}aka\.ms/", re.IGNORECASE)
# The mark that Streak leaves in a mail that it watches.
_WATCHED = "\u1427"
_NAME_AFTER_DASH = re.compile(r"[-–—~]{1,2}[^\W\d_]{2,20}[.!]?")
_SENTENCE_END = (".", "!", "?", "…", ")", "。", "！", "？")
_LIST = re.compile(r"mailing list|mailinglist|mailman/listinfo|/options/|unsubscribe", re.IGNORECASE)
_CONTACT = re.compile(r"\+?\(?\d[\d ()./-]{6,}\d|https?://|www\.|(?:tel|phone|mobile|fax|skype)\b", re.IGNORECASE)


def mark(page: Page, pieces: list[Piece], stop: int, writer: Address | None) -> None:
    """Turn what is signature in each fresh stretch above line `stop` to `SIGNATURE`. `writer` is whom it is from."""
    _mark_armour(page, pieces, stop)
    for start, end in list(_stretches(pieces[:stop])):
        at = begin(page, start, end, writer)
        pieces[at:end] = [Piece.SIGNATURE] * (end - at)


def begin(page: Page, start: int, end: int, writer: Address | None = None) -> int:
    """The first line of the signature that ends the lines from `start` up to `end`; `end` where there is none."""
    least = _where_at_most(page, start, end, _MOST_BELOW_DELIMITER)
    phones = _where_at_most(page, start, end, _MOST_BELOW_PHONE + 1)
    at = next((i for i in range(least, end) if page.shown[i] and _begins(page, i, end, i >= phones)), end)
    return _own_contact(page, start, at, writer) if writer else at


def is_phone(shown: str) -> bool:
    """`Sent from my iPhone` and the like: a whole line, no sentence that goes on."""
    if len(shown) > _LONGEST_PHONE_LINE or _GOES_ON.search(shown):
        return False
    if shown == _WATCHED or _OFFER.search(shown):
        return True
    line = shown.strip("*_-[(< ")
    found = SIGNED.match(line)
    if found and not found["rest"].strip()[:1].islower():
        return True
    return (found or MADE.match(line)) is not None and DEVICE.search(line) is not None


def _stretches(pieces: list[Piece]) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for i, piece in enumerate([*pieces, Piece.QUOTE]):
        if piece is Piece.FRESH:
            start = i if start is None else start
        elif start is not None:
            yield start, i
            start = None


def _where_at_most(page: Page, start: int, end: int, most: int) -> int:
    """The first line from which at most `most` lines that are not blank are left."""
    left = most
    i = end
    while i > start and left >= 0:
        i -= 1
        left -= bool(page.shown[i])
    return i if left >= 0 else i + 1


def _begins(page: Page, i: int, end: int, near_end: bool) -> bool:
    shown = page.shown[i]
    if shown[0] in "-–—_=*~":
        return _is_delimiter(page, i, end) or (near_end and (_is_dashed_name(page, i, end) or is_phone(shown)))
    return near_end and is_phone(shown)


def _is_delimiter(page: Page, i: int, end: int) -> bool:
    shown = page.shown[i]
    if shown in _DELIMITERS:
        exact = page.lines[i].startswith(("-- ", "--\xa0", "- -- "))
        return exact or _where_at_most(page, i, end, _MOST_BELOW_DASHES + 1) == i
    if not RULE.fullmatch(shown) and shown != "__":
        return False
    below = [line[:LONGEST_LINE] for line in page.shown[i + 1 : end] if line]
    if shown[0] == "_" and any(_LIST.search(line) for line in below[:5]):
        return True
    return len(shown) > 2 and len(below) <= _MOST_BELOW_RULE and _is_closing(below) and _ends_before(page, i)


def _is_closing(below: list[str]) -> bool:
    """Names and contact data, no sentences."""
    if not below or any(len(line) > 80 or (line.endswith(_SENTENCE_END) and len(line.split()) > 5) for line in below):
        return False
    named = len(below) <= 2 and all(line[0].isupper() and len(line.split()) <= 4 for line in below)
    return named or any(_CONTACT.search(line) or ADDRESS.search(line) for line in below)


def _ends_before(page: Page, i: int) -> bool:
    """True where what stands above is finished: no list or heading that goes on below."""
    above = next((page.shown[j] for j in range(i - 1, max(i - 4, -1), -1) if page.shown[j]), "")
    return above.endswith(_SENTENCE_END) or (bool(above) and not page.shown[i - 1] and not above.endswith((":", "：")))


def _is_dashed_name(page: Page, i: int, end: int) -> bool:
    """`-ann` as the last line, grown together: a list has a space there, and more than one item."""
    if not _NAME_AFTER_DASH.fullmatch(page.shown[i]) or any(
        shown and not is_phone(shown) for shown in page.shown[i + 1 : end]
    ):
        return False
    above = next((page.shown[j] for j in range(i - 1, max(i - 4, -1), -1) if page.shown[j]), "")
    return above.endswith(_SENTENCE_END) and above[0] not in "-–—*•"


def _own_contact(page: Page, start: int, end: int, writer: Address) -> int:
    """Where the last paragraph begins if it is the writer's name and contact data; else `end`.

    After a greeting the name belongs to that and stays.
    """
    last = next((i for i in range(end - 1, start, -1) if page.shown[i]), start)
    first = last
    while first > start and page.shown[first - 1] and last - first < 12:
        first -= 1
    above = next((page.shown[j] for j in range(first - 1, max(first - 4, start - 1), -1) if page.shown[j]), "")
    lines = page.shown[first : last + 1]
    if not above or not 2 <= len(lines) <= 10 or any(len(line) > 80 for line in lines):
        return end
    named = _is_named(lines[0], writer.name)
    if not (named or (writer.address and any(writer.address.lower() in line.lower() for line in lines[1:]))):
        return end
    if not any(_CONTACT.search(line) or ADDRESS.search(line) or DEVICE.search(line) for line in lines[1:]):
        return end
    if above.endswith(_SENTENCE_END):
        return first
    greeted = above.endswith(",") or (not above.endswith((":", "：")) and len(above.split()) <= 4)
    return first + 1 if greeted and named else end


def _is_named(line: str, name: str) -> bool:
    said, known = (text.lower().replace(",", " ").split() for text in (line, name))
    return len(known) >= 2 and (said[: len(known)] == known or sorted(said) == sorted(known))


def _mark_armour(page: Page, pieces: list[Piece], stop: int) -> None:
    """OpenPGP clear-signed text (RFC 9580 section 7): its first lines and the block that signs it."""
    begun = False
    for i, shown in enumerate(page.shown[:stop]):
        if shown.startswith("-----BEGIN PGP SIG"):
            begun = True
        if begun and pieces[i] is Piece.FRESH:
            pieces[i] = Piece.SIGNATURE
        if begun and (shown.startswith("-----END PGP SIG") or (not shown and page.shown[i - 1].startswith("Hash:"))):
            begun = False
