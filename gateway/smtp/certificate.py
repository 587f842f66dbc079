"""The certificate that our listeners show, read again on SIGHUP."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Certificate:
    """A PEM file with the certificate and its chain, and one with its key, loaded as a server's TLS context.

    Raises OSError where a file cannot be read, ssl.SSLError where it is no certificate or the key is another's.
    """

    chain: Path
    key: Path
    context: ssl.SSLContext = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.context = self._loaded()

    def __str__(self) -> str:
        return str(self.chain)

    def reload(self) -> None:
        """Show what the files hold now to whoever comes next. Raises as the constructor; then the old one stays."""
        self.context = self._loaded()

    def _loaded(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.chain, self.key)
        return context
