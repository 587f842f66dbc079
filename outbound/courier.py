"""SMTP or LMTP to the next relay: one letter, one recipient, one `Outcome`.

What an answer means depends on whom it is about:

=====================================  ===========================  ==================================================
where                                  answer                       outcome
=====================================  ===========================  ==================================================
connecting, greeting, EHLO, STARTTLS,  any failure, 4xx or 5xx      Deferred for the RELAY: it is about this gateway or
certificate, AUTH                                                   the relay, so every letter would suffer, and a mend
                                                                    is near; another relay may take them
EHLO                                   a SIZE below the letter's    Refused, code 0, and nothing is sent (RFC 1870)
MAIL                                   4xx, 5xx                     Deferred for the DIALOGUE: it names our address
MAIL                                   552                          Deferred: it is about this letter's size
RCPT                                   2xx                          go on (251 and 252 too, RFC 5321 section 3.4)
RCPT, DATA, after the final dot        4xx                          Deferred
the same                               552                          Deferred: often meant as 452 (RFC 5321 section
                                                                    4.5.3.1.10), and a quota is emptied in time
the same                               503, 530                     Deferred: the dialogue or our login is at fault
the same                               other 5xx                    Refused
after the final dot                    2xx                          Sent
MAIL, RCPT, DATA                       421, drop, time-out          Deferred for the DIALOGUE; where the connection had
                                                                    been kept, only after one more try on a new one
the same                               junk, or an answer out of    Deferred for the DIALOGUE, and the connection is
                                       place                        closed: nobody knows which answer belongs to what
within the letter                      drop, time-out               Deferred, code 0: the relay cannot have it
after the final dot                    421                          Deferred, and the connection is closed
after the final dot                    drop, time-out, junk         Deferred, code 0, "unknown": the relay may have the
                                                                    letter; the next try has the same Message-ID
=====================================  ===========================  ==================================================

Another relay may be asked about what is deferred for the RELAY or the DIALOGUE, and about nothing else: of that letter
nothing has left. Code 0 stands for "no answer". Junk is also an answer of several codes,
of a line without end, of lines without end.
"""

import re
import ssl

from outbound.letter import Cause, Deferred, Letter, Outcome, Refused, Sent
from outbound.relay import Relay
from outbound.session import Session, Unfit

AFTER_DOT = 10  # times the time-out: a relay may need long to store a letter, and not waiting doubles it (RFC 1047)

_PATH = re.compile(r"[!-;=?-~]+(?: [!-;=?-~]+)*")
_LONE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


class Courier:
    """Carries letters to one relay, over one connection that is kept between them. For one thread."""

    def __init__(self, relay: Relay, trust: ssl.SSLContext | None = None) -> None:
        """`trust` says whose certificates count; by default what the relay's description says."""
        self._relay = relay
        self._trust = trust or relay.trust()
        self._session: Session | None = None

    def send(self, letter: Letter) -> Outcome:
        """Deliver one letter. Never raises.

        A kept connection that has gone meanwhile is opened again, once, and only while nothing of the letter has left.
        """
        if not _PATH.fullmatch(letter.recipient) or (letter.sender and not _PATH.fullmatch(letter.sender)):
            return Refused(0, "The letter was not sent: an address of its envelope cannot be written in SMTP.")
        content = wire(letter.data)
        while True:
            kept = self._session is not None
            try:
                session = self._session = self._session or Session.open(self._relay, self._trust)
                return self._deliver(session, letter, content)
            except Unfit as unfit:
                self._abandon()
                if not (kept and unfit.gone):
                    return unfit.outcome

    def probe(self) -> Deferred | None:
        """Connect as for a letter and ask for nothing (NOOP, RFC 5321 section 4.1.1.9); None where all is well."""
        try:
            session = self._session = self._session or Session.open(self._relay, self._trust)
        except Unfit as unfit:
            return unfit.outcome
        (reply,) = session.ask("NOOP")
        if reply.code == 250:
            return None
        self._abandon()
        return Deferred(max(reply.code, 0), f"The relay answers NOOP with: {reply.text}", Cause.RELAY)

    def close(self) -> None:
        """Say good-bye and close the connection; the next `send` opens another."""
        session, self._session = self._session, None
        if session is not None:
            session.quit()

    def _abandon(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _deliver(self, session: Session, letter: Letter, content: bytes) -> Outcome:
        length = len(content) - len(b".\r\n")
        if 0 < session.size < length:
            return Refused(0, too_large(length, session.size))
        size = f" SIZE={len(content)}" if session.offers("SIZE") else ""  # RFC 1870
        mail, rcpt, data = session.ask(f"MAIL FROM:<{letter.sender}>{size}", f"RCPT TO:<{letter.recipient}>", "DATA")
        hoped = ((mail, 2), (rcpt, 2), (data, 3))
        failed = next((reply for reply, kind in hoped if reply.code // 100 != kind), None)
        if failed is None:
            return self._carry(session, content)
        if failed.last:
            text = f"The relay broke off before the letter: {failed.text}"
            raise Unfit(failed.code, text, Cause.DIALOGUE, gone=failed.code in (0, 421))
        if data.code == 354 or data.last or failed.code // 100 not in (4, 5):
            # RFC 2920 section 3.1 would end an empty message with a dot; a line that is cut cannot deliver one.
            self._abandon()
        elif failed is not mail and session.ask("RSET")[0].code != 250:
            self._abandon()
        if failed.code // 100 not in (4, 5):
            return Deferred(failed.code, failed.text, Cause.DIALOGUE)
        if failed is mail:
            return Deferred(mail.code, mail.text, Cause.LETTER if mail.code == 552 else Cause.DIALOGUE)
        return failed.outcome(of_recipient=failed is rcpt)

    def _carry(self, session: Session, content: bytes) -> Outcome:
        """The letter itself and the answer to its final dot."""
        patience = self._relay.timeout * AFTER_DOT
        try:
            session.send(content, patience)
        except OSError:
            self._abandon()
            return Deferred(0, "The connection broke within the letter: the relay cannot have taken it.")
        reply = session.reply(patience)
        if reply.code // 100 == 2:
            return Sent(reply.code, reply.text)
        if reply.last:
            self._abandon()
        if reply.code // 100 not in (4, 5):
            self._abandon()
            return Deferred(0, f"unknown: no answer to the end of the letter, the relay may have it: {reply.text}")
        return reply.outcome()


def too_large(size: int, most: int) -> str:
    """What is said of a letter that the relay would not take, both in bytes."""
    return (
        f"The letter was not sent: it has {size:,} bytes, and the relay takes at most {most:,} (SIZE); "
        "what is attached must become smaller."
    )


def wire(data: bytes) -> bytes:
    """A message as DATA carries it: every line ends in CRLF, leading dots doubled, the final dot there.

    A lone CR or LF becomes CRLF: some relay would read it as a line end, and then a dot behind it as the end of the
    letter (RFC 5321 sections 2.3.8 and 4.5.2).
    """
    pairs = data.count(b"\r\n")
    if data.count(b"\n") != pairs or data.count(b"\r") != pairs:
        data = _LONE.sub(b"\r\n", data)
    stuffed = data.replace(b"\r\n.", b"\r\n..")
    first = b"." if stuffed.startswith(b".") else b""
    return first + stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")
