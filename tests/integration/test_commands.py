"""Each command over a real database: what it prints, how it ends, and what it leaves alone."""

import json
import mailbox
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.app import office
from gateway.store.engine import Database
from gateway.store.store import Store
from tests.rig import config
from tests.rig.command import Ended, postern

SUPPORT = "support@desk.example"
ANN, BOB, DANA, EMIL = "ann@acme.example", "bob@acme.example", "dana@desk.example", "emil@desk.example"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
NOWHERE = 9  # a port that nobody listens on; these tests send nothing


class Site:
    """A desk in a folder. Mail comes in by `import --notify`, which walks to the end; no letter leaves."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.database = database
        self.config = config.write(folder, database, NOWHERE)

    def run(self, *arguments: str, stdin: bytes = b"") -> Ended:
        return postern(self.config, *arguments, stdin=stdin)

    def objects(self, *arguments: str) -> list[dict[str, object]]:
        done = self.run(*arguments, "--json")
        assert (done.code, done.err) == (0, ""), done.err
        return done.objects

    def object(self, *arguments: str) -> dict[str, object]:
        (only,) = self.objects(*arguments)
        return only

    def file(self, raw: bytes, name: str = "mail.eml") -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
        return str(path)

    def takes(self, raw: bytes, *more: str) -> None:
        done = self.run("import", self.file(raw), *(more or ("--notify",)))
        assert done.code == 0, done.err
        assert done.out.startswith("messages 1: done 1, "), done.out

    def contents(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything in the database."""
        with closing(Database(self.database)) as database, database.read() as connection:
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
            return {name: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))] for name in names}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site", f"sqlite:///{tmp_path}/site/postern.db")


def mail(number: int = 1, writer: str = ANN, subject: str = "Scanner", body: str = "It beeps.", headers: str = "") -> bytes:
    return (
        f"From: Somebody <{writer}>\r\nTo: {SUPPORT}\r\nSubject: {subject}\r\nMessage-ID: <{number}@acme.example>\r\n"
        f"Date: Mon, 2 Mar 2026 09:00:00 +0000\r\n{headers}\r\n{body}\r\n"
    ).encode()


PICTURE = b"\x89PNG\r\n\x1a\nnot much of a picture"
RICH = (
    mail(headers="MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=outer\r\n", body="").rstrip()
    + b"\r\n\r\n--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n"
    b"--inner\r\nContent-Type: text/plain\r\n\r\nIt beeps.\r\n"
    b"--inner\r\nContent-Type: text/html\r\n\r\n<p>It <b>beeps</b>.<script>alert(1)</script></p>\r\n--inner--\r\n"
    b"--outer\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=scan.png\r\n"
    b"Content-ID: <scan@acme.example>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"iVBORw0KGgpub3QgbXVjaCBvZiBhIHBpY3R1cmU=\r\n--outer--\r\n"
)


def reply_address(site: Site, to: str, number: int = -1) -> str:
    """The signed address that a letter to somebody carries."""
    with closing(office(site.config)) as found:
        letters = [line for line in _queue(found.store) if line["to"] == to]
        composer = found.composer()
        rows = found.store.outbox.claim(100, timedelta(minutes=1), composer_now(found.store))
        try:
            (row,) = [row for row in rows if row.id == letters[number]["id"]]
            return composer._reply_to(row)
        finally:
            found.store.outbox.release(rows)
