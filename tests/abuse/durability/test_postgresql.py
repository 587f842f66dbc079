"""A PostgreSQL server in trouble: nothing is lost, nothing comes twice, and the sender hears what fits."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, make_url

from gateway.relay_settings import CONNECTIONS
from gateway.store.errors import StoreFull, StoreUnavailable
from gateway.store.store import Store
from tests.integration.store.samples import NOW, arrival
from tests.rig import config
from tests.rig.cluster import cluster
from tests.rig.daemon import Daemon
from tests.rig.ledger import Ledger, faults
from tests.rig.load import Message, send_all
from tests.rig.relay import Relay
from tests.rig.supervisor import drain

MESSAGES = 60
on_postgresql = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)


@contextmanager
def role(server: str, name: str, *settings: str) -> Iterator[URL]:
    """A role of these settings; gives the URL under which it logs in."""
    with psycopg.connect(server, autocommit=True) as administrator:
        for statement in (f"CREATE ROLE {name} LOGIN", *(f"ALTER ROLE {name} {setting}" for setting in settings)):
            administrator.execute(statement)
    try:
        yield make_url(server).set(username=name)
    finally:
        with psycopg.connect(server, autocommit=True) as administrator:
            administrator.execute(f"DROP ROLE {name}")


@on_postgresql
def test_a_commit_that_nobody_heard_the_end_of_is_recognised(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """case 12: the server died after it had committed and before it said so."""
    commit = psycopg.Connection.commit

    def unheard(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        commit(connection)
        connection.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Connection, "commit", unheard)
        with pytest.raises(StoreUnavailable):
            store.accept([arrival("one")], NOW)
    (again,) = store.accept([arrival("one")], NOW)
    assert again.duplicate
    assert store.inbox.waiting(NOW) == 1


@on_postgresql
@pytest.mark.parametrize(("code", "full"), [("53100", True), ("25006", False)], ids=["disk full", "read-only standby"])
def test_what_the_server_cannot_take_is_taken_later(store: Store, code: str, full: bool) -> None:
    """case 14: the sender hears 452 of a full disk, 451 of a standby."""
    with store.database.write() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '{code}'; END $$"
        )
        connection.exec_driver_sql("CREATE TRIGGER refuse BEFORE INSERT ON inbox EXECUTE FUNCTION refuse()")
    with pytest.raises(StoreUnavailable) as refused:
        store.accept([arrival("one")], NOW)
    assert isinstance(refused.value, StoreFull) == full
    with store.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER refuse ON inbox")
    assert not store.accept([arrival("one")], NOW)[0].duplicate


def test_a_server_with_too_many_connections_is_unavailable(postgresql: str) -> None:
    """case 14: 53300, which the sender hears as 451."""
    with role(postgresql, "crowded", "CONNECTION LIMIT 0") as url, pytest.raises(StoreUnavailable) as refused:
        Store.open(url.render_as_string(hide_password=False))
    assert "too many connections" in str(refused.value)
    assert not isinstance(refused.value, StoreFull)


def test_a_server_that_ends_at_once_under_load_and_comes_back(tmp_path: Path) -> None:
    """cases 12 and 13: nothing lost, nothing twice, without a restart of ours; one that does not flush is refused."""
    ledger = Ledger(tmp_path / "acknowledged")
    with cluster("fsync = off") as server, Relay(ledger=tmp_path / "delivered") as relay:
        url = server.url
        with pytest.raises(StoreUnavailable, match="fsync = off"):
            Store.open(url)
        server.stop()
        server.set("fsync = on")
        server.start()
        daemon = Daemon(config.write(tmp_path, url, relay.port))
        daemon.start()
        heard: list[bytes] = []

        def acknowledged(message: Message, answer: bytes) -> None:
            ledger.write({"id": message.message_id})
            heard.append(answer)

        load = threading.Thread(target=send_all, args=(messages(), lambda: daemon.port, 4, acknowledged))
        load.start()
        while len(heard) < MESSAGES // 3:
            time.sleep(0.01)
        server.stop()
        time.sleep(0.5)  # the load goes on against a server that is away
        server.start()
        load.join()
        with closing(Store.open(url)) as store:
            drain(store)
            assert daemon.stop() == 0
            assert faults(store, [e["id"] for e in ledger.entries()], relay.deliveries, in_hand=CONNECTIONS) == []
    assert len(heard) == MESSAGES
    ledger.close()


def messages() -> Iterator[Message]:
    for number in range(MESSAGES):
        writer, message_id = f"customer{number}@acme.example", f"<load-{number}@acme.example>"
        text = f"From: <{writer}>\r\nSubject: Matter {number}\r\nMessage-ID: {message_id}\r\n\r\nHelp.\r\n"
        yield Message(message_id, writer, "support@desk.example", text.encode())
