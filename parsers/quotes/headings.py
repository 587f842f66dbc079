"""What stands above an unmarked copy of a mail: a divider, or a few header fields. In whatever language.

`-----Original Message-----`, `From: … Sent: … To: … Subject: …`, the tables of Lotus Notes, the angles of GroupWise.
"""

import re
from dataclasses import dataclass
from itertools import islice

from parsers.quotes.leads import ADDRESS, DATE, TIME, names_writer
from parsers.quotes.lexicon import LABELS, Label, key, says_forwarded, says_message, says_original
from parsers.quotes.page import LONGEST_LINE, Page

_MOST_LINES = 12
_LONGEST_LABEL = 30
_LONGEST_INNER = 120
_RULING = "-_=*~—–─━"
RULE = re.compile(r"[-_=*~—–─━]{3,}|(?:[-*_] ){2,}[-*_]")
_NAMED_ADDRESS = re.compile(r"[^\s<\[][^<\[]{0,80}[<\[](?:mailto:)?[^\s<>@]{1,128}@[^\s<>@]{1,200}[>\]]")
_ANY_LABEL = re.compile(r"[*_]{0,2}[^\W\d_][^\n:：@<>/]{0,24}[:：][*_]{0,2}\s{0,3}\S")
_NOTES_TABLE = re.compile(r"\|-{3,}\+-{3,}>")
_GROUPWISE = re.compile(r">>>\s?[^>\s].*")
_MOST_WORDS = 3
_RULED_OPENING = re.compile(r"([-_=]{2,})\s?([^-_=\s][^-_=]{2,60})([-_=]{2,})\s{0,3}(?=\S)")
_LONGEST_DIVIDER = 4_000
_COLON = re.compile(r"[:：](?!\d)")
_MOST_COLONS = 12
# A line as long as this may have been broken; what stands below a shorter one is no more of it.
_MAY_GO_ON = 50


@dataclass(frozen=True, slots=True)
class Heading:
    """Header fields that stand in a text, as they are written, and the line below them."""

    end: int
    fields: dict[Label, str]


def label(shown: str) -> tuple[Label, str] | None:
    """The field that a line begins, and its value."""
    at = shown.find(":", 1, _LONGEST_LABEL + 2)
    if not shown.isascii():
        wide = shown.find("：", 1, _LONGEST_LABEL + 2)
        at = wide if 0 < wide < at or at < 0 else at
    if at < 0:
        return None
    found = LABELS.get(key(shown[:at]))
    return None if found is None else (found, shown[at + 1 : LONGEST_LINE].strip("*_ \t\u3000"))


def heading(page: Page, i: int, end: int) -> Heading | None:
    """The header fields that begin on line `i`, if they are those of a mail for sure."""
    first = label(page.shown[i])
    if first is None or (i and label(page.shown[i - 1]) is not None):
        # Below a field stands what was looked at with that one.
        return None
    found = read_fields(page, i, end)
    return found if found and _is_of_mail(found.fields, first[0]) else None


def read_fields(page: Page, i: int, end: int) -> Heading | None:
    """The header fields that begin on line `i`, whatever they are."""
    if i >= end or label(page.shown[i]) is None:
        return None
    fields: dict[Label, str] = {}
    last, missed = i, 0
    for j in range(i, min(i + _MOST_LINES, end)):
        shown = page.shown[j]
        if not shown:
            if missed or (j > i and not page.shown[j - 1]):
                break
            continue
        found = label(shown)
        if found:
            fields.setdefault(*found)
            last, missed = j, 0
            if j == i:
                fields = {**_on_one_line(shown), **fields}
        elif missed == 2 or not page.shown[j - 1]:
            break
        else:
            missed += 1
    return Heading(_end(page, last, end), fields)


def _end(page: Page, last: int, end: int) -> int:
    """The line after the last field: a long subject goes on up to the blank line."""
    j = last + 1
    if len(page.shown[last]) < _MAY_GO_ON and not (j < end and page.shown[j][:1].islower()):
        return j
    while j < end and j <= last + 2 and page.shown[j]:
        j += 1
    return j if j < end and not page.shown[j] else last + 1


def _on_one_line(shown: str) -> dict[Label, str]:
    """Where a program lost the ends of the lines: `From: a@b.example Date: Thu, 24 Mar 2016 …`."""
    return _glued(shown[:LONGEST_LINE]) if shown.count(":") > 2 and "@" in shown else {}


def fields_on_divider(shown: str) -> dict[Label, str] | None:
    """All in one line: `----- Forwarded Message ----- From: Ann <a@b.example>To: … GMT+1Subject: …`.

    Yahoo writes a forwarded mail so, Samsung's telephones an answered one.
    """
    opening = _RULED_OPENING.match(shown[:LONGEST_LINE])
    if opening is None or not (says_forwarded(opening.group(2)) or says_original(opening.group(2))):
        return None
    found = _glued(shown[opening.end() : _LONGEST_DIVIDER])
    return found if len(found) >= 3 else None


def _glued(rest: str) -> dict[Label, str]:
    """The fields of a text that begins with one, whether or not anything parts a value from the next name."""
    found: dict[Label, str] = {}
    current, begun = None, 0
    for colon in islice(_COLON.finditer(rest), _MOST_COLONS):
        start = _name_before(rest, colon.start(), begun)
        if start is None:
            continue
        if current is None and rest[:start].strip("*_ "):
            return {}
        if current is not None:
            found.setdefault(current, rest[begun:start].strip("*_ \t"))
        current, begun = LABELS[key(rest[start : colon.start()])], colon.end()
    if current is not None:
        found.setdefault(current, rest[begun:].strip("*_ \t"))
    return found


def _name_before(rest: str, colon: int, floor: int) -> int | None:
    """Where the name of a field begins that ends at a colon: nothing parts it from the value before but its capital."""
    for start in range(max(floor, colon - _LONGEST_LABEL), colon):
        if rest[start].isupper() and key(rest[start:colon]) in LABELS:
            return start
    return None


def _is_of_mail(fields: dict[Label, str], first: Label) -> bool:
    """Enough fields, of the right sort. Travellers write from, to and date as well, so values must be a mail's."""
    author, dated, target = (fields.get(name) for name in (Label.AUTHOR, Label.DATED, Label.TARGET))
    real_date = dated is not None and DATE.search(dated) is not None
    address = any(value is not None and ADDRESS.search(value) for value in (author, target))
    if Label.ABOUT in fields:
        return len(fields) == 4 or (len(fields) == 3 and (address or real_date))
    if author is not None and dated is not None and target is not None:
        return address or (real_date and TIME.search(dated) is not None)
    if dated is None or not real_date or TIME.search(dated) is None:
        return False
    return address and (author is not None or first is Label.DATED)


def is_unknown_heading(page: Page, i: int, end: int) -> bool:
    """Three or more `Word: value` lines, one with a named address, one with date and time: header fields in a
    language that nobody here has learnt. A web form has bare addresses."""
    named = dated = False
    count = 0
    for j in range(i, min(i + _MOST_LINES, end)):
        shown = page.shown[j][:LONGEST_LINE]
        if not _ANY_LABEL.match(shown):
            break
        value = re.split("[:：]", shown, maxsplit=1)[1]
        count += 1
        named = named or _NAMED_ADDRESS.search(value) is not None
        dated = dated or (DATE.search(value) is not None and TIME.search(value) is not None)
    return count >= 3 and named and dated


def _column_heading(page: Page, i: int, end: int) -> int | None:
    """Lotus Notes: a name, a date, then `To`, `cc` and `Subject` each alone on its line, with the values below."""
    if len(page.shown[i]) > _LONGEST_LABEL or LABELS.get(key(page.shown[i])) is not Label.TARGET:
        return None
    below = page.shown[i + 1 : min(i + 10, end)]
    if not any(len(line) <= _LONGEST_LABEL and LABELS.get(key(line)) is Label.ABOUT for line in below):
        return None
    dated = next((j for j in range(i - 1, max(i - 5, -1), -1) if DATE.search(page.shown[j][:LONGEST_LINE])), None)
    if dated is None:
        return None
    return dated - 1 if dated and page.shown[dated - 1] and page.shown[dated - 1][-1] not in ".!?:" else dated


def is_table(shown: str) -> bool:
    """Lotus Notes: the frame of who wrote when, drawn in ASCII, or what its picture there is called."""
    if shown.startswith("Inactive hide details for "):
        return True
    return shown.startswith("|-") and _NOTES_TABLE.fullmatch(shown) is not None


def is_groupwise(page: Page, i: int) -> bool:
    """GroupWise: `>>> Ann <ann@acme.example> 31.01.2026 11:00 >>>`, with the quoted words unmarked below."""
    shown = page.shown[i]
    if not shown.startswith(">>>") or (i and page.quoted[i - 1]) or not _GROUPWISE.fullmatch(shown):
        return False
    return DATE.search(shown) is not None and (shown.endswith(">>>") or (shown[-1] == ":" and "@" in shown))


def copy_from(page: Page, i: int, end: int) -> int | None:
    """Where an unmarked copy of a mail begins that line `i` heads, with the rules above it; None if it heads none."""
    shown = page.shown[i]
    if is_original(page, i) or is_table(shown) or heading(page, i, end) is not None:
        return above(page, i)
    if i and page.shown[i - 1] and not _is_rule(page.shown[i - 1]):
        return None
    return above(page, i) if is_unknown_heading(page, i, end) else _column_heading(page, i, end)


def above(page: Page, i: int) -> int:
    """Where a cut begins when the rules directly above it are taken along, with or without words inside."""
    start = i
    while start > 0 and i - start < 4 and (not page.shown[start - 1] or _is_rule(page.shown[start - 1])):
        start -= 1
    return start if any(page.shown[start:i]) else i


def _is_rule(shown: str) -> bool:
    return RULE.fullmatch(shown) is not None or (len(shown) <= _LONGEST_INNER and _ruled(shown)[0] >= 3)


def _ruled(shown: str) -> tuple[int, str]:
    """What stands between two rules on one line, and how long the shorter of them is."""
    left = len(shown) - len(shown.lstrip(_RULING))
    right = len(shown) - len(shown.rstrip(_RULING))
    return min(left, right), shown.strip(_RULING).strip()


def is_original(page: Page, i: int) -> bool:
    """`-----Original Message-----` and `---- Ann wrote ----`. The marks of a quote before it do not count."""
    shown = page.shown[i].lstrip("> \t")
    if fields_on_divider(shown):
        return not says_forwarded(shown[:_LONGEST_INNER].partition(":")[0])
    if not shown or shown[0] not in _RULING or len(shown) > LONGEST_LINE:
        return False
    rule, inner = _ruled(shown)
    if not rule or not inner or len(inner) > _LONGEST_INNER or (rule == 1 and shown[0] != shown[-1]):
        return False
    if says_forwarded(inner):
        return False
    if rule >= 2 and shown[0] in "-_" and names_writer(inner):
        return True
    if inner.lower().startswith(("original", "原始")) and len(inner.split()) == 1 and rule >= 2:
        return True
    if not says_message(inner):
        return False
    if says_original(inner) and len(inner.split()) <= _MOST_WORDS:
        return True
    return rule >= 2 and _fields_follow(page, i)


def is_forward(page: Page, i: int) -> bool:
    """The line above a mail that somebody forwards: `-------- Forwarded Message --------`, `Begin forwarded message:`.

    The marks of a quote before it do not count.
    """
    shown = page.shown[i].lstrip("> \t")
    if fields_on_divider(shown):
        return says_forwarded(shown[:_LONGEST_INNER].partition(":")[0])
    if not shown or len(shown) > LONGEST_LINE:
        return False
    if shown[0] in _RULING:
        rule, inner = _ruled(shown)
        if not rule or not inner or len(inner) > _LONGEST_INNER or (rule == 1 and shown[0] != shown[-1]):
            return False
        if says_forwarded(inner):
            return rule >= 2 or says_message(inner)
        return False
    if shown[-1] not in ":：" or len(shown) > 70:
        return False
    return _fields_follow(page, i) and says_forwarded(shown) and says_message(shown)


def _fields_follow(page: Page, i: int) -> bool:
    below = (shown.lstrip("> \t") for shown in page.shown[i + 1 : i + 5])
    first = next(filter(None, below), "")
    return label(first) is not None
