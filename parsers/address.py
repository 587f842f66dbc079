"""Signed reply addresses and Message-IDs of ours: what a mail can carry back that nobody else can make."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

EPOCH = date(1970, 1, 1)
MAC_BYTES = 10
TOKEN_BYTES = 19
TOKEN_LENGTH = 31
DIGEST_BYTES = 10
ID_BYTES = 1 + DIGEST_BYTES + MAC_BYTES
MOST_LETTERS = 1 << 48
_TOKEN = re.compile(r"[A-Za-z2-7]{31}")
_ID = re.compile(r"<postern\.([a-z2-7]{34})@([^<>@\s]+)>")


@dataclass(frozen=True, slots=True)
class Token:
    """A signed reply address whose MAC holds. `letter` is the outbox row it was minted for."""

    letter: int
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets that sign, by key id (0 to 255); `current` signs what is new, all of them verify."""

    current: int
    secrets: Mapping[int, bytes]

    def mac(self, key: int, purpose: bytes, message: bytes) -> bytes | None:
        """HMAC-SHA256 cut to 10 bytes, None for a key id that does not exist. A purpose cannot stand in for another."""
        secret = self.secrets.get(key)
        if secret is None:
            return None
        return hmac.digest(secret, purpose + b"\0" + message, hashlib.sha256)[:MAC_BYTES]

    def holds(self, key: int, purpose: bytes, message: bytes, mac: bytes) -> bool:
        """Whether a MAC is right, in constant time."""
        expected = self.mac(key, purpose, message)
        return expected is not None and hmac.compare_digest(expected, mac)


def mint(keys: Keys, letter: int, expires: date) -> str:
    """The signed part of a letter's reply address: 31 lower-case base32 characters.

    Key id 1 byte, letter id 6, expiry day 2, MAC 10. Raises ValueError for a letter id of more than 48 bits.
    """
    if not 0 <= letter < MOST_LETTERS:
        raise ValueError(f"the letter id {letter} does not fit into 48 bits")
    day = min(max((expires - EPOCH).days, 0), 0xFFFF)
    head = bytes([keys.current]) + letter.to_bytes(6, "big") + day.to_bytes(2, "big")
    mac = keys.mac(keys.current, b"reply", head)
    assert mac is not None
    return _base32(head + mac)


def verify(keys: Keys, token: str, today: date) -> Token | None:
    """The letter that a signed part was minted for, None where it was not minted by us. Case does not count."""
    raw = _bytes(token) if _TOKEN.fullmatch(token) else None
    if raw is None or len(raw) != TOKEN_BYTES or not keys.holds(raw[0], b"reply", raw[:9], raw[9:]):
        return None
    expires = EPOCH + timedelta(days=int.from_bytes(raw[7:9], "big"))
    return Token(int.from_bytes(raw[1:7], "big"), expired=today > expires)


def reply_address(inlet: str, token: str) -> str:
    """The address of ours with a signed part."""
    local, _, domain = inlet.rpartition("@")
    return f"{local}+{token}@{domain}"


def split(recipient: str) -> tuple[str, str | None]:
    """A recipient as plain address and signed part; None where what follows the last plus cannot be one of ours."""
    local, _, domain = recipient.rpartition("@")
    plain, plus, signed = local.rpartition("+")
    if plus and _TOKEN.fullmatch(signed):
        return f"{plain}@{domain.lower()}", signed
    return f"{local}@{domain.lower()}", None


def message_id(keys: Keys, digest: bytes, hostname: str) -> str:
    """The Message-ID of a letter, derived from the first ten bytes of a digest of its cause."""
    part = bytes([keys.current]) + digest[:DIGEST_BYTES]
    mac = keys.mac(keys.current, b"message-id", part)
    assert mac is not None
    return f"<postern.{_base32(part + mac)}@{hostname.lower()}>"


def is_ours(keys: Keys, message_id: str, hostname: str) -> bool:
    """Whether a Message-ID was made by `message_id` with one of these keys."""
    found = _ID.fullmatch(message_id)
    if not found or found[2].lower() != hostname.lower():
        return False
    raw = _bytes(found[1])
    if raw is None or len(raw) != ID_BYTES:
        return False
    return keys.holds(raw[0], b"message-id", raw[: 1 + DIGEST_BYTES], raw[1 + DIGEST_BYTES :])


def thread_root(keys: Keys, ticket: str, hostname: str) -> str:
    """An id that all letters of a ticket refer to, so that clients put them together. It proves nothing."""
    mac = keys.mac(min(keys.secrets), b"thread", ticket.encode())
    assert mac is not None
    return f"<ticket.{_base32(mac)}@{hostname.lower()}>"


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=").lower()


def _bytes(text: str) -> bytes | None:
    """The bytes of base32 without padding, None where spare bits are set: each value has one spelling."""
    padded = text.upper() + "=" * (-len(text) % 8)
    try:
        raw = base64.b32decode(padded)
    except ValueError:
        return None
    return raw if _base32(raw) == text.lower() else None
