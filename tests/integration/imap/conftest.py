"""A scripted IMAP server, and rooms that read its folder."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from gateway.store.store import Store
from tests.rig.imap import ImapServer
from tests.rig.mailroom import Mailroom

Make: TypeAlias = Callable[..., Mailroom]


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with ImapServer() as running:
        yield running


@pytest.fixture
def make(store: Store, tmp_path: Path, server: ImapServer) -> Iterator[Make]:
    made: list[Mailroom] = []

    def one(**manner: object) -> Mailroom:
        made.append(Mailroom(store, tmp_path, server.port, **manner).__enter__())
        return made[-1]

    yield one
    for room in made:
        room.__exit__(None, None, None)
