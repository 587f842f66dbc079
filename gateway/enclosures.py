"""The attachments that go with an exported ticket: taken out of the stored mails, behind the parser's wall."""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.reader import Crashed, Reader, Request
from gateway.store.store import OutboxRow, Store
from outbound.archive import ROOM
from outbound.letter import File
from routing.events import Event


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

    def of(self, row: OutboxRow) -> Enclosed:
        """The attachments that a letter encloses, whose visibility was decided when it was written."""
        wanted = row.notice.contents.enclosed if row.notice.contents else ()
        files: list[File] = []
        missing: list[str] = []
        room = ROOM
        for event, original in self._store.originals(row.id, wanted) if wanted else ():
            found = self._unpacked(event, original) if original is not None and room > 0 else ()
            room -= sum(len(file.data) for file in found)
            files += found
            missing += (Counter(event.attachments) - Counter(file.name for file in found)).elements()
        return Enclosed(tuple(files), tuple(missing), self._words(files) if row.guarded else ())

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._reader.close()

    def _words(self, files: Sequence[File]) -> tuple[str, ...]:
        """What can be read in files of text, and in mails that were attached."""
        requests = [Request(raw) for file in files if (raw := _as_mail(file)) is not None]
        with self._lock:
            found = self._reader.read(requests)
        return tuple(f"{mail.subject}\n{mail.text}" for mail in found if not isinstance(mail, Crashed))

    def _unpacked(self, event: Event, original: str) -> tuple[File, ...]:
        """The attachments of an event, by their names: its mail may have had others, for other readers."""
        with self._store.read() as reading:
            raw = reading.raw(original)
        if raw is None:
            return ()
        with self._lock:
            found = self._reader.attachments(raw)
        if isinstance(found, Crashed):
            return ()
        left = Counter(event.attachments)
        files = []
        for attachment, data in found:
            if left[attachment.filename] > 0:
                left[attachment.filename] -= 1
                files.append(File(attachment.filename, attachment.content_type, data))
        return tuple(files)


def _as_mail(file: File) -> bytes | None:
    """A file as a message that the parser reads; None for pictures, programs and whatever else holds no words."""
    if file.content_type == "message/rfc822" or file.name.lower().endswith(".eml"):
        return file.data
    if not file.content_type.startswith("text/"):
        return None
    head = f"MIME-Version: 1.0\r\nContent-Type: {file.content_type}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return head.encode() + file.data
