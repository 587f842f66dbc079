"""Doors with a certificate, those who may log in, and who signs for them."""

import base64
import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme

from gateway.fields import Endpoint
from gateway.smtp.bounds import Kind, Listener
from gateway.smtp.certificate import Certificate
from tests.integration.smtp.house import House
from tests.integration.store.samples import ANN

PASSWORD = "correct horse"
LISTENERS = tuple(Listener(kind, Endpoint("127.0.0.1", 0)) for kind in (Kind.SMTP, Kind.SMTPS))


@dataclass
class Authority:
    """Who signs our certificates, and the files that they go to."""

    folder: Path
    trust: ssl.SSLContext

    def issue(self) -> Certificate:
        """A new certificate in the files of the old one."""
        authority = trustme.CA()
        authority.configure_trust(self.trust)
        pair = authority.issue_cert("localhost")
        chain, key = self.folder / "cert.pem", self.folder / "key.pem"
        pair.private_key_pem.write_to_path(key)
        chain.write_bytes(b"".join(blob.bytes() for blob in pair.cert_chain_pems))
        return Certificate(chain, key)


class Encrypted:
    """A connection to the door that begins with TLS."""

    def __init__(self, house: House, authority: Authority) -> None:
        self.peer = house.peer(Kind.SMTPS)
        self.peer.encrypt(authority.trust)

    def __enter__(self) -> "Encrypted":
        self.peer.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.peer.socket.close()

    def login(self, password: str, login: str = ANN) -> str:
        return self.peer.say("AUTH PLAIN " + base64.b64encode(f"\0{login}\0{password}".encode()).decode())
