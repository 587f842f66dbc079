"""DKIM signatures on our letters (RFC 6376; Ed25519: RFC 8463). Pure: the same letter and key give the same signature.

The canonical form is dkimpy's, of the extra `dkim`; the numbers are made by cryptography.
"""

import hashlib
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

LEAST_BITS = 2048
"""Of an RSA key; RFC 8301 section 3.2 lets verifiers refuse what has less than 1024, and asks signers for this."""
COVERED = (
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "auto-submitted",
    "list-id",
    "list-help",
    "list-post",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
)
"""Each is signed once more than it occurs: whoever puts another one above breaks it (RFC 6376 section 8.15)."""
_WIDTH = 70  # characters of a line of the signature field


class UnfitKey(ValueError):  # noqa: N818 - named for what was found
    """A file holds no key that letters can be signed with."""


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A key, whatever its kind: `sign` takes a SHA-256 digest, `record` is the TXT record of its public half.

    See RFC 6376 section 3.6.1 and RFC 8463 section 4.
    """

    algorithm: str
    record: str
    sign: Callable[[bytes], bytes] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What signs for a domain, and under which selector its public half is published."""

    domain: str
    selector: str
    key: PrivateKey

    @property
    def name(self) -> str:
        """Where in the DNS receivers look (RFC 6376 section 3.6.2.1)."""
        return f"{self.selector}._domainkey.{self.domain}"


@dataclass(frozen=True, slots=True)
class Signatory:
    """All keys of the house. A letter is signed with each key of the domain in its From."""

    keys: tuple[SigningKey, ...] = ()

    def signed(self, data: bytes, sender: str, at: datetime) -> bytes:
        """A finished letter from `sender` with its signatures above it; as it is where no key is for that domain.

        Raises whatever goes wrong: a letter that should be signed never leaves without.
        """
        domain = sender.rpartition("@")[2].lower()
        mine = [key for key in self.keys if key.domain == domain]
        return b"".join([*_signatures(data, mine, at), data]) if mine else data


def private_key(pem: bytes) -> PrivateKey:
    """The key in a PEM file. Raises UnfitKey with a predicate of the file."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError):  # TypeError: it has a pass phrase
        raise UnfitKey("holds no private key in PEM form without a pass phrase") from None
    if isinstance(key, Ed25519PrivateKey):
        octets = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return PrivateKey("ed25519-sha256", _record("ed25519", octets), key.sign)  # RFC 8463 section 3: of the digest
    if not isinstance(key, RSAPrivateKey):
        raise UnfitKey("holds a key that is neither RSA nor Ed25519")
    if key.key_size < LEAST_BITS:
        raise UnfitKey(f"holds an RSA key of {key.key_size} bits only")
    octets = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    padding, prehashed = PKCS1v15(), Prehashed(hashes.SHA256())
    return PrivateKey("rsa-sha256", _record("rsa", octets), lambda digest: key.sign(digest, padding, prehashed))


def _record(kind: str, public: bytes) -> str:
    return f"v=DKIM1; k={kind}; p={b64encode(public).decode()}"


def _signatures(data: bytes, keys: Sequence[SigningKey], at: datetime) -> list[bytes]:
    import dkim
    from dkim.canonicalization import Relaxed

    fields, body = dkim.rfc822_parse(data)
    body_hash = b64encode(hashlib.sha256(Relaxed.canonicalize_body(body)).digest()).decode()
    names = _covered([bytes(name).decode().lower() for name, _ in fields])
    chosen = dkim.select_headers(fields, [name.encode() for name in names])
    head = b"".join(name + b":" + value for name, value in Relaxed.canonicalize_headers(chosen))
    made = []
    for key in keys:
        unsigned = _field(key, names, body_hash, at)
        ((name, value),) = Relaxed.canonicalize_headers([(b"DKIM-Signature", unsigned.encode())])
        digest = hashlib.sha256(head + name + b":" + bytes(value).rstrip()).digest()
        signature = _folded(b64encode(key.key.sign(digest)).decode())
        made.append(f"DKIM-Signature:{unsigned}{signature}\r\n".encode())
    return made


def _covered(present: Sequence[str]) -> list[str]:
    """The names of the tag `h`: each field of the letter that matters, and each that must not be added."""
    counts = Counter(present)
    return [name for name in COVERED for _ in range(counts[name] + 1)]


def _field(key: SigningKey, names: Sequence[str], body_hash: str, at: datetime) -> str:
    """The value of the field, its signature still empty (RFC 6376 section 3.5)."""
    tags = (
        f" v=1; a={key.key.algorithm}; c=relaxed/relaxed; d={key.domain};",
        f" s={key.selector}; t={int(at.timestamp())};",
        *_listed(names),
        f" bh={body_hash};",
        " b=",
    )
    return "\r\n".join(tags)


def _listed(names: Sequence[str]) -> list[str]:
    """The tag `h` in lines of moderate length."""
    lines, line = [], " h="
    for name in names[:-1]:
        if len(line) + len(name) >= _WIDTH:
            lines.append(line)
            line = "  "
        line += f"{name}:"
    return [*lines, f"{line}{names[-1]};"]


def _folded(text: str) -> str:
    return "\r\n  ".join(text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH))
