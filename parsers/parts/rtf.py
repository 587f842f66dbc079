"""Rich text as Outlook keeps it (MS-OXRTFCP): unpacked, and its words. Total, linear, and blind to layout."""

import re

from parsers.characters import charset

_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4096
_LONGEST = 4 * 1024 * 1024
_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^A-Za-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_BREAKS = {b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t"}
_SIGNS = {
    b"emdash": "\u2014",
    b"endash": "\u2013",
    b"bullet": "\u2022",
    b"lquote": "\u2018",
    b"rquote": "\u2019",
    b"ldblquote": "\u201c",
    b"rdblquote": "\u201d",
}
_UNSEEN = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer generator listtable themedata mmathPr".split()
)


def decompressed(data: bytes) -> bytes:
    """LZFu (section 2.1.3): flags for eight tokens, each a byte or a stretch of the last 4096. Empty if broken."""
    if len(data) < 16:
        return b""
    kind = data[8:12]
    if kind == b"MELA":
        return data[16:]
    if kind != b"LZFu":
        return b""
    out = bytearray(_DICTIONARY)
    at = 16
    while at < len(data) and len(out) < _LONGEST:
        flags = data[at]
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += data[at : at + 1]
                at += 1
                continue
            token = int.from_bytes(data[at : at + 2], "big")
            at += 2
            # The place is counted in a window that wraps around: how far back from its write position.
            back = (len(out) - (token >> 4)) % _WINDOW
            if back == 0 or at > len(data):
                return bytes(out[len(_DICTIONARY) :])
            for _ in range((token & 15) + 2):
                out.append(out[-back] if back <= len(out) else 0x20)
    return bytes(out[len(_DICTIONARY) :])


def to_text(rtf: bytes) -> str:
    """The words of a rich text; its tables of fonts and colours, pictures and unknown destinations left out."""
    found = re.search(rb"\\ansicpg(\d{1,5})", rtf[:1000])
    codepage = f"cp{found.group(1).decode()}" if found else "cp1252"
    words = _Words(codepage)
    for token in _TOKEN.finditer(rtf.rstrip(b"\0")):
        words.take(*token.groups())
    words.flush()
    return charset.clean("".join(words.out))


class _Words:
    """The walk over the tokens. `hidden` is the depth of the destination that is not shown, 0 for none."""

    def __init__(self, codepage: str) -> None:
        self.codepage = codepage
        self.out: list[str] = []
        self.raw = bytearray()
        self.depth = 0
        self.hidden = 0
        self.skip = 0

    def take(
        self,
        word: bytes | None,
        number: bytes | None,
        code: bytes | None,
        sign: bytes | None,
        brace: bytes | None,
        plain: bytes | None,
    ) -> None:
        if brace == b"{":
            self.depth += 1
        elif brace == b"}":
            self.hidden = 0 if self.hidden == self.depth else self.hidden
            self.depth -= 1
        elif self.hidden:
            return
        elif word is not None:
            self._word(word, number)
        elif sign is not None:
            if sign == b"*":
                self.hidden = self.depth
            elif sign in (b"\\", b"{", b"}"):
                self.raw += sign
            elif sign == b"~":
                self._text(" ")
        elif code is not None:
            self._bytes(bytes.fromhex(code.decode("ascii")))
        elif plain is not None:
            self._bytes(plain)

    def _word(self, word: bytes, number: bytes | None) -> None:
        if word in _UNSEEN:
            self.hidden = self.depth
        elif word == b"u" and number is not None:
            self._text(chr(int(number) % 0x10000))
            self.skip = 1
        elif word in _BREAKS or word in _SIGNS:
            self._text(_BREAKS.get(word) or _SIGNS[word])

    def _bytes(self, written: bytes) -> None:
        """A Unicode character has one for old readers behind it."""
        self.raw += written[self.skip :]
        self.skip = 0

    def _text(self, shown: str) -> None:
        self.flush()
        self.out.append(shown)

    def flush(self) -> None:
        if self.raw:
            self.out.append(charset.decode(bytes(self.raw), self.codepage, guess=False)[0])
            self.raw.clear()
