"""Japanese mail beyond its standards: the circled numbers and company signs of NEC and IBM.

Windows and phones write them into ISO-2022-JP and EUC-JP as if they belonged there (WHATWG Encoding Standard,
sections 12.1 and 12.2), and Python's codecs know them in code page 932 only.
"""

import re

_ESCAPE = re.compile(rb"\x1b(\$\(?[@BD]|\([BJIH])")
_EUC = re.compile(rb"\x8f[\xa1-\xfe]{2}|\x8e[\xa1-\xdf]|[\xa1-\xfe]{2}")


def decode(data: bytes, name: str) -> str | None:
    """The text of ISO-2022-JP or EUC-JP with vendor characters; None for another charset or other bytes."""
    if name.startswith("iso2022_jp") and data.isascii():
        written = _from_escapes(data)
    elif name == "euc_jp" and _EUC.sub(b"", data).isascii():
        written = _EUC.sub(_shifted, data)
    else:
        return None
    try:
        return written.decode("cp932")
    except UnicodeDecodeError:
        text = written.decode("cp932", "replace")
        return text if text.count("\ufffd") * 20 <= len(text) else None


def _from_escapes(data: bytes) -> bytes:
    """ISO-2022-JP as code page 932. A line begins in ASCII (RFC 1468), half-width kana may come by shift-out."""
    out: list[bytes] = []
    mode, at = b"(B", 0
    for found in _ESCAPE.finditer(data):
        out.append(_in_mode(mode, data[at : found.start()]))
        mode, at = found.group(1), found.end()
    out.append(_in_mode(mode, data[at:]))
    return b"".join(out)


def _in_mode(mode: bytes, written: bytes) -> bytes:
    if mode[:1] == b"(":
        return bytes(b | 0x80 if 0x21 <= b <= 0x5F else b for b in written) if mode == b"(I" else written
    kanji, newline, rest = written.partition(b"\n")
    pairs = kanji.rstrip(b"\r")
    shifted = b"".join(_pair(pairs[i], pairs[i + 1]) for i in range(0, len(pairs) - 1, 2))
    return shifted + kanji[len(pairs) :] + newline + rest


def _pair(row: int, cell: int) -> bytes:
    """One JIS X 0208 character, seven bits a byte, as code page 932."""
    row, cell = row & 0x7F, cell & 0x7F
    if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
        return bytes((row, cell))
    lead = ((row - 0x21) >> 1) + 0x81
    trail = cell + (0x1F if cell < 0x60 else 0x20) if row & 1 else cell + 0x7E
    return bytes((lead + 0x40 if lead > 0x9F else lead, trail))


def _shifted(found: re.Match[bytes]) -> bytes:
    written = found.group()
    match written[0], len(written):
        case 0x8E, 2:
            return written[1:]
        case _, 3:
            # JIS X 0212 has no place in code page 932: the geta mark stands for what is not there.
            return b"\x81\xac"
        case _:
            return _pair(written[0], written[1])
