"""SMTP to the next relay: one letter, one recipient, one `Outcome`. The only module here that opens a socket.

What an answer means depends on whom it is about:

=====================================  ===========================  ==================================================
where                                  answer                       outcome
=====================================  ===========================  ==================================================
connecting, greeting, EHLO, STARTTLS,  any failure, 4xx or 5xx      Deferred: it is about this gateway or the relay,
certificate, AUTH                                                   so every letter would suffer, and a mend is near
MAIL                                   4xx, 5xx                     Deferred, for the same reason: it names our address
RCPT                                   2xx                          go on (251 and 252 too, RFC 5321 section 3.4)
RCPT, DATA, after the final dot        4xx                          Deferred
the same                               552                          Deferred: often meant as 452 (RFC 5321 section
                                                                    4.5.3.1.10), and a quota is emptied in time
the same                               503, 530                     Deferred: the dialogue or our login is at fault
the same                               other 5xx                    Refused
after the final dot                    2xx                          Sent
anywhere                               421                          as 4xx, and the connection is closed
anywhere                               junk, or an answer out of    Deferred, and the connection is closed: nobody
                                       place                        knows which answer belongs to what
before the final dot left              drop, time-out               Deferred, code 0
after the final dot                    drop, time-out               Deferred, code 0, "unknown": the relay may have the
                                                                    letter; the next try has the same Message-ID
=====================================  ===========================  ==================================================

Code 0 stands for "no answer".
"""

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from typing import Literal

from outbound.letter import Deferred, Letter, Outcome, Refused, Sent

TIMEOUT = 60.0  # seconds
AFTER_DOT = 10  # times the time-out: a relay may need long to store a letter, and not waiting doubles it (RFC 1047)
PARTING = 1.0  # seconds for the answer to QUIT, which changes nothing
SHOWN = 500  # characters of an answer that are kept

_PATH = re.compile(r"[!-;=?-~]+(?: [!-;=?-~]+)*")
_LONE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\x9f]+")
_ABOUT_US = frozenset({503, 530, 552})


@dataclass(frozen=True, slots=True)
class Relay:
    """The next hop. `hostname` is what EHLO says; `timeout` are seconds for each answer, ten times that after the dot.

    Raises ValueError where a user name would travel in clear text.
    """

    host: str
    port: int
    tls: Literal["none", "starttls", "implicit"]
    hostname: str
    timeout: float = TIMEOUT
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.username is not None and self.tls == "none":
            raise ValueError(
                'A relay with a user name needs tls = "starttls" or tls = "implicit": '
                "a password never travels in clear text."
            )


@dataclass(frozen=True, slots=True)
class _Reply:
    """An answer of the relay. Code 0: the connection was lost; -1: no answer that RFC 5321 knows."""

    code: int
    text: str

    @property
    def last(self) -> bool:
        """True where the dialogue cannot go on."""
        return self.code // 100 not in (2, 3, 4, 5) or self.code == 421

    def outcome(self, *, of_recipient: bool = False) -> Deferred | Refused:
        """What an unwelcome answer means once the relay has accepted us (the table above)."""
        if self.code // 100 == 5 and self.code not in _ABOUT_US:
            return Refused(self.code, self.text, of_recipient)
        return Deferred(max(self.code, 0), self.text)


_NOT_ASKED = _Reply(503, "not asked after an earlier failure")


class _Unfit(Exception):  # noqa: N818 - not an error of ours: the connection cannot be used
    """The connection cannot carry the letter, of which nothing has left. `gone` where it was cut or said good-bye."""

    def __init__(self, code: int, text: str, *, gone: bool = False) -> None:
        super().__init__(text)
        self.outcome = Deferred(max(code, 0), text)
        self.gone = gone


class Courier:
    """Carries letters to one relay, over one connection that is kept between them. For one thread."""

    def __init__(self, relay: Relay, trust: ssl.SSLContext | None = None) -> None:
        """`trust` says whose certificates count; by default the system's authorities, with the host name checked."""
        self._relay = relay
        self._trust = trust or (None if relay.tls == "none" else ssl.create_default_context())
        self._session: smtplib.SMTP | None = None

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
                session = self._session = self._session or self._connect()
                return self._deliver(session, letter, content)
            except _Unfit as unfit:
                self._abandon()
                if not (kept and unfit.gone):
                    return unfit.outcome

    def probe(self) -> Deferred | None:
        """Connect as for a letter and ask for nothing (NOOP, RFC 5321 section 4.1.1.9); None where all is well."""
        try:
            session = self._session = self._session or self._connect()
        except _Unfit as unfit:
            return unfit.outcome
        (reply,) = _ask(session, "NOOP")
        return None if reply.code == 250 else Deferred(max(reply.code, 0), f"The relay answers NOOP with: {reply.text}")

    def close(self) -> None:
        """Say good-bye and close the connection; the next `send` opens another."""
        session, self._session = self._session, None
        if session is not None:
            _patience(session, PARTING)
            _ask(session, "QUIT")
            session.close()

    def _abandon(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _connect(self) -> smtplib.SMTP:
        """A session that is ready for MAIL: greeted, encrypted and logged in as configured."""
        relay, session = self._relay, None
        try:
            session = self._greet()
            _hello(session)
            if relay.tls == "starttls":
                session.starttls(context=self._trust)  # raises where it is not offered or fails: nothing goes out clear
                _hello(session)
            if relay.username is not None:
                session.login(relay.username, relay.password or "")
        except smtplib.SMTPResponseException as answer:
            code, why = answer.smtp_code, _readable(answer.smtp_error)
        except (OSError, smtplib.SMTPException, ValueError) as fault:  # ValueError: a password beyond ASCII
            code, why = 0, str(fault)
        else:
            return session
        if session is not None:
            session.close()
        raise _Unfit(code, f"The relay {relay.host}:{relay.port} cannot be used: {why}")

    def _greet(self) -> smtplib.SMTP:
        relay = self._relay
        if relay.tls == "implicit":
            session: smtplib.SMTP = smtplib.SMTP_SSL(
                relay.host, relay.port, relay.hostname, timeout=relay.timeout, context=self._trust
            )
        else:
            session = smtplib.SMTP(relay.host, relay.port, relay.hostname, timeout=relay.timeout)
        if session.sock is not None:
            session.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return session

    def _deliver(self, session: smtplib.SMTP, letter: Letter, content: bytes) -> Outcome:
        size = f" SIZE={len(content)}" if session.has_extn("size") else ""  # RFC 1870
        mail, rcpt, data = _ask(session, f"MAIL FROM:<{letter.sender}>{size}", f"RCPT TO:<{letter.recipient}>", "DATA")
        hoped = ((mail, 2), (rcpt, 2), (data, 3))
        failed = next((reply for reply, kind in hoped if reply.code // 100 != kind), None)
        if failed is None:
            return self._carry(session, content)
        if failed.last:
            raise _Unfit(
                failed.code, f"The relay broke off before the letter: {failed.text}", gone=failed.code in (0, 421)
            )
        if data.code == 354 or data.last or failed.code // 100 not in (4, 5):
            # RFC 2920 section 3.1 would end an empty message with a dot; a line that is cut cannot deliver one.
            self._abandon()
        elif failed is not mail and _ask(session, "RSET")[0].code != 250:
            self._abandon()
        return Deferred(mail.code, mail.text) if failed is mail else failed.outcome(of_recipient=failed is rcpt)

    def _carry(self, session: smtplib.SMTP, content: bytes) -> Outcome:
        """The letter itself and the answer to its final dot."""
        _patience(session, self._relay.timeout * AFTER_DOT)
        try:
            session.send(content)
        except (OSError, smtplib.SMTPException):
            self._abandon()
            return Deferred(0, "The connection broke within the letter: the relay cannot have taken it.")
        reply = _reply(session)
        if reply.code // 100 == 2:
            _patience(session, self._relay.timeout)
            return Sent(reply.code, reply.text)
        if reply.last:
            self._abandon()
        if reply.code <= 0:
            return Deferred(0, f"unknown: no answer to the end of the letter, the relay may have it: {reply.text}")
        return reply.outcome()


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


def _hello(session: smtplib.SMTP) -> None:
    """EHLO, and nothing less: HELO would promise neither TLS nor a login."""
    code, text = session.ehlo()
    if code != 250:
        raise smtplib.SMTPHeloError(code, text)


def _ask(session: smtplib.SMTP, *commands: str) -> list[_Reply]:
    """One reply for each command, all sent at once where the relay announces PIPELINING (RFC 2920).

    What follows a failure is not asked, or its answer not needed. Never raises: a lost connection is code 0.
    """
    groups = [commands] if session.has_extn("pipelining") else [(command,) for command in commands]
    replies: list[_Reply] = []
    for group in groups:
        try:
            session.send("".join(f"{command}\r\n" for command in group))
        except (OSError, smtplib.SMTPException) as fault:
            replies.append(_Reply(0, str(fault)))
        for _ in group[: 0 if replies and replies[-1].last else None]:
            replies.append(_reply(session))
            if replies[-1].last:
                break
        if replies[-1].code // 100 not in (2, 3):
            break
    return replies + [_NOT_ASKED] * (len(commands) - len(replies))


def _reply(session: smtplib.SMTP) -> _Reply:
    try:
        code, text = session.getreply()
    except (OSError, smtplib.SMTPException) as fault:
        return _Reply(0, str(fault))
    return _Reply(code, _readable(text))


def _readable(answer: bytes | str) -> str:
    """An answer as one printable line of moderate length."""
    text = answer if isinstance(answer, str) else answer.decode("utf-8", "replace")
    return _UNPRINTABLE.sub(" ", text)[:SHOWN].strip()


def _patience(session: smtplib.SMTP, seconds: float) -> None:
    """How long the next answers may take."""
    if session.sock is not None:
        session.sock.settimeout(seconds)
