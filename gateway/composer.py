"""From an outbox row to the bytes of its letter: the one place where rendering, keys and addresses meet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from gateway.store.store import OutboxRow
from outbound import headers
from outbound.addresses import mailbox
from outbound.letter import Letter
from outbound.render import Renderer
from parsers import address
from parsers.address import Keys
from routing.visible import in_letter

REPLY_DAYS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes letters. The same row always gives the same letter: its date is that of the decision."""

    renderer: Renderer
    keys: Keys
    hostname: str
    gateway_name: str
    faulty: Callable[[OutboxRow, str], None]

    def compose(self, row: OutboxRow) -> Letter:
        """The letter of a row; kept bytes are sent again as they are. Raises ValueError for what no letter can be."""
        reply_to = self._reply_to(row)
        # RFC 3834 section 3.3: an answer made by a machine goes out with the null return path.
        envelope_sender = "" if row.notice.answer else reply_to
        if row.letter is not None:
            return Letter(envelope_sender, mailbox(row.address), row.message_id, row.letter)
        seen = in_letter(row.event, row.notice) if row.event else None
        rendered = self.renderer.render(row.notice, seen)
        if rendered.fault:
            self.faulty(row, rendered.fault)
        return headers.compose(
            rendered,
            row.notice,
            reply_to=reply_to,
            envelope_sender=envelope_sender,
            message_id=row.message_id,
            root=address.thread_root(self.keys, row.ticket_key, self.hostname),
            gateway_name=self.gateway_name,
            now=row.created_at,
        )

    def _reply_to(self, row: OutboxRow) -> str:
        token = address.mint(self.keys, row.id, (row.created_at + REPLY_DAYS).date())
        return address.reply_address(row.notice.sender, token)
