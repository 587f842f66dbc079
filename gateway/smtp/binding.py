"""The sockets of the doors: bound first, listened on once all else is ready."""

import contextlib
import socket
from dataclasses import replace

from gateway.fields import Endpoint
from gateway.smtp.bounds import Bound, Kind, Listener

_KEYS = {Kind.SMTP: "[smtp] listen", Kind.SMTPS: "[smtp] listen_tls", Kind.LMTP: "[lmtp] listen"}


class CannotListen(Exception):  # noqa: N818 - a state of the machine
    """An address or a path cannot be listened on; the text names the key of the configuration."""

    def __init__(self, kind: Kind, error: OSError) -> None:
        super().__init__(f"{_KEYS[kind]}: {error.strerror or error}")


def bound(listener: Listener) -> Listener:
    """The listener with its port taken, at which nobody is let in yet; one on a path as it is. Raises CannotListen."""
    if not isinstance(listener.place, Endpoint):
        return listener
    try:
        return replace(listener, place=bind(listener.place))
    except OSError as error:
        raise CannotListen(listener.kind, error) from error


def bind(place: Endpoint) -> Bound:
    """A socket for each address that a host has. Raises OSError where one of them cannot be had."""
    found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    with contextlib.ExitStack() as undo:
        sockets = tuple(_socket(family, address, undo) for family, _, _, _, address in dict.fromkeys(found))
        undo.pop_all()
    return Bound(sockets)


def _socket(family: int, address: object, undo: contextlib.ExitStack) -> socket.socket:
    one = undo.enter_context(socket.socket(family, socket.SOCK_STREAM))
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    one.setblocking(False)
    one.bind(address)  # type: ignore[arg-type]  # what getaddrinfo gave for this family
    return one
