"""From an outbox row to the bytes of its letter: the one place where rendering, keys and addresses meet."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from gateway.enclosures import Enclosed
from gateway.store.store import OutboxRow
from outbound import headers
from outbound.addresses import mailbox
from outbound.archive import fitting, packed
from outbound.beside import NOTHING, Beside, quoted
from outbound.enclosure import NO_FILES, Enclosure, Policy, sorted_out
from outbound.letter import Letter
from outbound.render import WORDLESS, Rendered, Renderer
from outbound.signing import Signatory
from outbound.thread import Thread
from parsers import address
from parsers.address import Keys
from parsers.hypertext.html import to_text
from routing.cast import Cast
from routing.delivery import ABOUT_LETTERS
from routing.events import Unverified
from routing.leak import RUN, Reading, Source, beyond
from routing.model import Desk, Notice
from routing.notices import STANDING
from routing.showing import byline
from routing.visible import Visible, in_letter, visible

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
    desk: Desk
    enclosures: Callable[[OutboxRow, Collection[int], int], Enclosed] = lambda _row, _numbers, _room: Enclosed()
    policy: Policy = field(default_factory=Policy)
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
        if row.notice.contents is not None and row.notice.contents.packed:
            notice, beside, enclosed = self._packed(row)
        else:
            notice, (beside, enclosed) = row.notice, self._beside(row, seen)
        rendered = self.renderer.render(notice, seen, reply_to, beside)
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
            enclosure=beside.enclosure or NO_FILES,
        )
        source = self._leak(row, rendered, enclosed)
        letter = replace(letter, data=self.signatory.signed(letter.data, row.notice.sender, row.created_at))
        if source is not None:
            raise Leak(letter, source)
        return letter

    def _packed(self, row: OutboxRow) -> tuple[Notice, Beside, tuple[str, ...]]:
        """An exported ticket: the notice as its letter tells it, the file that goes with it, and the words in that."""
        notice, contents = row.notice, row.notice.contents
        assert contents is not None
        record = self.renderer.render(replace(notice, template=RECORD), None)
        found = self.enclosures(row, contents.enclosed, self.policy.room) if contents.enclosed else Enclosed()
        kept, left = fitting(found.files, self.policy)
        file = packed(notice.key, record.text, record.html, kept, row.created_at)
        missing = (*left, *found.missing)
        details = {**notice.details, "left": missing} if missing else notice.details
        names = tuple(file.name for file in found.files)
        told = replace(notice, details=details, contents=None)
        return told, Beside(Enclosure((file,))), (record.text, *names, *found.words)

    def _beside(self, row: OutboxRow, seen: Visible | None) -> tuple[Beside, tuple[str, ...]]:
        """What stands beside the words of the event that a letter tells of, and the words in its files.

        Files of somebody who is not proven are only named.
        """
        if seen is None or row.notice.template in WORDLESS:
            return NOTHING, ()
        earlier = tuple(self._earlier(row)) if row.earlier else ()
        sent = self.policy.attach and not isinstance(row.event, Unverified)
        if not seen.attachments or not sent or row.seq is None:
            return Beside(earlier=earlier) if earlier else NOTHING, ()
        found = self.enclosures(row, (row.seq,), self.policy.room)
        return Beside(sorted_out(found.files, found.missing, self.policy, row.message_id), earlier), found.words

    def _earlier(self, row: OutboxRow) -> Iterator[Visible]:
        """What was said before, as the reader of a letter may see it."""
        assert row.earlier is not None
        cast = Cast(self.desk, row.earlier.ticket, row.earlier.guests)
        for event in row.earlier.events:
            shown = visible(event, row.notice.lane, lambda actor, lane: byline(cast, actor, lane))
            if shown is not None and shown.text:
                yield quoted(shown)

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
