"""The line above a quote: "On … Ann wrote:" in whatever language, wrapped or not. Linear in the lines that it reads.

Known by its parts before its words: who (a name or an address), when (a date, a time), a verb, a colon at the end. The
more of these are there, the less has to be known of the language.
"""

import re
from dataclasses import dataclass
from itertools import takewhile

from parsers.quotes.lexicon import OPENER, ends_in_verb, verbs
from parsers.quotes.page import LONGEST_LINE, Page

_BACK = 6
_LONGEST = 400
_MOST_ABOVE = 3
_COLONS = (":", "：")
_END = (".", "!", "?", *_COLONS)
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}"
_INSIDE = re.compile(rf"-*\s?\bOn {_DAY},? ", re.IGNORECASE)

ADDRESS = re.compile(r"[^\s<>()\[\]\"'“”,;:|]{1,128}@[^\s<>()\[\]\"'“”,;:|@]{1,200}")
_BRACKETED = re.compile(r"[<(\[\"“‘'][ ]?(?:mailto:[ ]?)?[^\s<>()\[\]]{1,128}@[^\s<>()\[\]]{1,200}[ ]?[>)\]\"”’']")
_NUMBERS = r"\d{1,4}[./-] ?\d{1,2}[./-] ?\d{2,4}|\d{1,2}[-.][^\W\d_]{3,9}\.?[-.]\d{2,4}"
_YEAR = r"(?:19|20|25)\d\d"
DATE = re.compile(rf"(?<!\d)(?:{_NUMBERS}|{_YEAR}|\d{{1,2}}[월月] ?\d{{1,2}})(?!\d)")
TIME = re.compile(r"(?<![\d.])\d{1,2}(?:[:：]\d\d|[hH時时点點시] ?\d{0,2}|[.]\d\d(?![.\d]))(?!\d)")
_DAY_AND_MONTH = re.compile(r"(?<!\d)\d{1,2}[.,]? ?[^\W\d_]{3,12}|[^\W\d_]{3,12}\.? \d{1,2}(?!\d)")
_STARTS_DATED = re.compile(r"\W{0,6}(?:[^\W\d_]{1,14}\.?,?\s{1,2}){0,2}\d{1,4}(?:\D|$)")
_TELLING = re.compile(r"[\d@]")
# A sentence ends inside: these are somebody's words.
_SENTENCES = re.compile(r"[a-zß-öø-ÿа-яα-ω]{3}[.!?]\s+[A-ZÀ-ÖØ-ÞΑ-ΩА-Я]")
# Whoever says "I wrote" or "you wrote" does so in a sentence; programs name the writer.
_SPEAKING = frozenset("I ich wir j'ai j’ai nous vous ho abbiamo ik wij jag jeg vi jsem som sam я мы ми we you".split())
# Verbs that also stand in many a sentence which ends in a colon.
_COMMON = frozenset(("sent", "said", "writes", "tulis", "scrie", "scrive", "escribe", "escreve", "بواسطة", "작성"))


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead begins on line `start`, or at `column` of that line where it shares it with the words before."""

    start: int
    column: int | None = None


def may_end(shown: str) -> bool:
    """True for a line on which a lead may end: by its colon, or by the verb alone."""
    end = shown.rstrip("*_ ")
    return end.endswith(_COLONS) or ends_in_verb(end)


def find(page: Page, i: int, floor: int, quoted_below: bool) -> Lead | None:
    """The lead that ends on line `i`, none of it above line `floor`.

    With a quote below, little is asked. Without, all below is taken for quote, so it must be unmistakable.
    """
    column = inside(page, i)
    if column is not None:
        return Lead(i, column)
    told = [c for c in _candidates(page, i, floor) if quoted_below or _TELLING.search(c[1])]
    found = [(start, _Parts.of(joined)) for start, joined in told]
    # The whole of a wrapped lead before a part of it: "um 12:52 Uhr:" alone would do where a quote follows.
    for enough in (_Parts.is_strong, _Parts.is_weak) if quoted_below else (_Parts.is_strong,):
        for start, parts in found:
            if parts.dated and parts.may_open and enough(parts):
                return Lead(_with_lines_above(page, _with_first_line(page, start, floor), floor, parts))
    alone = found[0][1] if found and found[0][0] == i else None
    if alone and (alone.is_strong() or (quoted_below and alone.is_weak())):
        return Lead(_with_lines_above(page, i, floor, alone))
    return None


def names_writer(line: str) -> bool:
    """Whether a line says that somebody wrote, and not "I wrote" or "he said"."""
    parts = _Parts.of(line)
    return bool(parts.verbs - _COMMON) and not parts.is_spoken()


def inside(page: Page, i: int) -> int | None:
    """The column of line `i` at which a lead begins, where words of the writer stand before it."""
    line = page.lines[i]
    found = _INSIDE.search(line) if line.find("On ", 1) > 0 else None
    if found is None or not line[: found.start()].strip("*_- \t") or not verbs(page.shown[i]):
        return None
    return found.start()


def _candidates(page: Page, i: int, floor: int) -> list[tuple[int, str]]:
    """What ends on line `i` and begins on it or a few lines above: a lead is one paragraph.

    Some programs break it before the address, even by blank lines.
    """
    found: list[tuple[int, str]] = []
    joined = ""
    for j in range(i, max(i - _BACK, floor - 1), -1):
        shown = page.shown[j]
        if len(shown) > LONGEST_LINE or page.quoted[j]:
            break
        if not shown:
            if not joined.startswith(("<", "mailto:", "(")):
                break
            continue
        if j < i and _ends(shown):
            break
        joined = f"{shown} {joined}".rstrip()
        if len(joined) > _LONGEST:
            break
        found.append((j, joined))
    return found


def _with_lines_above(page: Page, start: int, floor: int, parts: "_Parts") -> int:
    """`start`, or the first line of its paragraph where the lines between bring what the lead still lacks.

    Some leads are broken where the rest would do alone: "Ann <a@b.example>, 31 Oca 2026 / Cmt, 11:00 tarihinde yazdı:".
    """
    first = start
    while first > floor and start - first < _MOST_ABOVE and page.shown[first - 1]:
        shown = page.shown[first - 1]
        if len(shown) > LONGEST_LINE or page.quoted[first - 1] or _ends(shown):
            break
        above = _Parts.of(shown)
        if not parts.goes_on_from(above) or above.is_spoken():
            break
        first, parts = first - 1, _Parts.of(f"{shown} {parts.line}")
    above_all = page.shown[first - 1] if first > floor else ""
    return first if not above_all or above_all.endswith(_END) else start


def _ends(shown: str) -> bool:
    return shown.endswith(_END) and not _is_abbreviation(shown)


def _is_abbreviation(shown: str) -> bool:
    return shown.endswith(".") and len(shown.rpartition(" ")[2]) <= 5


def _with_first_line(page: Page, start: int, floor: int) -> int:
    """`start`, or the line above where the lead is broken before its date: "Ann <a@b> schrieb am Samstag,"."""
    above = start - 1
    if above < floor or page.quoted[above] or not page.shown[above].endswith(","):
        return start
    shown = page.shown[above][:LONGEST_LINE]
    opened = len(shown) < 40 and OPENER.match(shown) is not None
    begun = opened and (not OPENER.match(page.shown[start]) or DATE.search(shown) is not None)
    named = ADDRESS.search(shown) is not None and bool(verbs(shown))
    return above if begun or named else start


@dataclass(frozen=True, slots=True)
class _Parts:
    """What was found in a line that may be a lead. `address` and `bracketed` are the places of an address."""

    line: str
    verbs: frozenset[str]
    dated: bool
    timed: bool
    address: re.Match[str] | None
    bracketed: re.Match[str] | None
    opened: bool

    @classmethod
    def of(cls, line: str) -> "_Parts":
        with_address = "@" in line
        timed = TIME.search(line) is not None
        return cls(
            line,
            verbs(line),
            DATE.search(line) is not None or (timed and _DAY_AND_MONTH.search(line) is not None),
            timed,
            ADDRESS.search(line) if with_address else None,
            _BRACKETED.search(line) if with_address else None,
            OPENER.match(line) is not None or _STARTS_DATED.match(line) is not None,
        )

    @property
    def may_open(self) -> bool:
        """A lead begins with a date, with a first word such as "On", or with a name and an address."""
        if self.opened:
            return True
        at = self.address.start() if self.address else len(self.line)
        return at < 140 and len(self.line[:at].split()) <= 7 and self.line[0] not in "<([>"

    def goes_on_from(self, above: "_Parts") -> bool:
        """Whether the line above brings what this one lacks, and this one cannot be the beginning of a lead."""
        dated, above_dated = DATE.search(self.line) is not None, DATE.search(above.line) is not None
        missed = (above.address and not self.address) or (above.verbs and not self.verbs) or (above_dated and not dated)
        if not missed:
            return False
        if self.line[0] in "<(" or (self.line[0].islower() and not self.opened):
            return True
        lost = above_dated or above.verbs if not dated else above.verbs and not self.verbs and not self.address
        return above.bracketed is not None and bool(lost)

    def is_strong(self) -> bool:
        """A lead whatever follows."""
        return self._is_complete() and _SENTENCES.search(self.line) is None and not self.is_spoken()

    def is_spoken(self) -> bool:
        """True for words that somebody says of himself or to another."""
        words = self.line.split()
        return words[0].lower() in _SPEAKING or not _SPEAKING.isdisjoint(words)

    def _is_complete(self) -> bool:
        if not self.verbs:
            return self.bracketed is not None and self._is_strong_without_verb(self.bracketed)
        if self.verbs <= _COMMON and self.bracketed is None:
            return False
        if self.dated:
            return self.opened or self.bracketed is not None or (self.timed and self._is_named())
        if not self.line.endswith(_COLONS) or self.address is None:
            return False
        return self.opened or (self.bracketed is not None and self.bracketed.start() < 60)

    def _is_named(self) -> bool:
        """Whether a name stands before the verb or the date, and nothing else."""
        words = list(takewhile(lambda word: not (word[0].isdigit() or verbs(word)), self.line.split()[:6]))
        return len(words) <= 4 and not any(word[0].islower() for word in words)

    def _is_strong_without_verb(self, bracketed: re.Match[str]) -> bool:
        """Date, time, name, address and colon: enough in a language that nobody here has learnt."""
        if not (self.timed and self.line.endswith(_COLONS) and DATE.search(self.line)):
            return False
        if len(self.line[bracketed.end() :].split()) <= 3:
            return self.opened
        named = self.line[: bracketed.start()].split()
        return len(named) <= 4 and not any(word[0].islower() for word in named)

    def is_weak(self) -> bool:
        """A lead where a quote follows."""
        end = self.line.rstrip("*_ ")
        if not end.endswith(_COLONS) and not ends_in_verb(end):
            return self.dated and self.address is not None and end.endswith((">", ")")) and self.line[0].isdigit()
        if self.verbs:
            few = len(self.line.split()) <= 8 and not self.verbs <= _COMMON
            return few or self.address is not None or self.dated
        if self.address is not None:
            return len(self.line) - self.address.end() <= 4 or self.dated
        return self.opened and self.timed and self.dated
