"""A message while it comes in (RFC 5321 section 4.1.1.4), read in bulk: line by line costs more than all the rest."""

import asyncio
import re
from dataclasses import dataclass, field

from gateway import failpoint
from gateway.intake import Rejected
from gateway.smtp.bounds import Bounds
from gateway.smtp.stream import Stream
from gateway.smtp.traffic import Budget

END_OF_DATA = b"\r\n.\r\n"
_NEWLINE = re.compile(rb"\r\n|\r|\n")

NO_MEMORY = Rejected(452, "4.3.1", "Too much is coming in at once; please try again later")
BARE_NEWLINES = Rejected(550, "5.6.0", "A line ends with CR LF, and a message has neither elsewhere")


class Flood(Exception):  # noqa: N818 - what happens
    """A message goes on far beyond the limit: the connection must be closed."""


@dataclass(slots=True)
class Incoming:
    """One message on its way through a reader, whose buffer must be empty at the start.

    The end is CRLF . CRLF and nothing that looks like it. What it takes of `budget` it keeps until `forget`.
    """

    reader: Stream
    bounds: Bounds
    budget: Budget
    mends_newlines: bool = False
    _chunks: list[bytes] = field(default_factory=list)
    _held: int = 0

    def begin(self) -> None:
        """Call before the sender is invited: as if the line before were part of the message.

        Then its end is always CRLF . CRLF, even when it is empty.
        """
        self.reader.put_back(b"\r\n")

    async def read(self) -> bytes | Rejected:
        """The message with its dots unstuffed (section 4.5.2), or what is wrong with it once it is over.

        Raises Flood, or asyncio.IncompleteReadError where the sender leaves before the end.
        """
        room = self.bounds.size + len(END_OF_DATA) + 2
        size, whole, wrong = 0, False, None
        while not whole:
            try:
                chunk = await self.reader.readuntil(END_OF_DATA)
                whole = True
            except asyncio.LimitOverrunError as more:
                chunk = await self.reader.read(more.consumed)
                failpoint.reached("smtp.in-message")
            size += len(chunk)
            if size > room:
                wrong = too_large(self.bounds.size)
            elif wrong is None and not self._hold(len(chunk)):
                wrong = NO_MEMORY
            if wrong is None:
                self._chunks.append(chunk)
            else:
                self.forget()
            if size > room + self.bounds.drain:
                raise Flood
        return wrong or self._checked(self._joined())

    def _hold(self, size: int) -> bool:
        if not self.budget.take(size):
            return False
        self._held += size
        return True

    def forget(self) -> None:
        """Give back what was held."""
        self._chunks.clear()
        self.budget.give_back(self._held)
        self._held = 0

    def _joined(self) -> bytes:
        stuffed = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks.clear()
        return stuffed[: -len(END_OF_DATA) + 2].replace(b"\r\n.", b"\r\n")[2:]

    def _checked(self, content: bytes) -> bytes | Rejected:
        lines = content.count(b"\r\n")
        if content.count(b"\n") != lines or content.count(b"\r") != lines:
            # Where one server sees a line end and the next one sees none, one message can hide another in it
            # (CVE-2023-51764, -51765, -51766).
            if not self.mends_newlines:
                return BARE_NEWLINES
            content = _NEWLINE.sub(b"\r\n", content)
        most = self.bounds.headers_size
        if len(content) > most and content[:2] != b"\r\n" and content.find(b"\r\n\r\n", 0, most + 4) < 0:
            return Rejected(552, "5.3.4", f"The header section is larger than {most} bytes")
        if len(content) > self.bounds.line_length and longest_line(content) > self.bounds.line_length:
            return Rejected(554, "5.6.0", f"A line is longer than {self.bounds.line_length} bytes")
        return content


def too_large(size: int) -> Rejected:
    """The refusal of a message over the limit."""
    return Rejected(552, "5.3.4", f"The message is larger than {size} bytes")


def longest_line(content: bytes) -> int:
    """Its length in bytes, without the line end."""
    return max(map(len, content.split(b"\r\n")))
