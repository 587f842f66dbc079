"""What stands below the header of a letter: two alternative bodies, the pictures in one of them, and files.

Put together by hand, as the header is; what stands in a field of a part was made safe here.
"""

import hashlib
import re
from binascii import b2a_base64, b2a_qp
from collections.abc import Sequence
from urllib.parse import quote

from outbound.enclosure import Enclosure, Picture
from outbound.letter import File
from outbound.text import many_lines, one_line

HARD_LINE = 998  # octets a line may have at most, RFC 5322 section 2.1.1
_PIECE = 55  # characters of a parameter on one line
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,90}")
_ESCAPED = re.compile(r"%..|.")
_SEPARATORS = str.maketrans({"/": "_", "\\": "_", '"': "'", "\0": "_"})
# Parts of the first two may not be encoded (RFC 2046 sections 5.1 and 5.2.1), and not every relay takes them as they
# are. The last would be answered by its reader's calendar, in the name of whoever was not invited.
_OPAQUE = ("message/", "multipart/", "text/calendar")
_OCTETS = "application/octet-stream"


def put_together(text: str, html: str, enclosure: Enclosure, message_id: str) -> tuple[str, bytes]:
    """The value of Content-Type and the body of a letter; `message_id` makes its boundaries."""
    digest = hashlib.blake2b(message_id.encode(), digest_size=12).hexdigest()
    # None may be the beginning of another, which some readers take for the same (RFC 2046 section 5.1.1).
    outer, inner, shown = f"=_{digest}", f"=.{digest}", f"=-{digest}"
    page = _part("html", html)
    if enclosure.pictures:
        # RFC 2387: the page first, then what it shows.
        head = f'Content-Type: multipart/related; type="text/html"; boundary="{shown}"\r\n\r\n'.encode()
        page = head + _parts(shown, (page, *map(_picture, enclosure.pictures)))
    # The plain one first (RFC 2046 section 5.1.4).
    words = (_part("plain", text), page)
    if not enclosure.files:
        return f'multipart/alternative; boundary="{outer}"', _parts(outer, words)
    head = f'Content-Type: multipart/alternative; boundary="{inner}"\r\n\r\n'.encode()
    mixed = (head + _parts(inner, words), *map(_file, enclosure.files))
    return f'multipart/mixed; boundary="{outer}"', _parts(outer, mixed)


def _parts(boundary: str, parts: Sequence[bytes]) -> bytes:
    fence = f"--{boundary}".encode()
    return b"".join(fence + b"\r\n" + part + b"\r\n" for part in parts) + fence + b"--\r\n"


def _picture(picture: Picture) -> bytes:
    return _encoded(picture.file, "inline", f"Content-ID: <{picture.cid}>\r\n")


def _file(file: File) -> bytes:
    return _encoded(file, "attachment", "")


def _encoded(file: File, disposition: str, more: str) -> bytes:
    """One file (RFC 2183). What it is called and what it is said to be came by mail: both are made anew here."""
    name = one_line(file.name).translate(_SEPARATORS).strip(" .") or "file"
    stated = file.content_type.lower()
    kind = stated if _TYPE.fullmatch(stated) and not stated.startswith(_OPAQUE) else _OCTETS
    charset = '; charset="utf-8"' if kind.startswith("text/") and _is_utf_8(file.data) else ""
    head = (
        f"Content-Type: {kind}{charset};{_parameter('name', name)}\r\nContent-Transfer-Encoding: base64\r\n{more}"
        f"Content-Disposition: {disposition};{_parameter('filename', name)}\r\n\r\n"
    )
    return head.encode() + _base64(file.data)


def _parameter(attribute: str, value: str) -> str:
    """A parameter on lines of its own: in quotes where it is plain and short, else in pieces of percent-encoded UTF-8
    (RFC 2231 sections 3 and 4). Encoded words have no place in it (RFC 2047 section 5), and yet are read by many.
    """
    if value.isascii() and len(value) <= _PIECE and "=?" not in value:
        return f'\r\n {attribute}="{value}"'
    lines = [""]
    for one in _ESCAPED.findall(quote(value, safe="")):
        if len(lines[-1]) + len(one) > _PIECE:
            lines.append("")
        lines[-1] += one
    lines[0] = f"utf-8''{lines[0]}"
    if len(lines) == 1:
        return f"\r\n {attribute}*={lines[0]}"
    return ";".join(f"\r\n {attribute}*{number}*={line}" for number, line in enumerate(lines))


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return not data.isascii()


def _part(subtype: str, text: str) -> bytes:
    """One alternative: as it is where every mail system takes it so, else quoted-printable, or base64 where most of the
    text would be escapes (RFC 2045 section 6).
    """
    octets = f"{many_lines(text)}\n".replace("\n", "\r\n").encode()
    content, encoding = octets, "7bit"
    if not _is_plain(octets):
        content, encoding = b2a_qp(octets, istext=True), "quoted-printable"
        if len(content) > len(octets) * 3 // 2:
            content, encoding = _base64(octets), "base64"
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode() + content


def _is_plain(octets: bytes) -> bool:
    """ASCII in short lines, none of which could pass for a boundary or a mailbox separator.

    A line may end in a space, as that of a signature does: where one is lost on the way, no word is.
    """
    if not octets.isascii() or b"--=" in octets or b"\nFrom " in octets:
        return False
    return len(max(octets.split(b"\r\n"), key=len)) <= HARD_LINE


def _base64(octets: bytes) -> bytes:
    lines = (b2a_base64(octets[at : at + 57], newline=False) for at in range(0, len(octets), 57))
    return b"\r\n".join(lines) + b"\r\n"
