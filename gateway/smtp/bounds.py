"""What a peer may use of us, and how each listener behaves. All of it comes from the configuration."""

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from gateway.fields import Endpoint
from gateway.smtp.certificate import Certificate
from gateway.smtp.logins import Logins
from parsers.mail import Door


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of sessions and messages. Sizes in bytes, times in seconds, `min_rate` in bytes a second.

    `commands` counts between two messages taken; `drain` is how much of a message over `size` is read and thrown away
    before the connection is closed. A trusted relay is exempt from what is counted for each peer or sender.
    """

    size: int = 25 * 1024**2
    recipients: int = 100
    connections: int = 200
    connections_per_peer: int = 20
    in_flight: int = 128 * 1024**2
    commands: int = 1000
    errors: int = 10
    command_time: float = 60.0
    message_time: float = 600.0
    session_time: float = 1800.0
    min_rate: int = 500
    line_length: int = 1024**2
    headers_size: int = 256 * 1024
    drain: int = 25 * 1024**2
    messages_per_sender: int = 200
    messages_per_peer: int = 1000
    message_window: float = 3600.0
    greeting_delay: float = 0.0


class Kind(StrEnum):
    """What a listener speaks; the values are the words of the ready line."""

    SMTP = "smtp"
    SMTPS = "smtps"
    LMTP = "lmtp"

    @property
    def door(self) -> Door:
        """How its messages are marked."""
        return Door.LMTP if self is Kind.LMTP else Door.SMTP


@dataclass(frozen=True, slots=True)
class Bound:
    """Sockets that have their addresses already, one for each that a host has."""

    sockets: tuple[socket.socket, ...]

    def close(self) -> None:
        """Let go of them."""
        for one in self.sockets:
            one.close()


@dataclass(frozen=True, slots=True)
class Listener:
    """Where to listen, and for what: a host and port (0 lets the system choose) or the path of a Unix socket."""

    kind: Kind
    place: Endpoint | Bound | Path


def _nobody(_peer: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Manners:
    """How all listeners behave. `trusts` and `proxies` are asked with a peer's IP address.

    Connections from `proxies` must begin with a PROXY header, and nobody else's are read. `mends_newlines` accepts bare
    CR and LF from trusted relays, each as CRLF. `require_tls` takes no mail in clear, except by LMTP.
    """

    hostname: str
    bounds: Bounds = field(default_factory=Bounds)
    trusts: Callable[[str], bool] = _nobody
    proxies: Callable[[str], bool] = _nobody
    certificate: Certificate | None = None
    logins: Logins | None = None
    require_tls: bool = False
    mends_newlines: bool = False
