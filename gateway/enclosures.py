"""The attachments that go with an exported ticket: taken out of the stored mails, behind the parser's wall."""

import threading
from collections import Counter
from dataclasses import dataclass

from gateway.reader import Crashed, Reader
from gateway.store.store import OutboxRow, Store
from outbound.archive import ROOM
from outbound.letter import File
from routing.events import Event


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What was found, in the order of the timeline, and the names of what is no longer there or has no room."""

    files: tuple[File, ...] = ()
    missing: tuple[str, ...] = ()


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
        return Enclosed(tuple(files), tuple(missing))

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._reader.close()

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
