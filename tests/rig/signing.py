"""Signers for tests: mail signed by DKIM, sealed by ARC, and the records that a resolver would find."""

import base64
from dataclasses import dataclass, field
from functools import cache

import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

HEADERS = (b"from", b"to", b"subject", b"message-id", b"date")


@dataclass(frozen=True, slots=True)
class Signer:
    """Whoever signs for a domain under a selector."""

    domain: str
    key: bytes
    record: str
    selector: str = "x"

    def sign(self, raw: bytes, *, headers: tuple[bytes, ...] = HEADERS, length: bool = False) -> bytes:
        """The message with a DKIM signature above it."""
        present = [name for name in headers if name + b":" in raw.lower()]
        made = dkim.sign(
            raw, self.selector.encode(), self.domain.encode(), self.key, include_headers=present, length=length
        )
        return bytes(made) + raw

    def seal(self, raw: bytes, authserv_id: str) -> bytes:
        """The message with one more ARC set, which repeats the results of `authserv_id` that stand in it."""
        made = dkim.arc_sign(raw, self.selector.encode(), self.domain.encode(), self.key, authserv_id.encode())
        assert made
        return b"".join(made) + raw


def pem(key: PrivateKeyTypes) -> bytes:
    """A private key as its file holds it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@cache
def signer(domain: str) -> Signer:
    """A signer with a key of its own, the same one each time."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public = base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    return Signer(domain, private, f"v=DKIM1; k=rsa; p={public}")


@dataclass(slots=True)
class Zone:
    """A resolver that knows only these signers. It asks nobody, and remembers what it was asked."""

    signers: tuple[Signer, ...] = ()
    asked: list[str] = field(default_factory=list)

    def text(self, name: str) -> str | None:
        """The key of a signer."""
        self.asked.append(name)
        return next((one.record for one in self.signers if name == f"x._domainkey.{one.domain}"), None)


def records(*signers: Signer) -> dict[str, str]:
    """What a look-up of their keys finds."""
    return {f"x._domainkey.{one.domain}": one.record for one in signers}
