"""A desk in a folder, and mails for it, as the tests of the commands need them."""

import re
from contextlib import closing
from datetime import date
from pathlib import Path

from sqlalchemy import text

from gateway import secret
from gateway.app import office
from gateway.instant import now
from gateway.reader import Reader
from gateway.store.engine import Database
from gateway.walk import Walker
from parsers import address
from tests.rig import config
from tests.rig.command import Ended, postern

SUPPORT = "support@desk.example"
ANN, BOB, DANA, EMIL = "ann@acme.example", "bob@acme.example", "dana@desk.example", "emil@desk.example"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
NOWHERE = 9  # a port that nobody listens on; these tests send nothing


class Site:
    """A desk in a folder. Mail comes in by `deliver` and is walked to the end here; no letter leaves."""

    def __init__(self, folder: Path, reader: Reader) -> None:
        self.folder = folder
        self._reader = reader
        self.database = f"sqlite:///{folder}/postern.db"
        self.config = folder / "config.toml"
        if not folder.exists():
            config.write(folder, "sqlite:///postern.db", NOWHERE)

    def run(self, *arguments: str, stdin: bytes = b"") -> Ended:
        return postern(self.config, *arguments, stdin=stdin)

    def objects(self, *arguments: str) -> list[dict[str, object]]:
        """What a command prints with `--json`."""
        done = self.run(*arguments, "--json")
        assert (done.code, done.err) == (0, ""), done.err
        return done.objects

    def one(self, *arguments: str) -> dict[str, object]:
        (only,) = self.objects(*arguments)
        return only

    def file(self, raw: bytes, name: str = "mail.eml") -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
        return str(path)

    def takes(self, raw: bytes, writer: str = ANN, to: str = SUPPORT) -> None:
        """A mail comes in and is walked."""
        done = self.run("deliver", "--sender", writer, "--recipient", to, stdin=raw)
        assert done == Ended(0, "", "")
        self.walk()

    def walk(self) -> None:
        with closing(office(self.config)) as found:
            rules = found.rules()
            walker = Walker(found.store, self._reader, lambda: rules, found.maillog, now)
            while walker.step():
                pass

    def signed(self, to: str) -> str:
        """The address that the newest letter to somebody is to be answered to."""
        letter = max(int(str(line["id"])) for line in self.objects("queue") if line["to"] == to)
        keys = secret.read(self.folder / "var" / "secret")
        return address.reply_address(SUPPORT, address.mint(keys, letter, date(2099, 1, 1)))

    def contents(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything in the database."""
        with closing(Database(self.database)) as database, database.read() as connection:
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
            return {name: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))] for name in names}


def mail(
    number: int = 1, writer: str = ANN, subject: str = "Scanner", body: str = "It beeps.", headers: str = ""
) -> bytes:
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


def is_time(value: object) -> bool:
    return isinstance(value, str) and TIME.fullmatch(value) is not None
