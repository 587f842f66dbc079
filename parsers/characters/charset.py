"""Bytes to text: the declared charset if it is one that mail may use, else what the bytes themselves say.

Every text that leaves this package has gone through `clean`, so that no database and no encoder refuses it.
"""

import re
from collections.abc import Iterable

from parsers.characters import japanese
from parsers.characters.guess import likely
from parsers.characters.labels import RELATIVES, SEVEN_BIT, SINGLE_BYTE, WINDOWS, codec

__all__ = ["clean", "codec", "decode", "is_utf_8", "line"]

_SAMPLE = 16 * 1024

_BREAKS = re.compile(r"[\x00-\x20\x7f\x85\xa0\u2028\u2029]+")
_C1 = re.compile(rb"[\x80-\x9f]")


def clean(text: str) -> str:
    """The same text as valid Unicode without NUL: both become U+FFFD, as do lone surrogates. Idempotent."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def line(text: str) -> str:
    """A cleaned text on one line: each run of white space, line ends and control characters is one space."""
    return _BREAKS.sub(" ", clean(text).replace("\x1b", " ")).strip()


def decode(data: bytes, declared: str | None = None, hints: Iterable[str] = (), guess: bool = True) -> tuple[str, bool]:
    """The text of `data`, and whether the declared charset held (True too where none was declared).

    `hints` are charsets that stand near by, in the page itself or in the rest of the mail. They count only where the
    bytes say nothing. `guess` allows statistics, which are dear.
    """
    name = codec(declared)
    honest = name is not None or declared is None or not declared.strip()
    if data.isascii() and name not in SEVEN_BIT and b"\x1b" not in data and b"\0" not in data:
        # Charsets that are declared near by may be written in seven bits, too.
        hidden = _hidden(data, hints) if name is None else None
        return clean(hidden if hidden is not None else data.decode("ascii")), honest
    if name is not None and not (name == "ascii" and b"\x1b" in data):
        text = _strict(data, name)
        if text is not None:
            twin = _utf_8_in_disguise(data) if name in SINGLE_BYTE else None
            return (_finish(text), True) if twin is None else (_finish(twin), False)
    honest = declared is None or not declared.strip()
    return _finish(_guessed(data, name, hints, guess)), honest


def is_utf_8(data: bytes) -> bool:
    """Whether the bytes are valid UTF-8, ASCII among it."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _hidden(data: bytes, hints: Iterable[str]) -> str | None:
    for name in filter(None, map(codec, hints)):
        if name == "hz" and b"~{" in data:
            return _strict(data, name)
    return None


def _strict(data: bytes, name: str) -> str | None:
    """The text if every byte is right in that charset, else None."""
    if name in ("utf-16-le", "utf-16-be"):
        name = _byte_order(data, name)
    elif name in WINDOWS and _C1.search(data):
        # The ISO sets have controls where the Windows set of the same letters has quotes, dashes and more letters.
        name = WINDOWS[name]
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        if name == "utf-8" and b"\xed" in data:
            return _paired(data)
    if name == "cp1252":
        # It has five holes that its senders fill with C1 controls; it is never proof of another charset.
        return data.decode("cp1252", "replace")
    return japanese.decode(data, name)


def _paired(data: bytes) -> str | None:
    """UTF-8 in which characters beyond 16 bits came as two surrogates (CESU-8): databases and Java write it."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None


def _byte_order(data: bytes, name: str) -> str:
    """A byte order mark tells; without one, RFC 2781 section 4.3 and senders disagree, so the ASCII in it tells."""
    if data[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return "utf-16-be" if data[:2] == b"\xfe\xff" else "utf-16-le"
    even, odd = data[:_SAMPLE:2].count(0), data[1:_SAMPLE:2].count(0)
    if max(even, odd) <= 2 * min(even, odd):
        return name
    return "utf-16-be" if even > odd else "utf-16-le"


def _utf_8_in_disguise(data: bytes) -> str | None:
    """Text in a set of single bytes is by chance hardly ever valid UTF-8; twice in one text it is none."""
    if not is_utf_8(data):
        return None
    text = data.decode("utf-8")
    return text if len(data) - len(text) >= 2 and _beyond_ascii(text) >= 2 else None


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _guessed(data: bytes, declared: str | None, hints: Iterable[str], guess: bool) -> str:
    for name in (*_marked(data), "utf-8"):
        text = _strict(data, name)
        if text is not None:
            return text
    text = _nearly(data, "utf-8", 1 if declared == "utf-8" else 4)
    if text is None and declared not in (None, "utf-8", "ascii"):
        text = _nearly(data, declared, 4)
    if text is not None:
        return text
    for near_by in (*RELATIVES.get(declared or "", ()), *map(codec, hints)):
        if near_by not in (None, "ascii", "utf-8", declared) and (text := _strict(data, near_by)) is not None:
            return text
    found = likely(data, guess)
    text = _strict(data, found) if found else None
    return data.decode("cp1252", "replace") if text is None else text


def _marked(data: bytes) -> Iterable[str]:
    """Charsets whose bytes name them: byte order marks, NUL beside ASCII, ISO-2022 escapes (RFC 1468, RFC 1557)."""
    if data[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return ("utf-16-le",)
    sample = data[:_SAMPLE]
    if sample.count(0) * 3 > len(sample) and (sample[::2].count(0) == 0 or sample[1::2].count(0) == 0):
        return ("utf-16-le",)
    if b"\x1b$)C" in data:
        return ("iso2022_kr",)
    if b"\x1b$" in data or b"\x1b(" in data:
        return ("iso2022_jp_ext",)
    return ()


def _nearly(data: bytes, name: str | None, proportion: int) -> str | None:
    """The text in a charset of several bytes, where for each broken character that many others are whole."""
    if name is None or name in SINGLE_BYTE or name in SEVEN_BIT:
        return None
    text = data.decode(name, "replace")
    broken = text.count("\ufffd")
    if proportion == 1 and broken == 1 and text.endswith("\ufffd") and data[-1] < 0xC0:
        # Only its last character was cut off.
        return text
    return text if _beyond_ascii(text) - broken >= broken * proportion else None


def _finish(text: str) -> str:
    return clean(text.removeprefix("\ufeff"))
