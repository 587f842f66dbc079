"""One conversation with an IMAP server about one folder; the sole importer of imapclient.

Every answer is bounded (`stream`), every method raises `Problem` where the connection is no good any more, and
`Unreadable` where the server refuses one message and goes on.
"""

import logging
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from gateway.imap.stream import BLOCK, LINE, BoundedStream, Patience
from gateway.problems import LoginRefused, Problem, Unreadable, Unsafe

# It reports each line of each conversation there; the mail log is ours.
logging.getLogger("imapclient").setLevel(logging.CRITICAL)

SEEN, DELETED = rb"\Seen", rb"\Deleted"
USUAL = Patience()
IDLE_ROOM = 1024 * 1024
CLOSING_SECONDS = 3.0
LONGEST_REASON = 300
_A_MESSAGE = 1024  # bytes that the answer about one message may have beside its body
# What imapclient and imaplib raise over answers that are none.
_NONSENSE = (ValueError, TypeError, LookupError, AssertionError, AttributeError, RecursionError)


class Credential(Protocol):
    """How to log in: a password, or an access token."""

    @property
    def username(self) -> str:
        """The name of the account."""

    def secret(self) -> tuple[bool, str]:
        """Whether it is a token, and the secret itself. Raises Problem where none can be had."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the server is, and how it is reached; `tls` is implicit, starttls or none."""

    host: str
    port: int
    tls: str
    folder: str


@dataclass(frozen=True, slots=True)
class Details:
    """What a server tells of a message before it is fetched: bytes, and when it came."""

    size: int
    at: datetime | None


class _Client(IMAPClient):  # type: ignore[misc]  # it has no types
    """imapclient over our own stream."""

    def __init__(self, server: Server, patience: Patience, trust: ssl.SSLContext) -> None:
        self.patience = patience
        self.trust = trust
        super().__init__(server.host, server.port, ssl=server.tls == "implicit", timeout=patience.read)
        self.normalise_times = False

    def _create_IMAP4(self) -> BoundedStream:  # noqa: N802 - imapclient calls it so
        return BoundedStream(self.host, self.port, self.patience, self.trust if self.ssl else None)


class Session:
    """A folder that is open. `validity` is 0 where the server names none, `next_uid` then None.

    `more` says that the server told of new messages while it was asked for the UIDs.
    """

    def __init__(self, client: _Client, folder: str) -> None:
        self._client = client
        self._stream: BoundedStream = client._imap
        self.folder = folder
        self.more = False
        with self._asking(BLOCK):
            found = client.select_folder(folder)
        self.validity = _number(found.get(b"UIDVALIDITY")) or 0
        self.next_uid = _number(found.get(b"UIDNEXT"))
        self.exists = _number(found.get(b"EXISTS")) or 0
        with self._asking(BLOCK):
            self.offers = frozenset(str(name, "ascii", "replace") for name in client.capabilities())

    @contextmanager
    def _asking(self, size: int, *, of_one: bool = False) -> Iterator[None]:
        """One command whose answer has at most `size` bytes; `of_one` where NO speaks of one message."""
        self._stream.allow(size)
        with plain_errors(of_one=of_one):
            yield

    def uids(self, chosen: str = "1:*") -> list[int]:
        """The UIDs in the folder that are in a sequence set; where that ends with `*`, maybe one that is not."""
        with self._asking(LINE + BLOCK):
            found = self._client.search(["UID", chosen])
        # A server may say so behind the list in which the new one is not yet.
        self.more = self._told_of_more()
        return sorted({uid for uid in found if 0 < uid < 1 << 32})

    def details(self, uids: Sequence[int]) -> dict[int, Details]:
        """Size and date of messages; one that is gone is left out."""
        with self._asking(BLOCK + _A_MESSAGE * len(uids)):
            found = self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        told = {}
        for uid, values in found.items():
            at = values.get(b"INTERNALDATE")
            size = _number(values.get(b"RFC822.SIZE"))
            if size is not None:
                told[uid] = Details(size, at if isinstance(at, datetime) and at.tzinfo else None)
        return told

    def part(self, uid: int, start: int, count: int) -> bytes:
        """Some bytes of a message, which stays unseen. Raises Unreadable."""
        with self._asking(count + BLOCK, of_one=True):
            found = self._client.fetch([uid], [f"BODY.PEEK[]<{start}.{count}>"])
        values = found.get(uid, {})
        data = next((value for key, value in values.items() if key.startswith(b"BODY[]")), None)
        if isinstance(data, int):
            data = str(data).encode()
        if not isinstance(data, bytes):
            raise Unreadable("the server lists the message and does not show it")
        return data

    def seen(self, uids: Sequence[int]) -> None:
        """Flag messages as read."""
        self._flag(uids, SEEN)

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Into another folder, which is made where it is missing (RFC 6851; without it COPY, and then `delete`)."""
        moves = "MOVE" in self.offers
        act: Callable[..., object] = self._client.move if moves else self._client.copy
        try:
            with self._asking(BLOCK + _A_MESSAGE * len(uids), of_one=True):
                act(uids, folder)
        except Unreadable as refused:
            if "TRYCREATE" not in str(refused).upper():
                raise
            with self._asking(BLOCK, of_one=True):
                self._client.create_folder(folder)
            with self._asking(BLOCK + _A_MESSAGE * len(uids), of_one=True):
                act(uids, folder)
        if not moves:
            self.delete(uids)

    def delete(self, uids: Sequence[int]) -> None:
        """Delete messages. Without UIDPLUS they stay marked: EXPUNGE would take what others have marked, too."""
        self._flag(uids, DELETED)
        if "UIDPLUS" in self.offers:
            with self._asking(BLOCK + _A_MESSAGE * len(uids), of_one=True):
                self._client.uid_expunge(uids)

    def _flag(self, uids: Sequence[int], flag: bytes) -> None:
        with self._asking(BLOCK + _A_MESSAGE * len(uids), of_one=True):
            self._client.add_flags(uids, [flag], silent=True)

    def noop(self) -> None:
        """Whether the server is still there, and what is new in the folder."""
        with self._asking(BLOCK):
            self._client.noop()

    def idle(self, seconds: float, bell: int) -> bool:
        """Wait until the server tells of messages, the descriptor `bell` can be read, or time is over.

        Returns whether it was the server.
        """
        self._stream.allow(IDLE_ROOM, seconds + self._client.patience.answer)
        end = time.monotonic() + seconds
        with plain_errors():
            tag = self._stream.start_idle()
            told = self._told_of_more()
            while not told and self._stream.wait(max(0.0, end - time.monotonic()), bell):
                told = self._stream.news()
            self._stream.end_idle(tag)
            return told or self._told_of_more()

    def _told_of_more(self) -> bool:
        return "EXISTS" in self._stream.untagged_responses

    def cut(self) -> None:
        """End it from another thread."""
        self._stream.cut()

    def close(self) -> None:
        """Leave politely where that is possible, and let go of the connection in any case."""
        _close(self._client)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connect(
    server: Server, credential: Credential, trust: ssl.SSLContext | None = None, patience: Patience = USUAL
) -> Session:
    """A session with the folder open. Raises Problem, and Unsafe before anything secret is said.

    `trust` says whose certificates count.
    """
    trust = trust or ssl.create_default_context()
    with plain_errors():
        client = _Client(server, patience, trust)
    try:
        _protect(client, server, trust)
        _log_in(client, credential)
        return Session(client, server.folder)
    except BaseException:
        _close(client)
        raise


def _protect(client: _Client, server: Server, trust: ssl.SSLContext) -> None:
    """Nobody listens, and it is we who log in (case 48)."""
    stream: BoundedStream = client._imap
    if stream.state != "NONAUTH":
        raise Unsafe("the server says that we have logged in already (PREAUTH); somebody may be in the middle")
    if server.tls == "starttls":
        if "STARTTLS" not in stream.capabilities:
            raise Unsafe("the server offers no STARTTLS; somebody may be in the middle")
        stream.allow(BLOCK)
        with plain_errors():
            stream.secure(trust)
        client._starttls_done = True


def _log_in(client: _Client, credential: Credential) -> None:
    is_token, secret = credential.secret()
    stream: BoundedStream = client._imap
    stream.allow(BLOCK)
    try:
        with plain_errors():
            offers = {str(name, "ascii", "replace").upper() for name in client.capabilities()}
            if is_token:
                _with_token(client, credential.username, secret, offers)
            elif "AUTH=PLAIN" in offers:
                client.plain_login(credential.username, secret)
            elif "LOGINDISABLED" in offers or not (credential.username + secret).isascii():
                raise Problem("the server offers no way to log in with this password")
            else:
                client.login(credential.username, secret)
    except LoginError as refused:
        if isinstance(refused.__context__, IMAPClientAbortError):
            raise Problem(_said(refused)) from None
        raise LoginRefused(_said(refused)) from None


def _with_token(client: _Client, username: str, token: str, offers: set[str]) -> None:
    """RFC 7628, or its forerunner; either way the error comes as a challenge that asks for an empty answer."""
    bearer = f"auth=Bearer {token}\x01\x01"
    if "AUTH=OAUTHBEARER" in offers:
        name = username.replace("=", "=3D").replace(",", "=2C")
        mechanism, answers = "OAUTHBEARER", iter([f"n,a={name},\x01{bearer}", "\x01"])
    elif "AUTH=XOAUTH2" in offers:
        mechanism, answers = "XOAUTH2", iter([f"user={username}\x01{bearer}", ""])
    else:
        raise Problem("the server takes no tokens (neither OAUTHBEARER nor XOAUTH2)")
    client.sasl_login(mechanism, lambda _challenge: next(answers, None))


def _close(client: _Client) -> None:
    stream: BoundedStream = client._imap
    stream.allow(BLOCK, CLOSING_SECONDS)
    with suppress(Exception):
        client.logout()
    with suppress(OSError):
        client.shutdown()


@contextmanager
def plain_errors(*, of_one: bool = False) -> Iterator[None]:
    """Turn what libraries raise into ours; a refused login stays what it is."""
    try:
        yield
    except LoginError:
        raise
    except IMAPClientAbortError as error:
        raise Problem(_said(error)) from None
    except IMAPClientError as error:
        raise (Unreadable if of_one else Problem)(_said(error)) from None
    except OSError as error:
        raise Problem(_said(error)) from None
    except _NONSENSE as error:
        raise Problem(f"the server answers what is no IMAP ({type(error).__name__}: {_said(error)})") from None


def _said(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text[:LONGEST_REASON] or type(error).__name__


def _number(value: object) -> int | None:
    """A number that both databases can keep."""
    return value if isinstance(value, int) and 0 <= value < 1 << 63 else None
