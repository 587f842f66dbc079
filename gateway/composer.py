"""From an outbox row to the bytes of its letter: the one place where rendering, keys and addresses meet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from gateway.enclosures import Enclosed
from gateway.store.store import OutboxRow
from outbound import headers
from outbound.addresses import mailbox
from outbound.archive import fitting, packed
from outbound.letter import File, Letter
from outbound.render import Rendered, Renderer
from outbound.signing import Signatory
from outbound.thread import Thread
from parsers import address
from parsers.address import Keys
from parsers.hypertext.html import to_text
from routing.delivery import ABOUT_LETTERS
from routing.leak import RUN, Reading, Source, beyond
from routing.model import Notice
from routing.notices import STANDING
from routing.visible import in_letter

REPLY_DAYS = timedelta(days=365)
REPORT_DAYS = timedelta(days=30)
"""How long a report of a letter proves anything: relays give up after five days, and some are slow to say so."""
RECORD = "record"
"""The template of what is in an exported ticket's file."""


class Leak(ValueError):  # noqa: N818 - named for what was found, as UnsafeHeader is
    """A letter repeats words that its reader may not see: a human must look at it. `letter` is what would be sent."""

    def __init__(self, letter: Letter, source: Source) -> None:
        where = f"event {source.number} of {source.ticket or 'its ticket'}"
        super().__init__(
            f"{RUN} words or more in this letter stand in {where}, whose audience ({source.event.audience}) "
            "does not include its reader; release it if it may go, drop it if not"
        )
        self.letter = letter


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes letters. The same row always gives the same letter: its date is that of the decision."""

    renderer: Renderer
    keys: Keys
    hostname: str
    gateway_name: str
    faulty: Callable[[OutboxRow, str], None]
    enclosures: Callable[[OutboxRow], Enclosed] = lambda _row: Enclosed()
    signatory: Signatory = field(default_factory=Signatory)

    def compose(self, row: OutboxRow) -> Letter:
        """The letter of a row; kept bytes are sent again as they are.

        Raises ValueError for what no letter can be, Leak where the words of others stand in it.
        """
        reply_to = self._reply_to(row)
        envelope_sender = self._return_path(row)
        if row.letter is not None:
            return Letter(envelope_sender, mailbox(row.address), row.message_id, row.letter)
        seen = in_letter(row.event, row.notice) if row.event else None
        notice, files, enclosed = self._packed(row)
        rendered = self.renderer.render(notice, seen, reply_to)
        if rendered.fault:
            self.faulty(row, rendered.fault)
        letter = headers.compose(
            rendered,
            row.notice,
            reply_to=reply_to,
            envelope_sender=envelope_sender,
            message_id=row.message_id,
            thread=self._thread(row),
            gateway_name=self.gateway_name,
            now=row.created_at,
            files=files,
        )
        source = self._leak(row, rendered, enclosed)
        letter = replace(letter, data=self.signatory.signed(letter.data, row.notice.sender, row.created_at))
        if source is not None:
            raise Leak(letter, source)
        return letter

    def _packed(self, row: OutboxRow) -> tuple[Notice, tuple[File, ...], tuple[str, ...]]:
        """The notice as its letter tells it, and what goes with that as a file: itself, and the words in it."""
        notice, contents = row.notice, row.notice.contents
        if contents is None or not contents.packed:
            return notice, (), ()
        record = self.renderer.render(replace(notice, template=RECORD), None)
        enclosed = self.enclosures(row)
        kept, left = fitting(enclosed.files)
        file = packed(notice.key, record.text, record.html, kept, row.created_at)
        missing = (*left, *enclosed.missing)
        details = {**notice.details, "left": missing} if missing else notice.details
        names = tuple(file.name for file in enclosed.files)
        return replace(notice, details=details, contents=None), (file,), (record.text, *names, *enclosed.words)

    def _leak(self, row: OutboxRow, rendered: Rendered, enclosed: Sequence[str]) -> Source | None:
        """The event of which this letter says more than its reader may know."""
        if row.guarded is None:
            return None
        said = (rendered.subject, rendered.text, to_text(rendered.html), row.notice.name, *enclosed)
        reading = Reading(row.address, row.notice.lane, row.seq)
        return beyond(row.guarded.timeline, reading, said, lambda: self._fixed(row.notice), row.guarded.kin)

    def _fixed(self, notice: Notice) -> str:
        """What the letter says whatever anybody wrote: that may stand elsewhere, too."""
        details = {key: value for key, value in notice.details.items() if key in STANDING}
        plain = self.renderer.render(replace(notice, details=details, contents=None), None)
        return "\n".join((plain.subject, plain.text, to_text(plain.html)))

    def _thread(self, row: OutboxRow) -> Thread:
        root = address.thread_root(self.keys, row.ticket_key, self.hostname)
        known = row.conversation
        return Thread(root) if known is None else Thread(root, known.began, known.earlier, known.watching)

    def _return_path(self, row: OutboxRow) -> str:
        """Where mail systems report to. Nothing comes back of an answer made by a machine (RFC 3834 section 3.3), nor
        of a letter about a letter that did not arrive (RFC 5321 section 4.5.5).
        """
        if row.notice.answer or row.notice.template in ABOUT_LETTERS:
            return ""
        expires = (row.created_at + REPORT_DAYS).date()
        return address.reply_address(row.notice.sender, address.mint(self.keys, row.id, expires, returns=True))

    def _reply_to(self, row: OutboxRow) -> str:
        token = address.mint(self.keys, row.id, (row.created_at + REPLY_DAYS).date())
        return address.reply_address(row.notice.sender, token)
