"""Couriers and letters for tests that talk to a relay."""

import ssl
from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest

from outbound.courier import Courier
from outbound.letter import Letter
from outbound.relay import Relay

Make: TypeAlias = Callable[..., Courier]
PATIENT = 10.0  # seconds: no test waits for it


def letter(number: int = 1, recipient: str = "ann@acme.example", data: bytes | None = None) -> Letter:
    message_id = f"<l{number}@desk.example>"
    usual = f"Message-ID: {message_id}\r\nSubject: [CT-104] Scanner\r\n\r\nHello\r\n".encode()
    return Letter("support+abc@desk.example", recipient, message_id, usual if data is None else data)


@pytest.fixture
def send_to() -> Iterator[Make]:
    """Couriers that are closed at the end."""
    made: list[Courier] = []

    def make(next_hop: Relay, trust: ssl.SSLContext | None = None) -> Courier:
        made.append(Courier(next_hop, trust))
        return made[-1]

    yield make
    for courier in made:
        courier.close()
