"""Bytes to text: the declared charset if it is one that mail may use, else what the bytes themselves say.

Every text that leaves this package has gone through `clean`, so that no database and no encoder refuses it.
"""

import codecs
import re

_LABEL = re.compile(r"[a-z0-9][a-z0-9_.:+-]{0,39}")

# Names that Python does not know, or knows as something else (WHATWG Encoding Standard, section 4.2).
_ALIASES = {
    "unicode": "utf-16-le",
    "ucs-2": "utf-16-le",
    "utf-16": "utf-16-le",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "x-unicode20utf8": "utf-8",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc_jp",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "windows-949": "cp949",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-x-big5": "big5hkscs",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ukrainian": "mac-cyrillic",
    "x-mac-roman": "mac-roman",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6",
    "dos-874": "cp874",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
}

# What senders mean by a name is in practice the wider set that contains it.
_WIDER = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
    "utf-16": "utf-16-le",
}

# Left out on purpose: utf-7, EBCDIC, punycode, unicode_escape and the codecs that are no charset.
_ALLOWED = frozenset(
    (
        "ascii utf-8 utf-16-le utf-16-be koi8-r koi8-u koi8-t cp437 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 "
    ).split()
    + "cp861 cp862 cp863 cp864 cp865 cp866 cp869 cp874 cp932 cp949 cp950 cp1125 big5hkscs gb18030 hz johab".split()
    + "euc_jp euc_jis_2004 euc_jisx0213 shift_jis_2004 shift_jisx0213 iso2022_kr mac-cyrillic mac-roman".split()
    + ["mac-greek", "mac-latin2", "mac-turkish", "mac-iceland", "ptcp154", "kz1048"]
    + ["iso2022_jp_ext", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_2004"]
    + [f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)]
    + [f"cp{n}" for n in range(1250, 1259)]
)

_ENOUGH_TO_GUESS = 64
_SAMPLE = 16 * 1024

_BREAKS = re.compile(r"[\x00-\x20\x7f\x85\xa0\u2028\u2029]+")


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


def codec(label: str | None) -> str | None:
    """The Python codec for a charset label as mail uses it, None for a label that is unknown or not allowed."""
    if label is None:
        return None
    name = label.strip().strip("\"'").lower()
    if not _LABEL.fullmatch(name):
        return None
    if name in _ALIASES:
        return _ALIASES[name]
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    known = _WIDER.get(known, known)
    return known if known in _ALLOWED else None


def decode(data: bytes, declared: str | None = None) -> tuple[str, bool]:
    """The text of `data`, and whether the declared charset held (True too where none was declared)."""
    name = codec(declared)
    if name == "ascii" and b"\x1b" in data:
        name = None
    if name is not None:
        text = _try(data, name)
        if text is not None:
            return _finish(text), True
    honest = declared is None or not declared.strip()
    return _finish(_guess(data)), honest


def _try(data: bytes, name: str) -> str | None:
    if name == "utf-16-le" and data[:2] == b"\xfe\xff":
        name = "utf-16-be"
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        # cp1252 has five holes that its senders fill with C1 controls; it is never proof of another charset.
        return data.decode("cp1252", "replace") if name == "cp1252" else None


def _guess(data: bytes) -> str:
    for name in (*_escapes(data), "utf-8"):
        text = _try(data, name)
        if text is not None:
            return text
    if len(data) >= _ENOUGH_TO_GUESS:
        text = _try(data, _most_likely(data))
        if text is not None:
            return text
    return data.decode("cp1252", "replace")


def _escapes(data: bytes) -> tuple[str, ...]:
    """ISO-2022 sets by their escape sequences (RFC 1468, RFC 1557)."""
    if b"\x1b$)C" in data:
        return ("iso2022_kr",)
    if b"\x1b$" in data or b"\x1b(" in data:
        return ("iso2022_jp_ext",)
    return ()


def _most_likely(data: bytes) -> str:
    from charset_normalizer import from_bytes  # slow to import, and most mail never needs it

    best = from_bytes(data[:_SAMPLE]).best()
    return (codec(best.encoding) if best else None) or "cp1252"


def _finish(text: str) -> str:
    return clean(text.removeprefix("\ufeff"))
