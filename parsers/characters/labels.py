"""Charset names as mail uses them (WHATWG Encoding Standard, section 4.2, and what senders write beyond it)."""

import codecs
import re

_LABEL = re.compile(r"[a-z0-9][a-z0-9_.:+-]{0,39}")
_CODE_PAGE = re.compile(r"(?:x-)?(?:windows|win|cp|ms|ibm|dos|codepage)[-_]?(\d{3,5})")
_ISO_8859 = re.compile(r"(?:x-)?iso[-_]?8859[-_]?(\d{1,2})(?:[-_:](?:i|e|\d{4}))?")
_UTF = re.compile(r"(?:x-)?(?:unicode-\d-\d-|unicode\d+)?utf[-_]?(7|8|16)(?:[-_]?(le|be))?")

# Names that Python does not know, or knows as something else.
_ALIASES = {
    "unicode": "utf-16-le",
    "ucs-2": "utf-16-le",
    "iso-10646-ucs-2": "utf-16-le",
    "utf8mb4": "utf-8",
    "utf-8n": "utf-8",
    "ansi": "cp1252",
    "x-ansi": "cp1252",
    "iso-latin-1": "cp1252",
    "latin-9": "iso8859-15",
    "x-sjis": "cp932",
    "x-ms-cp932": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc_jp",
    "x-euc": "euc_jp",
    "ks_c_5601": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "ksc5601": "cp949",
    "x-euc-kr": "cp949",
    "x-gbk": "gb18030",
    "x-euc-cn": "gb18030",
    "gb_2312-80": "gb18030",
    "gb2312-80": "gb18030",
    "hz-gb-2312": "hz",
    "x-x-big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "koi8-ru": "koi8-u",
    "koi": "koi8-r",
    "koi8": "koi8-r",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "csgb2312": "gb18030",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "mac-centraleurroman": "mac-latin2",
    "macintosh": "mac-roman",
    "x-mac-ce": "mac-latin2",
    "x-mac-ukrainian": "mac-cyrillic",
    "x-mac-icelandic": "mac-iceland",
    "x-mac-japanese": "cp932",
    "x-mac-korean": "cp949",
    "x-mac-chinesesimp": "gb18030",
    "x-mac-chinesetrad": "big5hkscs",
    "x-mac-thai": "cp874",
}

# Code pages by number that Python knows by another name.
_PAGES = {
    "874": "cp874",
    "936": "gb18030",
    "943": "cp932",
    "1200": "utf-16-le",
    "1201": "utf-16-be",
    "10000": "mac-roman",
    "20127": "ascii",
    "20866": "koi8-r",
    "20932": "euc_jp",
    "20936": "gb18030",
    "20949": "cp949",
    "21866": "koi8-u",
    "38598": "iso8859-8",
    "50220": "iso2022_jp_ext",
    "50221": "iso2022_jp_ext",
    "50222": "iso2022_jp_ext",
    "50225": "iso2022_kr",
    "51932": "euc_jp",
    "51936": "gb18030",
    "51949": "cp949",
    "52936": "hz",
    "54936": "gb18030",
    "65000": "utf-7",
    "65001": "utf-8",
    **{f"285{90 + n}": f"iso8859-{n}" for n in range(1, 10)},
    "28603": "iso8859-13",
    "28605": "iso8859-15",
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

WINDOWS = {
    "iso8859-2": "cp1250",
    "iso8859-7": "cp1253",
    "iso8859-8": "cp1255",
    "iso8859-13": "cp1257",
    "iso8859-15": "cp1252",
}
"""The Windows set that holds the letters of an ISO set, and letters where that one has controls."""

RELATIVES = {
    **dict.fromkeys(("iso2022_jp_ext", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_3"), ("euc_jp", "cp932")),
    "euc_jp": ("cp932",),
    "cp932": ("euc_jp",),
    "iso2022_kr": ("cp949",),
    "hz": ("gb18030", "big5hkscs"),
    "gb18030": ("big5hkscs",),
    "big5hkscs": ("cp950", "gb18030"),
}
"""The charsets that a writer may have used under the name of another one of the same language."""

SEVEN_BIT = frozenset(
    "utf-7 hz iso2022_kr iso2022_jp_ext iso2022_jp_1 iso2022_jp_2 iso2022_jp_3 iso2022_jp_2004".split()
)
"""Charsets that write everything in ASCII bytes."""

SINGLE_BYTE = frozenset(
    (
        "koi8-r koi8-u koi8-t cp437 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 "
        "cp866 cp869 cp874 cp1125 mac-cyrillic mac-roman mac-greek mac-latin2 mac-turkish mac-iceland mac-croatian "
        "mac-romanian mac-arabic ptcp154 kz1048"
    ).split()
    + [f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)]
    + [f"cp{n}" for n in range(1250, 1259)]
)
"""Charsets with one byte for each character."""

# Left out on purpose: EBCDIC, punycode, unicode_escape and the codecs that are no charset.
_ALLOWED = (
    SINGLE_BYTE
    | SEVEN_BIT
    | frozenset(
        "ascii utf-8 utf-16-le utf-16-be cp932 cp949 cp950 big5hkscs gb18030 johab euc_jp euc_jis_2004 euc_jisx0213 "
        "shift_jis_2004 shift_jisx0213".split()
    )
)


def codec(label: str | None) -> str | None:
    """The Python codec for a charset label as mail uses it, None for a label that is unknown or not allowed."""
    if label is None:
        return None
    name = "-".join(label.strip(" \t\"';,").lower().split())
    if "=" in name or ";" in name:
        # What was quoted twice, or quoted together with the next parameter.
        name = name.removeprefix("charset=").removeprefix("3d").partition(";")[0]
    elif name.startswith("3d"):
        name = name[2:]
    if not _LABEL.fullmatch(name):
        return None
    known = _ALIASES.get(name) or _by_shape(name) or _known(name) or _known(name.removeprefix("x-"))
    known = _WIDER.get(known, known) if known else None
    return known if known in _ALLOWED else None


def _by_shape(name: str) -> str | None:
    if found := _UTF.fullmatch(name):
        size, order = found.groups()
        return f"utf-{size}" if size != "16" else f"utf-16-{order or 'le'}"
    if found := _ISO_8859.fullmatch(name):
        return f"iso8859-{int(found.group(1))}"
    if found := _CODE_PAGE.fullmatch(name):
        return _PAGES.get(found.group(1)) or _known(f"cp{found.group(1)}")
    return None


def _known(name: str) -> str | None:
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
