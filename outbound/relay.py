"""The next hop of our letters, as the courier must know it, and whose certificate is believed there."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

TIMEOUT = 60.0  # seconds


class NoToken(Exception):  # noqa: N818 - a state of the login
    """No access token can be had now; the text says why, without any secret."""


TokenSource = Callable[[bool], str]
"""Gives an access token (RFC 6749) that is good now; told True, it only learns that the last was refused.

Raises NoToken.
"""


Clock = Callable[[], float]
"""Seconds that never go back."""


@dataclass(frozen=True, slots=True)
class Relay:
    """The next hop: a host and port, or the path of a Unix socket.

    `hostname` is what EHLO says; `timeout` are seconds for each answer, ten times that after the final dot. With `lmtp`
    it is greeted as RFC 2033 has it. A login is by password, or by `token`. `fingerprints` are the SHA-256 (hex, lower
    case) of the certificates that are believed, and then no others; `authorities` is a PEM file of those who may issue.
    By the `clock` an answer must be whole in time; without one, each piece of it has the time for itself.

    Raises ValueError where a user name would travel in clear text.
    """

    host: str
    port: int
    tls: Literal["none", "starttls", "implicit"]
    hostname: str
    timeout: float = TIMEOUT
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    token: TokenSource | None = field(default=None, repr=False)
    lmtp: bool = False
    socket: Path | None = None
    authorities: Path | None = None
    fingerprints: frozenset[str] = frozenset()
    clock: Clock = field(default=lambda: 0.0, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.username is not None and self.tls == "none":
            raise ValueError(
                'A relay with a user name needs tls = "starttls" or tls = "implicit": '
                "a password never travels in clear text."
            )

    @property
    def place(self) -> str:
        """Where it is, as a sentence may name it."""
        return str(self.socket) if self.socket is not None else f"{self.host}:{self.port}"

    def trust(self) -> ssl.SSLContext | None:
        """Whose certificates count: the system's authorities, with the host name checked, unless others are named.

        TLS 1.2 or later (RFC 8996). None without TLS. Raises OSError where the file of authorities is none.
        """
        if self.tls == "none":
            return None
        context = ssl.create_default_context(cafile=self.authorities)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.fingerprints:
            # The certificate itself is known: who issued it, and for which name, says nothing more.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context
