"""Sessions of nonsense: no fault of ours shows, nothing stays behind, and mail still flows."""

import gc
import os
import random
import time

from gateway.fields import Endpoint
from gateway.smtp.bounds import Kind, Listener
from tests.integration.smtp.house import MANNERS, Build
from tests.rig.nonsense import babble, figures, honest
from tests.rig.peer import PATIENCE

SESSIONS = 300


def test_nonsense_harms_nobody(build: Build) -> None:
    """case 70: every session ends, nothing stays behind, and mail still flows."""
    listeners = [Listener(kind, Endpoint("127.0.0.1", 0)) for kind in (Kind.SMTP, Kind.LMTP)]
    house = build(MANNERS, listeners, bounds={"connections_per_peer": 200, "messages_per_sender": 10_000})
    ports = [int(place.rpartition(":")[2]) for place in house.opened.values()]
    chance = random.Random(7)
    before = figures(os.getpid()).handles
    for _ in range(SESSIONS):
        said = babble(chance, *ports)
        assert b"Traceback" not in said
        assert b"4.3.0" not in said, "a fault of ours"
    honest(ports[0])
    end = time.monotonic() + PATIENCE
    while house.doors.sessions and time.monotonic() < end:
        time.sleep(0.02)
    assert not house.doors.sessions
    assert not house.doors.peers
    assert house.doors.reception.in_flight.used == 0
    gc.collect()
    assert figures(os.getpid()).handles <= before + 8
