"""Signed addresses and Message-IDs: what we mint, and what of it a mail brings back.

A token is 19 bytes: key id 1, letter 6, expiry day 2, and an HMAC-SHA256 cut to 10. In lower-case base32 without
padding it has 31 characters, so that mail systems which fold case do it no harm. Each letter has two: one that answers
go to, one that mail systems report to (its return path). They look alike, and are signed for their purpose: nobody
makes one of the other.
"""

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

_EPOCH = date(1970, 1, 1).toordinal()
_TOKEN = re.compile(r"[A-Za-z2-7]{31}")
_IDENTIFIER = re.compile(r"<([A-Za-z2-7]{34})@([^<>@\s]+)>")
_MAC = 10
_REPLY = b"postern reply address\0"
_RETURN = b"postern return path\0"
_LETTER = b"postern letter\0"
_THREAD = b"postern thread root\0"


@dataclass(frozen=True, slots=True)
class Token:
    """A signed address whose MAC holds, of the letter that is this outbox row. `returns`: it is its return path."""

    letter: int
    expired: bool = False
    returns: bool = False


@dataclass(frozen=True, slots=True)
class Keys:
    """Secrets by key id (0 to 255). `current` signs; all verify, so that a new key leaves old letters answerable."""

    current: int
    secrets: Mapping[int, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        """Raises ValueError for a key id out of range or a current key that is missing."""
        if self.current not in self.secrets or not all(0 <= key <= 255 for key in self.secrets):
            raise ValueError("The signing keys need ids from 0 to 255, and the current one among them.")


def mint(keys: Keys, letter: int, expires: date, *, returns: bool = False) -> str:
    """The token for answers to one letter, or with `returns` for reports of it, valid up to and on the day `expires`.

    Raises OverflowError for a letter over 2**48.
    """
    day = expires.toordinal() - _EPOCH
    body = bytes([keys.current]) + letter.to_bytes(6, "big") + day.to_bytes(2, "big")
    return _encode(body + _mac(keys.secrets[keys.current], _RETURN if returns else _REPLY, body))


def verify(keys: Keys, token: str, today: date) -> Token | None:
    """The letter that a token was minted for, and which of its two it is; None unless every bit is as `mint` makes it.

    Case does not matter.
    """
    if not _TOKEN.fullmatch(token):
        return None
    data = _decode(token)
    if data is None:
        return None
    body, mac = data[:-_MAC], data[-_MAC:]
    secret = keys.secrets.get(body[0])
    if secret is None:
        return None
    expired = today.toordinal() - _EPOCH > int.from_bytes(body[7:9], "big")
    for purpose in (_REPLY, _RETURN):
        if hmac.compare_digest(mac, _mac(secret, purpose, body)):
            return Token(int.from_bytes(body[1:7], "big"), expired, returns=purpose is _RETURN)
    return None


def reply_address(inlet: str, token: str) -> str:
    """The address of ours that carries a token."""
    local, _, domain = inlet.rpartition("@")
    return f"{local}+{token}@{domain}"


def split(recipient: str) -> tuple[str, str | None]:
    """The plain address and its signed part; an ordinary `+part` stays with the address. The domain is lower-case."""
    local, at, domain = recipient.rpartition("@")
    plain, plus, part = local.rpartition("+")
    if plus and plain and _TOKEN.fullmatch(part):
        return f"{plain}{at}{domain.lower()}", part
    return f"{local}{at}{domain.lower()}", None


def message_id(keys: Keys, digest: bytes, hostname: str) -> str:
    """A Message-ID that only we can make, from the first ten bytes of a digest that is the letter's own."""
    body = bytes([keys.current]) + digest[:10].ljust(10, b"\0")
    return f"<{_encode(body + _identifier_mac(keys.secrets[keys.current], body, hostname))}@{hostname}>"


def is_ours(keys: Keys, message_id: str, hostname: str) -> bool:
    """True for a Message-ID that `message_id` made for this host name."""
    found = _IDENTIFIER.fullmatch(message_id)
    if found is None or found.group(2).lower() != hostname.lower():
        return False
    data = _decode(found.group(1))
    if data is None:
        return False
    body, mac = data[:-_MAC], data[-_MAC:]
    secret = keys.secrets.get(body[0])
    return secret is not None and hmac.compare_digest(mac, _identifier_mac(secret, body, hostname))


def has_form(message_id: str, hostname: str) -> bool:
    """Whether it looks like the Message-ID of a letter of this host name; that it is one, only a key can tell."""
    found = _IDENTIFIER.fullmatch(message_id)
    return found is not None and found.group(2).lower() == hostname.lower()


def thread_root(keys: Keys, ticket_key: str, hostname: str) -> str:
    """One Message-ID for all letters of a ticket, so that mail programs show one thread. It proves nothing.

    The oldest key makes it, so that it outlives a new current key.
    """
    secret = keys.secrets[min(keys.secrets)]
    return f"<{_encode(_mac(secret, _THREAD, ticket_key.encode()))}@{hostname}>"


def _identifier_mac(secret: bytes, body: bytes, hostname: str) -> bytes:
    return _mac(secret, _LETTER, body + hostname.lower().encode())


def _mac(secret: bytes, purpose: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, purpose + body, "sha256")[:_MAC]


def _encode(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()


def _decode(text: str) -> bytes | None:
    """None for a text whose unused last bits are not zero: each token has one spelling."""
    data = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    return data if _encode(data) == text.lower() else None
