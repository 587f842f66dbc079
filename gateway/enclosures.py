"""The attachments that go with letters: taken out of the stored mails, behind the parser's wall."""

import threading
from collections import Counter, OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gateway.reader import Crashed, Reader, Request
from gateway.store.store import OutboxRow, Store
from outbound.letter import File
from outbound.picture import kind
from parsers.mail import Attachment
from routing.events import Event
from routing.visible import readable

AT_HAND = 64 * 1024**2
"""Bytes of unpacked mails that are kept for a while: what one letter encloses, those to other readers do, too."""
MOST_AT_HAND = 32
TRIES = 2
MOST_BEFORE = 5
"""How many earlier mails are looked into for a picture that comes again."""

_Contents: TypeAlias = tuple[tuple[Attachment, bytes], ...]


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What was found, in the order of the timeline, and the names of what is no longer there or has no room.

    `words` are what stands in the files, where the letter must be compared with what its reader may not see.
    """

    files: tuple[File, ...] = ()
    missing: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Enclosures:
    """Unpacks for any number of couriers, one mail at a time. The child process starts when it is first needed."""

    def __init__(self, store: Store, reader: Reader) -> None:
        self._store = store
        self._reader = reader
        self._lock = threading.Lock()
        self._at_hand: OrderedDict[str, _Contents] = OrderedDict()

    def of(self, row: OutboxRow, numbers: Collection[int], room: int) -> Enclosed:
        """The attachments of events (numbers from 1) of a letter's ticket; that its reader may see them was decided.

        Mails are opened for as long as there is `room` (bytes).
        """
        files: list[File] = []
        missing: list[str] = []
        for event, original in self._store.originals(row.id, numbers) if numbers else ():
            found = self._unpacked(event, original) if original is not None and room > 0 else ()
            room -= sum(len(file.data) for file in found)
            files += found
            missing += (Counter(event.attachments) - Counter(file.name for file in found)).elements()
        if row.seq in numbers and any(file.inline for file in files):
            files = self._unrepeated(row, files)
        return Enclosed(tuple(files), tuple(missing), self._words(files) if row.guarded else ())

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._reader.close()
            self._at_hand.clear()

    def _words(self, files: Sequence[File]) -> tuple[str, ...]:
        """What can be read in files of text, and in mails that were attached."""
        requests = [Request(raw) for file in files if (raw := _as_mail(file)) is not None]
        with self._lock:
            found = self._reader.read(requests)
        return tuple(f"{mail.subject}\n{mail.text}" for mail in found if not isinstance(mail, Crashed))

    def _unrepeated(self, row: OutboxRow, files: Sequence[File]) -> list[File]:
        """The files without pictures that the reader has had: mail programs send those of what they quote once more."""
        known = {
            file.data
            for event, original in self._store.attached_before(row.id, MOST_BEFORE)
            if original is not None and readable(event, row.notice.lane)
            for file in self._unpacked(event, original)
        }
        return [file for file in files if not (file.inline and file.data in known)]

    def _unpacked(self, event: Event, original: str) -> tuple[File, ...]:
        """The attachments of an event, by their names: its mail may have had others, for other readers."""
        left = Counter(event.attachments)
        files = []
        for attachment, data in self._contents(original):
            if left[attachment.filename] > 0:
                left[attachment.filename] -= 1
                files.append(_file(attachment, data))
        return tuple(files)

    def _contents(self, original: str) -> _Contents:
        """The attachments of the mail with a sha256 (hex); none where it is gone or kills its reader."""
        with self._lock:
            found = self._at_hand.pop(original, None)
            if found is None:
                found = self._read(original)
            if found is None:
                return ()
            self._at_hand[original] = found
            self._tidy_up()
        return found

    def _tidy_up(self) -> None:
        """What was not asked for lately goes."""
        size = sum(len(data) for each in self._at_hand.values() for _, data in each)
        while size > AT_HAND or len(self._at_hand) > MOST_AT_HAND:
            _, oldest = self._at_hand.popitem(last=False)
            size -= sum(len(data) for _, data in oldest)

    def _read(self, original: str) -> _Contents | None:
        with self._store.read() as reading:
            raw = reading.raw(original)
        if raw is None:
            return None
        # The mail was read before, so a child that dies of it now had bad luck; one that dies twice, it kills.
        for _ in range(TRIES):
            found = self._reader.attachments(raw)
            if not isinstance(found, Crashed):
                return found
        return ()


def _file(attachment: Attachment, data: bytes) -> File:
    """A picture is shown as what it is, whatever its sender calls it."""
    seen = kind(data) if attachment.inline else None
    return File(attachment.filename, seen or attachment.content_type, data, attachment.inline)


def _as_mail(file: File) -> bytes | None:
    """A file as a message that the parser reads; None for pictures, programs and whatever else holds no words."""
    if file.content_type == "message/rfc822" or file.name.lower().endswith(".eml"):
        return file.data
    if not file.content_type.startswith("text/"):
        return None
    head = f"MIME-Version: 1.0\r\nContent-Type: {file.content_type}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return head.encode() + file.data
