"""A dialogue with a relay up to the point where it takes letters: greeting, EHLO, STARTTLS, AUTH; and asking on."""

import base64
import hmac
import ssl
from collections.abc import Iterator
from typing import Self

from outbound.letter import Cause, Deferred
from outbound.relay import NoToken, Relay
from outbound.stream import Reply, Stream, readable

_NOT_ASKED = Reply(503, "not asked after an earlier failure")
PARTING = 1.0  # seconds for the answer to QUIT, which changes nothing


class Unfit(Exception):  # noqa: N818 - not an error of ours: the connection cannot be used
    """The connection cannot carry a letter, of which nothing has left. `gone` where it was cut or said good-bye."""

    def __init__(self, code: int, text: str, cause: Cause = Cause.RELAY, *, gone: bool = False) -> None:
        super().__init__(text)
        self.outcome = Deferred(max(code, 0), text, cause)
        self.gone = gone


class Session:
    """One connection that is ready for MAIL. For one thread."""

    def __init__(self, relay: Relay, stream: Stream) -> None:
        self._relay = relay
        self._stream = stream
        self._offers: dict[str, str] = {}

    @classmethod
    def open(cls, relay: Relay, trust: ssl.SSLContext | None) -> Self:
        """Connect, greet, encrypt and log in as configured. Raises Unfit."""
        stream = None
        try:
            stream = Stream.open(relay)
            session = cls(relay, stream)
            session._begin(trust)
        except Unfit as unfit:
            code, why = unfit.outcome.code, unfit.outcome.text
        except (OSError, ValueError, NoToken) as fault:  # ValueError: a name that no DNS query can ask for
            code, why = 0, readable(str(fault))
        else:
            return session
        if stream is not None:
            stream.close()
        raise Unfit(code, f"The relay {relay.place} cannot be used: {why}")

    @property
    def size(self) -> int:
        """The largest message that the relay takes, in bytes (RFC 1870); 0 where it does not say."""
        said = self._offers.get("SIZE", "")
        return int(said) if said.isdecimal() and len(said) < 19 else 0

    def offers(self, keyword: str) -> bool:
        """Whether its answer to EHLO has a keyword, in capitals."""
        return keyword in self._offers

    def ask(self, *commands: str) -> list[Reply]:
        """One reply for each command, all sent at once where the relay announces PIPELINING (RFC 2920).

        What follows a failure is not asked, or its answer not needed. Never raises: a lost connection is code 0.
        """
        groups = [commands] if self.offers("PIPELINING") else [(command,) for command in commands]
        replies: list[Reply] = []
        for group in groups:
            replies += self._answers(group)
            if replies[-1].code // 100 not in (2, 3):
                break
        return replies + [_NOT_ASKED] * (len(commands) - len(replies))

    def send(self, data: bytes, seconds: float) -> None:
        """Send what is no command. Raises OSError."""
        self._stream.send(data, seconds)

    def reply(self, seconds: float) -> Reply:
        """The next answer. Never raises."""
        return self._stream.reply(seconds)

    def quit(self) -> None:
        """Say good-bye and close."""
        try:
            self._stream.send(b"QUIT\r\n", PARTING)
            self._stream.reply(PARTING)
        except OSError:
            pass  # it has gone before us
        self.close()

    def close(self) -> None:
        """Close without a good-bye."""
        self._stream.close()

    def _answers(self, group: tuple[str, ...]) -> Iterator[Reply]:
        try:
            self._stream.send("".join(f"{command}\r\n" for command in group).encode("ascii"), self._relay.timeout)
        except OSError as fault:
            yield Reply(0, str(fault))
            return
        for _ in group:
            reply = self._stream.reply(self._relay.timeout)
            yield reply
            if reply.last:
                return

    def _begin(self, trust: ssl.SSLContext | None) -> None:
        relay = self._relay
        if relay.tls == "implicit":
            self._encrypt(trust)
        _wanted(self._stream.reply(relay.timeout), 220)
        self._hello()
        if relay.tls == "starttls":
            # Nothing goes out in clear text where it is not offered, refused, or fails.
            if not self.offers("STARTTLS"):
                raise Unfit(0, "it does not offer STARTTLS, and nothing is sent in clear text")
            _wanted(self._say("STARTTLS"), 220)
            self._encrypt(trust)
            self._hello()
        if relay.username is not None:
            self._log_in(relay.username)

    def _encrypt(self, trust: ssl.SSLContext | None) -> None:
        assert trust is not None, "whoever wants TLS says whom to trust"
        self._stream.encrypt(trust, self._relay)

    def _hello(self) -> None:
        """EHLO or LHLO, and nothing less: HELO promises neither TLS nor a login. What was offered before is void."""
        self._offers = {}
        reply = self._say(f"{'LHLO' if self._relay.lmtp else 'EHLO'} {self._relay.hostname}")
        _wanted(reply, 250)
        for line in reply.lines[1:]:
            keyword, _, rest = line.replace("=", " ", 1).partition(" ")
            self._offers[keyword.upper()] = rest.strip().upper()

    def _say(self, command: str) -> Reply:
        self._stream.send(f"{command}\r\n".encode("ascii"), self._relay.timeout)
        return self._stream.reply(self._relay.timeout)

    def _log_in(self, username: str) -> None:
        ways = self._offers.get("AUTH", "").split()
        if self._relay.token is not None:
            self._log_in_by_token(username, ways, self._relay.token(False))
        else:
            self._log_in_by_password(username, ways, self._relay.password or "")

    def _log_in_by_token(self, username: str, ways: list[str], token: str) -> None:
        """RFC 7628, or what came before it; a token that is refused is not shown again."""
        relay = self._relay
        if "OAUTHBEARER" in ways:
            said = f"n,a={username},\x01host={relay.host}\x01port={relay.port}\x01auth=Bearer {token}\x01\x01"
            reply = self._say(f"AUTH OAUTHBEARER {_coded(said)}")
        elif "XOAUTH2" in ways:
            said = f"user={username}\x01auth=Bearer {token}\x01\x01"
            reply = self._say(f"AUTH XOAUTH2 {_coded(said)}")
        else:
            raise Unfit(0, "it offers no login by token (OAUTHBEARER, XOAUTH2)")
        if reply.code == 334:
            # The reason, as a challenge: it is answered by nothing, and then the refusal comes.
            reply = self._say(_coded("\x01") if "OAUTHBEARER" in ways else "")
        if reply.code == 535 and relay.token is not None:
            relay.token(True)
        _wanted(reply, 235)

    def _log_in_by_password(self, username: str, ways: list[str], password: str) -> None:
        """RFC 4954. TLS hides the password, so the plainest way does; others are for relays that know no better."""
        if not (username + password).isascii():
            raise Unfit(0, "its user name or password has a character beyond ASCII, which cannot be sent")
        if "PLAIN" in ways:
            _wanted(self._say(f"AUTH PLAIN {_coded(f'{chr(0)}{username}{chr(0)}{password}')}"), 235)
        elif "LOGIN" in ways:
            _wanted(self._say("AUTH LOGIN"), 334)
            _wanted(self._say(_coded(username)), 334)
            _wanted(self._say(_coded(password)), 235)
        elif "CRAM-MD5" in ways:
            challenge = self._say("AUTH CRAM-MD5")
            _wanted(challenge, 334)
            proof = hmac.digest(password.encode(), base64.b64decode(challenge.text), "md5").hex()
            _wanted(self._say(_coded(f"{username} {proof}")), 235)
        else:
            raise Unfit(0, "it offers no login by password (PLAIN, LOGIN, CRAM-MD5)")


def _wanted(reply: Reply, code: int) -> None:
    """Raise Unfit where the relay says something else."""
    if reply.code != code:
        raise Unfit(reply.code, reply.text or "an answer that cannot be understood")


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
