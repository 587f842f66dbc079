"""The PROXY header (haproxy's proxy-protocol.txt, versions 1 and 2): whom a proxy speaks for."""

import asyncio
from ipaddress import IPv4Address, IPv6Address

from aiosmtpd.proxy_protocol import get_proxy

from gateway.smtp.stream import Stream

LOCAL = 0
"""The command of version 2 for a connection of the proxy itself, such as its health check."""


class NoProxyHeader(Exception):  # noqa: N818 - what was not there
    """A proxy's connection did not begin with a PROXY header; the text says what was wrong."""


async def client(reader: Stream) -> str | None:
    """The IP address of the client, None where the proxy speaks for itself or does not know. Raises NoProxyHeader."""
    try:
        found = await get_proxy(reader)
    except asyncio.IncompleteReadError:
        raise NoProxyHeader("the connection ended within it") from None
    if not found.valid or found.error:
        raise NoProxyHeader(str(found.error))
    if found.version == 2 and found.command == LOCAL:
        return None
    address = found.src_addr
    return str(address) if isinstance(address, IPv4Address | IPv6Address) else None
