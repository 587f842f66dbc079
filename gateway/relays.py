"""What the configuration says of the ways out, as lanes with couriers, and as routes."""

import ssl
import time
from collections.abc import Callable, Iterator
from datetime import datetime

from gateway.config import Config
from gateway.keep import Keeper
from gateway.lane import Lane, Limits
from gateway.problems import Problem
from gateway.relay_settings import RelayTable, RouteTable
from gateway.tokens import Tokens
from outbound.courier import Courier
from outbound.letter import Carrier
from outbound.relay import NoToken, Relay, TokenSource
from outbound.routes import DEFAULT, Route, Routes, among

Say = Callable[[str, str], None]
"""Takes a word and a sentence for the log."""


def tables(config: Config) -> dict[str, RelayTable]:
    """All relays by name, that of `[relay]` first."""
    return {DEFAULT: config.relay, **config.relays}


def next_hop(config: Config, table: RelayTable, now: Callable[[], datetime], say: Say) -> Relay:
    """A relay as its couriers know it."""
    password = table.password.get_secret_value() if table.password else None
    return Relay(
        table.host,
        table.port,
        table.tls,
        config.smtp.hostname,
        username=table.username,
        password=password,
        token=_token(table, now, say),
        lmtp=table.kind == "lmtp",
        socket=table.socket,
        authorities=table.ca_file,
        fingerprints=frozenset(table.tls_fingerprints),
        clock=time.monotonic,
    )


def lanes(config: Config, now: Callable[[], datetime], say: Say) -> list[Lane]:
    """A lane for each relay, with a courier for each of its connections."""
    return [
        Lane(name, list(_carriers(config, table, now, say)), _limits(config, table))
        for name, table in tables(config).items()
    ]


def routes(config: Config) -> Routes:
    """Which letters take which lanes."""
    found = tuple(Route(table.relays, _senders(config, table), frozenset(table.recipients)) for table in config.routes)
    return Routes(found, (DEFAULT, *config.relay.fall_over))


def _senders(config: Config, table: RouteTable) -> frozenset[str]:
    """The addresses of ours that a route is for: letters come from those of their queue."""
    senders = frozenset(table.senders)
    if not table.queues:
        return senders
    of_queues = (own.address for own in config.addresses if own.queue in table.queues)
    return frozenset(address.lower() for address in of_queues if among(senders, address))


def _limits(config: Config, table: RelayTable) -> Limits:
    return Limits(table.per_minute, config.limits.domain_connections, config.limits.domain_per_minute)


def _carriers(config: Config, table: RelayTable, now: Callable[[], datetime], say: Say) -> Iterator[Carrier]:
    if table.kind == "keep":
        yield from (Keeper(config.data_dir / "outgoing") for _ in range(table.connections))
        return
    hop = next_hop(config, table, now, say)
    trust: ssl.SSLContext | None = hop.trust()
    yield from (Courier(hop, trust) for _ in range(table.connections))


def _token(table: RelayTable, now: Callable[[], datetime], say: Say) -> TokenSource | None:
    """The access tokens of a relay, one account for all its couriers."""
    if table.oauth is None:
        return None
    assert table.username is not None, "the configuration has no login without a name"
    tokens = Tokens(table.username, table.oauth, now, say)

    def give(refused: bool) -> str:
        if refused:
            tokens.forget()
            return ""
        try:
            return tokens.secret()[1]
        except Problem as problem:
            raise NoToken(str(problem)) from None

    return give
