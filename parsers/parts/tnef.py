"""What Outlook packs into `winmail.dat` (MS-OXTNEF): the files, and the words where the mail has no others.

tnefparse reads the objects and properties. The walk over them is ours: its own copies the rest of the data for each
object and believes every count, so that a small file could keep it busy for hours.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.characters import charset
from parsers.parts import rtf

SIGNATURE = b"\x78\x9f\x3e\x22"

_SMALLEST = 11
_MOST_OBJECTS = 5_000
_MOST_PROPERTIES = 1_000
_NAMED = 0x8000
_SEVERAL = 0x1000
_SHORT = (0x0002, 0x000B)


@dataclass(frozen=True, slots=True)
class Packed:
    """One file in it. `content_type` and `content_id` are empty where it states none."""

    name: str
    data: bytes
    content_type: str = ""
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything in it that a reader wants."""

    files: tuple[Packed, ...]
    text: str = ""
    html: str = ""


def unpacked(data: bytes) -> Contents | None:
    """The contents of a `winmail.dat`, None where it is none or nothing in it can be used."""
    if not data.startswith(SIGNATURE):
        return None
    reader = _Reader()
    for level, name, content in _objects(data):
        reader.take(level, name, content)
    found = reader.contents()
    return found if found.files or found.text.strip() or found.html.strip() else None


def _objects(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Level, name and content of each object, the last one as far as it came."""
    from tnefparse.tnef import TNEFObject  # needed by few mails

    at = 6
    for _ in range(_MOST_OBJECTS):
        if at + _SMALLEST > len(data):
            return
        size = _SMALLEST + int.from_bytes(data[at + 5 : at + 9], "little")
        found = TNEFObject(data[at : at + size])
        yield found.level, found.name, found.data
        at += size


def _properties(data: bytes) -> dict[int, str | bytes]:
    """The texts and bytes among the MAPI properties of an object, up to the first that cannot be read."""
    from tnefparse.mapi import SZMAPI_STRING, parse_property

    found: dict[int, str | bytes] = {}
    at = 4
    try:
        for _ in range(min(int.from_bytes(data[:4], "little"), _MOST_PROPERTIES)):
            kind, name = struct.unpack_from("<HH", data, at)
            at = _after_name(data, at + 4, name)
            count = None
            if kind & _SEVERAL:
                kind, (count,) = kind ^ _SEVERAL, struct.unpack_from("<I", data, at)
                at += 4
                if count > _MOST_PROPERTIES:
                    break
            for _ in range(1 if count is None else count):
                # Latin-1 keeps the bytes of a text; which charset they are in is told elsewhere.
                value, at = parse_property(data, at, name, kind, "latin-1", count)
                if isinstance(value, list) and value:
                    found.setdefault(name, value[0].encode("latin-1") if kind == SZMAPI_STRING else value[0])
            if (count or 1) % 2 and kind in _SHORT:
                at += 2
    except (struct.error, ValueError):
        # What was read up to here stays.
        pass
    return found


def _after_name(data: bytes, at: int, name: int) -> int:
    """A named property has its name space and its number or its name before its value."""
    if name < _NAMED:
        return at
    kind, length = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (0 if kind == 0 else length + -length % 4)


class _Reader:
    """Collects what the objects say, in the order in which they come."""

    def __init__(self) -> None:
        self.codepage = ""
        self.body: dict[int, str | bytes] = {}
        self.text: bytes = b""
        self.open: list[dict[int, str | bytes]] = []

    def take(self, level: int, name: int, content: bytes) -> None:
        from tnefparse.properties import MAPI_ATTACH_DATA_OBJ, MAPI_DISPLAY_NAME
        from tnefparse.tnef import TNEF

        if name == TNEF.ATTATTACHRENDDATA:
            self.open.append({})
        elif name == TNEF.ATTOEMCODEPAGE:
            self.codepage = f"cp{int.from_bytes(content[:4], 'little')}"
        elif name == TNEF.ATTBODY:
            self.text = content
        elif name == TNEF.ATTMAPIPROPS:
            self.body.update(_properties(content))
        elif level == TNEF.LVL_ATTACHMENT and self.open:
            if name == TNEF.ATTATTACHDATA:
                self.open[-1][MAPI_ATTACH_DATA_OBJ] = content
            elif name == TNEF.ATTATTACHTITLE:
                self.open[-1].setdefault(MAPI_DISPLAY_NAME, content.rstrip(b"\0"))
            elif name == TNEF.ATTATTACHMENT:
                self.open[-1] = {**_properties(content), **self.open[-1]}

    def contents(self) -> Contents:
        from tnefparse import properties as p

        files = tuple(
            Packed(
                self._shown(
                    attachment.get(p.MAPI_ATTACH_LONG_FILENAME)
                    or attachment.get(p.MAPI_ATTACH_FILENAME)
                    or attachment.get(p.MAPI_DISPLAY_NAME)
                ),
                data,
                self._shown(attachment.get(p.MAPI_ATTACH_MIME_TAG)).lower(),
                self._shown(attachment.get(p.MAPI_ATTACH_CONTENT_ID)),
            )
            for attachment in self.open
            if isinstance(data := attachment.get(p.MAPI_ATTACH_DATA_OBJ), bytes)
        )
        text = self._shown(self.body.get(p.MAPI_BODY) or self.body.get(p.MAPI_UNCOMPRESSED_BODY) or self.text)
        html = self._shown(self.body.get(p.MAPI_BODY_HTML))
        packed = self.body.get(p.MAPI_RTF_COMPRESSED)
        if not text and not html and isinstance(packed, bytes):
            text = rtf.to_text(rtf.decompressed(packed))
        return Contents(files, text, html)

    def _shown(self, value: str | bytes | None) -> str:
        if isinstance(value, bytes):
            return charset.decode(value.rstrip(b"\0"), self.codepage or None, guess=False)[0]
        return charset.clean(value.rstrip("\0")) if value else ""
