"""Lists of addresses for showing (RFC 5322 sections 3.4 and 4.4), also as mail programs wrongly write them.

Nothing that is read here carries authority: that is the business of `parsers.author`.
"""

import re
from dataclasses import dataclass, field

from parsers import headers
from parsers.characters import charset, encoded
from parsers.mail import Address

_MOST = 500
_MOST_STEPS = 10_000
_SPECIAL = re.compile(r'["(<>,;:\s]|=\?')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_BRACKET = re.compile(r"\\.|[()]", re.DOTALL)
_COMMENT = re.compile(r"\([^()]*\)")
_SEPARATOR = re.compile(r"[,;<]")
_ROUTE = re.compile(r"@[^:<>]*:")
_NO_ADDRESS = re.compile(r"[\s:;,]")
_LOOSE = re.compile(r" ?([@.]) ?")


@dataclass(slots=True)
class _Item:
    """What stands between two separators. `words` are the raw pieces of a name, `spec` what stood in angle brackets.

    `before` is how many of the words stood before the brackets.
    """

    words: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    spec: str | None = None
    before: int = 0


def addresses(value: str, hint: str = "") -> tuple[Address, ...]:
    """Every address of a raw field value with the name beside it, in order. `hint`: see `headers.text`."""
    return _listed(_items(_characters(value, hint)))


def author(value: str, hint: str = "") -> Address | None:
    """The first address of a From; where it has none, the name that stands there, with an empty address."""
    items = _items(_characters(value, hint))
    found = _listed(items)
    if found:
        return found[0]
    names = [a.name for item in items for a in _read(item) if a.name]
    return Address(", ".join(names), "") if names else None


def _listed(items: list[_Item]) -> tuple[Address, ...]:
    found: list[Address] = []
    waiting: list[str] = []
    for item in items:
        for address in _read(item):
            if not address.address:
                # A name with a comma in it that nobody quoted: `Doe, John <john@x.example>`.
                waiting.append(address.name)
                continue
            name = ", ".join([*waiting, address.name]) if waiting and address.name else address.name
            waiting.clear()
            if len(found) < _MOST:
                found.append(Address(name, address.address))
    return tuple(found)


def _characters(value: str, hint: str) -> str:
    if value.isascii() and "\x1b$" not in value:
        return value
    return charset.decode(value.encode("utf-8", "surrogateescape"), None, (hint,), guess=False)[0]


def _items(value: str) -> list[_Item]:
    """The items of a list. Outlook separates with semicolons, and a group (`name: … ;`) is no more than its members."""
    scanner = _Scanner(value)
    for _ in range(_MOST_STEPS):
        if scanner.at >= len(value) or len(scanner.items) >= 2 * _MOST:
            break
        scanner.step()
    return [*scanner.items, scanner.item]


class _Scanner:
    """One walk over a list. A quote or comment that nothing closes is none, and neither is any after it."""

    def __init__(self, value: str) -> None:
        self.value = value
        self.at = 0
        self.items: list[_Item] = []
        self.item = _Item()
        self.quotes = self.comments = True

    def step(self) -> None:
        sign = _SPECIAL.search(self.value, self.at)
        end = sign.start() if sign else len(self.value)
        if end > self.at:
            self.item.words.append(self.value[self.at : end])
        self.at = end
        match sign.group() if sign else "":
            case '"':
                self._quoted()
            case "(":
                self._comment()
            case "<":
                self._bracketed()
            case "=?":
                self._word(max(encoded.end_of_word(self.value, end), end + 2))
            case ":" if _opens_group(self.item):
                self.item = _Item()
                self.at += 1
            case "," | ";":
                self._next_item()
                self.at += 1
            case ">":
                self._gap(1)
            case other:
                self._word(end + len(other))

    def _word(self, end: int) -> None:
        self.item.words.append(self.value[self.at : end])
        self.at = end

    def _gap(self, length: int) -> None:
        self.item.words.append(" ")
        self.at += length

    def _next_item(self) -> None:
        self.items.append(self.item)
        self.item = _Item()

    def _quoted(self) -> None:
        found = _QUOTED.match(self.value, self.at) if self.quotes else None
        if found is None:
            self.quotes = False
            self._gap(1)
            return
        is_local_part = self.value.startswith("@", found.end())
        self.item.words.append(found.group() if is_local_part else _ESCAPED.sub(r"\1", found.group(1)))
        self.at = found.end()

    def _comment(self) -> None:
        depth = 0
        for found in _BRACKET.finditer(self.value, self.at) if self.comments else ():
            depth += {"(": 1, ")": -1}.get(found.group(), 0)
            if depth == 0:
                self.item.comments.append(_ESCAPED.sub(r"\1", self.value[self.at + 1 : found.start()]))
                self._gap(found.end() - self.at)
                return
        self.comments = False
        self._gap(1)

    def _bracketed(self) -> None:
        """To the closing bracket; where it is missing, to the next separator."""
        if self.item.spec is not None:
            # The comma before this one was forgotten: what stood since the last bracket is its name.
            after = self.item.words[self.item.before :]
            del self.item.words[self.item.before :]
            self._next_item()
            self.item.words += after
        start = self.at + 1
        closing, opening = self.value.find(">", start), self.value.find("<", start)
        if closing < 0 or (0 <= opening < closing and self.value[start:opening].strip()):
            separator = _SEPARATOR.search(self.value, start)
            self.at = separator.start() if separator else len(self.value)
        else:
            self.at = closing + 1
        self.item.spec = self.value[start : self.at].strip("<> ")
        self.item.before = len(self.item.words)


def _opens_group(item: _Item) -> bool:
    """A colon after a phrase; not one inside an address, as in `[IPv6:…]` and `mailto:`."""
    written = "".join(item.words).strip()
    return item.spec is None and "@" not in written and "[" not in written and written.lower() != "mailto"


def _read(item: _Item, again: bool = True) -> list[Address]:
    """The address of an item, or several that only spaces separate; with no address, the name alone."""
    phrase = "".join(item.words).strip()
    if item.spec is not None:
        address = _address(item.spec)
        if "@" in address or "@" not in phrase:
            return [Address(_name(phrase) or _beside(item.comments), address)]
        return _bare(phrase, [item.spec])
    if again and ("=?" in phrase or "<" in phrase):
        # The whole address may stand inside quotes or an encoded word: read once more what that says.
        shown = _name(phrase)
        return [a for i in _items(shown) for a in _read(i, again=False)] if "@" in shown else [Address(shown, "")]
    if "@" in phrase:
        return _bare(phrase, item.comments)
    shown = _name(phrase)
    return [Address(shown, "")] if shown else []


def _bare(phrase: str, comments: list[str]) -> list[Address]:
    """Addresses without brackets. One alone takes the other words, else the comment, for its name."""
    pieces = _LOOSE.sub(r"\1", " ".join(phrase.split())).split() if '"' not in phrase else [phrase]
    specs = [piece for piece in pieces if "@" in piece[1:]]
    words = " ".join(piece for piece in pieces if "@" not in piece[1:])
    name = _name(words) or _beside(comments)
    return [Address(name if len(specs) == 1 else "", _address(spec)) for spec in specs] or [Address(name, "")]


def _name(phrase: str) -> str:
    return headers.text(phrase).strip()


def _beside(comments: list[str]) -> str:
    """The name that old programs write behind an address, in brackets."""
    return _name(" ".join(comments)).strip('"')


def _address(spec: str) -> str:
    """The address in angle brackets: without its route, comments, white space and quotes that do not belong to it."""
    written = (_COMMENT.sub("", spec) if "(" in spec else spec).strip()
    route = _ROUTE.match(written)
    written = written[route.end() :] if route else written
    if written[:7].lower() == "mailto:":
        written = written[7:]
    if "@" in written and written[:1] in "'\"" and written[-1:] == written[:1]:
        written = written[1:-1]
    if "=?" in written:
        written = headers.text(written)
    local, at, domain = charset.line(written).rpartition("@")
    if not at and _NO_ADDRESS.search(domain):
        return ""
    kept = local if local.startswith('"') else "".join(local.split())
    return f"{kept}{at}{''.join(domain.split()).lower()}" if at else "".join(domain.split())
