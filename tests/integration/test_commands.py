"""Each command over a real database: what it prints, how it ends, and what it leaves alone."""

import json
import mailbox
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from gateway import secret
from gateway.app import office
from gateway.store.engine import Database
from parsers import address
from tests.rig import config
from tests.rig.command import Ended, postern

SUPPORT = "support@desk.example"
ANN, BOB, DANA, EMIL = "ann@acme.example", "bob@acme.example", "dana@desk.example", "emil@desk.example"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
NOWHERE = 9  # a port that nobody listens on; these tests send nothing


class Site:
    """A desk in a folder. Mail comes in by `deliver` and is walked to the end here; no letter leaves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
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
            walker = found.walker(lambda: rules)
            while walker.step():
                pass
            walker.stop()

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


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk whose directory is applied, to be copied."""
    found = Site(tmp_path_factory.mktemp("prepared") / "site")
    assert found.run("directory", "apply").code == 0
    return found.folder


@pytest.fixture
def site(tmp_path: Path, prepared: Path) -> Site:
    return Site(shutil.copytree(prepared, tmp_path / "site"))


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


# tickets


def test_tickets_are_listed_with_the_newest_update_first(site: Site) -> None:
    site.takes(mail(1, subject="First"))
    site.takes(mail(2, subject="Second"))
    site.takes(mail(3, body="It smokes."), to=_answer_to(site, "First"))
    assert [x["key"] for x in site.objects("tickets")] == ["CT-1", "CT-2"]
    first = site.objects("tickets")[0]
    assert list(first) == ["key", "entity", "system", "subject", "created_at", "updated_at", "state"]
    assert (first["entity"], first["system"], first["subject"], first["state"]) == ("acme", "acme-dam", "First", "new")
    assert is_time(first["created_at"])
    assert is_time(first["updated_at"])
    table = site.run("tickets").out.splitlines()
    assert re.split(r"  +", table[0]) == ["ID", "Entity", "System", "Subject", "Created at", "Last update", "State"]
    assert table[1].startswith("CT-1  Acme Corp  Acme DAM  First  ")


def _answer_to(site: Site, subject: str) -> str:
    """The signed address of Ann's acknowledgement for a ticket."""
    (key,) = [x["key"] for x in site.objects("tickets") if x["subject"] == subject]
    (letter,) = [x["id"] for x in site.objects("queue") if x["ticket"] == key and x["to"] == ANN]
    keys = secret.read(site.folder / "var" / "secret")
    return address.reply_address(SUPPORT, address.mint(keys, int(str(letter)), date(2099, 1, 1)))


def test_tickets_are_filtered(site: Site) -> None:
    site.takes(mail(1))
    site.takes(mail(2, "gina@globex.example"), "gina@globex.example")
    site.takes(mail(3, DANA, body="close\r\n\r\nAll is well."), DANA, site.signed(DANA))

    def keys(*filters: str) -> list[object]:
        return [x["key"] for x in site.objects("tickets", *filters)]

    assert keys("--state", "closed") == ["CT-2"]
    assert keys("--state", "new", "--organisation", "acme") == ["CT-1"]
    assert keys("--queue", "inbound") == ["CT-2", "CT-1"]
    assert keys("--queue", "elsewhere") == []
    assert keys("--assignee", DANA) == []


def test_no_tickets_are_no_lines(site: Site) -> None:
    assert site.objects("tickets") == []
    assert site.run("tickets").out.count("\n") == 1


# ticket

TICKET_KEYS = (
    "key subject status substatus resolution priority visibility queue organisation system requester assignee "
    "assignees holder watchers created_at updated_at merged_into merged rating timeline"
).split()
ENTRY_KEYS = "id at actor kind audience text html attachments changes message_id notified".split()


def test_a_whole_ticket(site: Site) -> None:
    site.takes(RICH)
    site.takes(mail(2, DANA, body="to customer\r\n\r\nWhich scanner?"), DANA, site.signed(DANA))
    found = site.one("ticket", "ct-1")
    assert list(found) == TICKET_KEYS
    assert (found["key"], found["status"], found["holder"]) == ("CT-1", "on-customer", "customer")
    assert (found["requester"], found["assignee"], found["assignees"]) == (ANN, None, [])
    timeline = found["timeline"]
    assert isinstance(timeline, list)
    opened, moved = timeline
    assert list(opened)[: len(ENTRY_KEYS)] == ENTRY_KEYS
    assert (opened["kind"], opened["actor"], opened["audience"]) == ("opened", ANN, "everyone")
    assert (opened["text"], opened["message_id"]) == ("It beeps.", "<1@acme.example>")
    assert opened["changes"]["status"] == [None, "new"]
    assert opened["notified"] == [DANA, EMIL], "an acknowledgement is an answer, not a notice"
    assert (moved["kind"], moved["text"], moved["html"]) == ("move", "Which scanner?", None)
    assert moved["changes"]["status"] == ["new", "on-customer"]
    assert sorted(moved["notified"]) == [ANN, BOB]
    assert is_time(opened["at"])


def test_a_timeline_holds_safe_html_and_the_attachments_of_the_original(site: Site) -> None:
    site.takes(RICH)
    (opened,) = _timeline(site)
    assert str(opened["html"]).strip() == "<p>It <b>beeps</b>.</p>"
    assert opened["attachments"] == [
        {
            "filename": "scan.png",
            "content_type": "image/png",
            "size": len(PICTURE),
            "sha256": sha256(PICTURE).hexdigest(),
            "inline": False,
            "content_id": "scan@acme.example",
        }
    ]


def test_attachments_whose_mail_is_gone_keep_their_names(site: Site) -> None:
    site.takes(RICH)
    with closing(sqlite3.connect(site.folder / "postern.db")) as connection:
        connection.execute("DELETE FROM raw_mail")
        connection.commit()
    (opened,) = _timeline(site)
    unknown = dict.fromkeys(("content_type", "size", "sha256", "inline", "content_id"))
    assert (opened["text"], opened["html"]) == ("It beeps.", None)
    assert opened["attachments"] == [{"filename": "scan.png", **unknown}]


def _timeline(site: Site) -> list[dict[str, object]]:
    found = site.one("ticket", "CT-1")["timeline"]
    assert isinstance(found, list)
    return found


def test_a_ticket_for_people(site: Site) -> None:
    site.takes(mail(1, subject="Sc\u202eanner \x1b[2J".encode().decode("latin-1")))
    done = site.run("ticket", "CT-1")
    assert done.code == 0
    assert "\x1b" not in done.out
    for fact in ("CT-1", "status: new", "opened", "| It beeps.", f"{DANA}"):
        assert fact in done.out


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_ticket_that_is_not_there(site: Site, more: tuple[str, ...]) -> None:
    assert site.run("ticket", "CT-9", *more) == Ended(
        66, "", "ticket: there is no ticket CT-9; `postern tickets` lists all.\n"
    )


# queue

QUEUE_KEYS = "id ticket to state attempts next_at reason message_id".split()


def test_the_queue_lists_letters_under_way(site: Site) -> None:
    assert site.objects("queue") == []
    site.takes(mail())
    found = site.objects("queue", "list")
    assert [list(x) for x in found] == [QUEUE_KEYS] * 3
    assert sorted(str(x["to"]) for x in found) == [ANN, DANA, EMIL]
    assert {(x["ticket"], x["state"], x["attempts"], x["reason"]) for x in found} == {("CT-1", "waiting", 0, None)}
    assert all(is_time(x["next_at"]) and str(x["message_id"]).endswith("@desk.example>") for x in found)
    assert site.run("queue").out.splitlines()[0].startswith("ID     Ticket")


def test_letters_are_held_released_retried_and_dropped(site: Site) -> None:
    site.takes(mail())

    def state(row: int) -> list[tuple[object, object]]:
        return [(x["state"], x["reason"]) for x in site.objects("queue") if x["id"] == row]

    assert site.run("queue", "hold", "1", "out-2") == Ended(0, "out-1: hold\nout-2: hold\n", "")
    assert state(1) == state(2) == [("held", "held by hand")]
    assert site.run("queue", "release", "1").code == 0
    assert state(1) == [("waiting", None)]
    assert site.run("queue", "retry", "2").code == 0
    assert state(2) == [("waiting", None)]
    assert site.objects("queue", "drop", "3") == [{"id": 3, "action": "drop"}]
    assert state(3) == []
    logged = [(f["id"], f["outcome"]) for f in site.objects("log", "--step", "queue")]
    assert logged == [("out-1", "hold"), ("out-2", "hold"), ("out-1", "release"), ("out-2", "retry"), ("out-3", "drop")]


def test_what_a_letter_does_not_allow_is_told_and_the_others_are_done(site: Site) -> None:
    site.takes(mail())
    done = site.run("queue", "release", "1", "2")
    assert (done.code, done.out) == (65, "")
    assert done.err == "".join(f"queue release: Letter {n} is waiting: it cannot be released.\n" for n in (1, 2))
    done = site.run("queue", "drop", "99", "3")
    assert (done.code, done.out) == (66, "out-3: drop\n")
    assert done.err == "queue drop: There is no letter 99.\n"


@pytest.mark.parametrize(
    "arguments", [("queue", "retry"), ("queue", "retry", "x"), ("inbox", "replay", "-"), ("inbox", "show")]
)
def test_an_id_is_needed(site: Site, arguments: tuple[str, ...]) -> None:
    done = site.run(*arguments)
    assert (done.code, done.out) == (64, "")
    assert done.err.count("\n") == 1


# inbox

INBOX_KEYS = "id from recipient state reason received_at ticket".split()


def held(site: Site) -> None:
    """A mail of a stranger that the desk holds."""
    site.config.write_text(site.config.read_text().replace("[smtp]", 'unknown_senders = "hold"\n\n[smtp]', 1))
    site.takes(mail(7, "eve@elsewhere.example"), "eve@elsewhere.example")


def test_the_inbox_lists_failed_messages_first(site: Site) -> None:
    site.takes(mail(1))
    held(site)
    site.takes(mail(2))
    found = site.objects("inbox")
    assert [list(x) for x in found] == [INBOX_KEYS] * 3
    assert [x["state"] for x in found] == ["held", "done", "done"]
    assert [x["id"] for x in found] == [2, 3, 1]
    assert (found[0]["from"], found[0]["ticket"]) == ("eve@elsewhere.example", None)
    assert found[0]["reason"]
    assert (found[1]["recipient"], found[1]["reason"], found[1]["ticket"]) == (SUPPORT, None, "CT-2")
    assert all(is_time(x["received_at"]) for x in found)


def test_a_message_is_shown_as_it_came(site: Site) -> None:
    site.takes(RICH)
    done = site.run("inbox", "show", "in-1")
    assert done.code == 0
    facts, _, original = done.out.partition("\n\n")
    assert original.encode() == RICH
    assert f"from: {ANN}\n" in facts
    shown = site.one("inbox", "show", "1")
    assert list(shown) == [*INBOX_KEYS, "raw"]
    assert shown["raw"] == RICH.decode()
    assert site.run("inbox", "show", "9").code == 66


def test_a_held_message_is_replayed_or_dropped(site: Site) -> None:
    held(site)
    site.config.write_text(site.config.read_text().replace('unknown_senders = "hold"', ""))
    assert site.run("inbox", "replay", "1") == Ended(0, "in-1: replay\n", "")
    assert [x["state"] for x in site.objects("inbox")] == ["waiting"]
    site.walk()
    assert [(x["state"], x["ticket"]) for x in site.objects("inbox")] == [("done", "CT-1")]
    done = site.run("inbox", "replay", "1")
    assert (done.code, done.out) == (65, "")
    assert done.err == "inbox replay: Message 1 has done its work; to replay it would do it twice.\n"
    assert site.run("inbox", "drop", "1").code == 65
    assert site.run("inbox", "drop", "9").code == 66


def test_a_dropped_message_stays_and_can_be_replayed(site: Site) -> None:
    held(site)
    assert site.objects("inbox", "drop", "1") == [{"id": 1, "action": "drop"}]
    assert [x["state"] for x in site.objects("inbox")] == ["dropped"]
    assert site.run("inbox", "replay", "1").code == 0


# log

LOG_KEYS = "at id step outcome ticket address message_id reason".split()


def test_the_log_tells_each_step_of_a_message(site: Site) -> None:
    site.takes(mail())
    found = site.objects("log", "--id", "in-1")
    assert all(sorted(fact) == sorted(LOG_KEYS) for fact in found)
    assert [(f["step"], f["outcome"]) for f in found[:2]] == [("accept", "accepted"), ("decide", "opened")]
    assert {f["address"] for f in found if f["step"] == "tell"} == {ANN, DANA, EMIL}
    assert {f["ticket"] for f in found[1:]} == {"CT-1"}
    assert all(is_time(f["at"]) for f in found)
    assert site.run("log", "--id", "in-1").out.count("\n") == len(found)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (("--ticket", "ct-1"), 4),
        (("--address", DANA.upper()), 1),
        (("--message", "<1@acme.example>"), 5),
        (("--outcome", "opened", "--step", "decide"), 1),
        (("--outcome", "opened", "--step", "accept"), 0),
        (("--id", "in-9"), 0),
    ],
    ids=["ticket", "address", "message", "outcome and step", "no such outcome", "no such id"],
)
def test_the_log_is_filtered(site: Site, filters: tuple[str, ...], count: int) -> None:
    site.takes(mail())
    assert len(site.objects("log", *filters)) == count


def test_no_log_is_no_lines(tmp_path: Path) -> None:
    found = Site(tmp_path / "site")
    assert found.run("log") == Ended(0, "", "")
    assert not (found.folder / "postern.db").exists(), "the log needs no database"


def test_a_followed_log_shows_new_lines_and_survives_rotation(site: Site) -> None:
    path = site.folder / "var" / "mail.log"
    path.write_text("id=in-1 step=accept\n")
    command = [sys.executable, "-m", "gateway.cli", "-c", str(site.config), "log", "-f", "--step", "accept"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as follower:
        assert follower.stdout is not None
        try:
            assert follower.stdout.readline() == "id=in-1 step=accept\n"
            with path.open("a") as log:
                log.write("id=in-2 step=decide\nid=in-2 st")
                log.flush()
                log.write("ep=accept\n")
            assert follower.stdout.readline() == "id=in-2 step=accept\n"
            with path.open("a") as log:
                log.write("id=in-3 step=accept\n")
            path.rename(path.with_suffix(".1"))
            path.write_text("id=in-4 step=accept\n")
            assert [follower.stdout.readline() for _ in range(2)] == ["id=in-3 step=accept\n", "id=in-4 step=accept\n"]
        finally:
            follower.kill()


# explain

EXPLAIN_KEYS = "clues proof kind commands events told not_told".split()


def test_an_explanation_tells_all_and_writes_nothing(site: Site) -> None:
    site.takes(mail())
    before, logged = site.contents(), (site.folder / "var" / "mail.log").read_bytes()
    file = site.file(mail(2, DANA, body="to customer\r\n\r\nWhich scanner?"))
    found = site.one("explain", file, "--recipient", site.signed(DANA))
    assert [key for key in EXPLAIN_KEYS if key not in found] == []
    assert (found["proof"], found["kind"], found["outcome"], found["ticket"]) == ("TOKEN", "personal", "moved", "CT-1")
    assert found["commands"] == [{"name": "to-customer", "arguments": [], "source": "body", "line": 1}]
    (event,) = _list(found["events"])
    assert (event["kind"], event["changes"]["status"]) == ("move", ["new", "on-customer"])
    assert {one["address"] for one in _list(found["told"])} == {ANN, BOB, DANA}
    assert all(set(one) == {"address", "why"} for one in _list(found["not_told"]))
    assert isinstance(found["clues"], dict)
    assert found["clues"]["author"] == DANA
    site.run("explain", file)
    assert site.contents() == before
    assert (site.folder / "var" / "mail.log").read_bytes() == logged


def _list(value: object) -> list[dict[str, Any]]:
    assert isinstance(value, list)
    return value


def test_an_explanation_for_people(site: Site) -> None:
    done = site.run("explain", site.file(mail()))
    assert done.code == 0
    for line in ("writer   ann@acme.example", "proof    NONE", "outcome  opened", "event    opened (everyone)"):
        assert line in done.out.splitlines() or any(x.startswith(line) for x in done.out.splitlines()), line


def test_what_cannot_be_explained(site: Site) -> None:
    done = site.run("explain", "/nowhere/mail.eml")
    assert (done.code, done.err) == (66, "explain: /nowhere/mail.eml: No such file or directory.\n")
    done = site.run("explain", site.file(mail()), "--recipient", "nobody@desk.example")
    assert done.code == 67
    assert "nobody@desk.example" in done.err


# deliver


def test_a_delivered_message_is_durable(site: Site) -> None:
    done = site.run("deliver", "--sender", ANN, "--recipient", SUPPORT, stdin=mail())
    assert done == Ended(0, "", "")
    assert [x["state"] for x in site.objects("inbox")] == ["waiting"]
    assert site.run("deliver", "--recipient", SUPPORT, stdin=mail()).code == 0
    assert len(site.objects("inbox")) == 1


@pytest.mark.parametrize(
    "recipient", ["nobody@desk.example", f"support+{'a' * 31}@desk.example", "ann@acme.example", ""]
)
def test_a_message_for_nobody_here_is_refused(site: Site, recipient: str) -> None:
    done = site.run("deliver", "--recipient", recipient, stdin=mail())
    assert (done.code, done.out) == (67, "")
    assert "No such mailbox here" in done.err
    assert site.objects("inbox") == []


def test_a_message_of_a_stranger_is_refused_where_strangers_are(site: Site) -> None:
    text_ = site.config.read_text().replace("[[address]]", '[[address]]\nunknown_senders = "refuse"', 1)
    site.config.write_text(re.sub(r'"refuse" +#', '"refuse"\n#', text_))
    assert site.run("deliver", "--sender", "eve@elsewhere.example", "--recipient", SUPPORT, stdin=mail()).code == 67
    assert site.run("deliver", "--sender", ANN, "--recipient", SUPPORT, stdin=mail()).code == 0


def test_a_message_that_is_too_big_or_loops_is_refused(site: Site) -> None:
    site.config.write_text(site.config.read_text().replace("[smtp]", '[smtp]\nmax_size = "1 KB"', 1))
    for raw in (mail(body="x" * 1025), b"Received: x\r\n" * 51 + mail()):
        done = site.run("deliver", "--recipient", SUPPORT, stdin=raw)
        assert (done.code, done.out) == (65, "")
    assert site.objects("inbox") == []


def test_whatever_else_goes_wrong_is_tried_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> object:
        raise RuntimeError("password")

    monkeypatch.setattr("gateway.store.store.Store.accept", fail)
    done = site.run("deliver", "--recipient", SUPPORT, stdin=mail())
    assert (done.code, done.out) == (75, "")
    assert "password" not in done.err
    broken = site.config.read_text()
    site.config.write_text("[")
    assert site.run("deliver", "--recipient", SUPPORT, stdin=mail()).code in (75, 78)
    site.config.write_text(broken.replace("sqlite:///", "sqlite:///nowhere/"))
    assert site.run("deliver", "--recipient", SUPPORT, stdin=mail()).code == 75


# import


def counts(done: Ended) -> tuple[int, ...]:
    assert done.code == 0, done.err
    last = done.out.splitlines()[-1]
    found = re.fullmatch(r"messages (\d+): done (\d+), held (\d+), already here (\d+); skipped (\d+)", last)
    assert found, last
    total, *parts = map(int, found.groups())
    assert total == sum(parts[:3])
    return (total, *parts)


def old_mail(folder: Path) -> str:
    (folder / "old").mkdir()
    box = mailbox.mbox(folder / "old" / "box", create=True)
    for number in (1, 2):
        box.add(mail(number, subject=f"Old {number}").replace(b"\r\n", b"\n"))
    box.close()
    (folder / "old" / "three.eml").write_bytes(mail(3, subject="Old 3", body="#close\r\n\r\nDone."))
    (folder / "old" / "again.eml").write_bytes(
        b"Received: by a\r\n" + mail(3, subject="Old 3", body="#close\r\n\r\nDone.")
    )
    (folder / "old" / "README").write_text("How to use this folder\n")
    (folder / "old" / "index.json").write_text("{}\n")
    return str(folder / "old")


def test_old_mail_is_walked_to_the_end_and_tells_nobody(site: Site) -> None:
    old = old_mail(site.folder)
    assert counts(site.run("import", old)) == (4, 3, 0, 1, 2)
    assert sorted(str(x["subject"]) for x in site.objects("tickets")) == ["Old 1", "Old 2", "Old 3"]
    assert {x["state"] for x in site.objects("tickets")} == {"new"}
    assert site.objects("queue") == []
    before = site.contents()
    assert counts(site.run("import", old)) == (4, 0, 0, 4, 2)
    assert site.contents()["tickets"] == before["tickets"]
    assert site.contents()["events"] == before["events"]


def test_old_mail_is_told_of_where_that_is_wished(site: Site) -> None:
    assert counts(site.run("import", site.file(mail()), "--notify")) == (1, 1, 0, 0, 0)
    assert sorted(str(x["to"]) for x in site.objects("queue")) == [ANN, DANA, EMIL]


def test_old_mail_goes_to_the_address_it_was_for_or_the_one_named(site: Site) -> None:
    second = '\n[[address]]\naddress = "sales@desk.example"\nqueue = "sales"\n\n[relay]\n'
    site.config.write_text(site.config.read_text().replace("\n[relay]\n", second, 1))
    site.file(mail(1).replace(b"To: support@", b"To: sales@"), "old/1.eml")
    site.file(mail(2).replace(b"To: support@desk", b"To: elsewhere@other"), "old/2.eml")
    assert counts(site.run("import", str(site.folder / "old")))[:2] == (2, 2)
    site.file(mail(3), "new/3.eml")
    assert counts(site.run("import", str(site.folder / "new"), "--to", "sales@desk.example"))[:2] == (1, 1)
    assert [x["recipient"] for x in sorted(site.objects("inbox"), key=lambda x: int(str(x["id"])))] == [
        "sales@desk.example",
        SUPPORT,
        "sales@desk.example",
    ]


def test_mail_that_is_held_counts_as_held(site: Site) -> None:
    site.config.write_text(site.config.read_text().replace("[smtp]", 'unknown_senders = "hold"\n\n[smtp]', 1))
    raw = mail(7, "eve@elsewhere.example")
    assert counts(site.run("import", site.file(raw), "--notify")) == (1, 0, 1, 0, 0)


def test_what_cannot_be_imported(site: Site) -> None:
    done = site.run("import", "/nowhere", site.file(mail()))
    assert (done.code, done.err) == (66, "import: /nowhere: there is no such file or folder.\n")
    assert site.objects("inbox") == []
    assert site.run("import", site.file(mail()), "--to", "nobody@desk.example").code == 67
    directory = site.folder / "directory.toml"
    directory.write_text(directory.read_text().replace('kind = "operator"', 'kind = "boss"'))
    done = site.run("import", site.file(mail()))
    assert done.code == 78
    assert done.err.startswith(f"{directory}:")


# directory


def test_the_directory_is_made_equal_to_its_file(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    first = site.run("directory", "apply")
    assert first.code == 0
    assert ANN in first.out
    assert site.run("directory", "apply") == Ended(0, "nothing changed\n", "")
    assert site.objects("directory", "apply") == []
    file = site.folder / "directory.toml"
    file.write_text(file.read_text().replace('name = "Wendy"', 'name = "Wanda"'))
    (changed,) = site.objects("directory", "apply")
    assert changed == {"changed": "person wendy@webhost.example: changed name"}


def test_the_directory_is_shown(site: Site) -> None:
    found = site.objects("directory", "show")
    kinds = {next(iter(one)) for one in found}
    assert kinds == {"organisation", "person", "group", "system"}
    (ann,) = [one for one in found if one.get("person") == ANN]
    assert ann["addresses"] == [ANN, "ann.lee@acme.example"]
    assert (ann["organisation"], ann["role"], ann["language"]) == ("acme", "requester", "en")
    (system,) = [one for one in found if one.get("system") == "acme-dam"]
    assert system["involved"] == {"web-it-provider": "webhost", "2nd-level-provider": "hosting"}
    assert "acme-dam" in site.run("directory", "show").out


def test_another_file_is_refused_while_one_is_configured(site: Site) -> None:
    other = site.folder / "other.toml"
    other.write_text((site.folder / "directory.toml").read_text())
    done = site.run("directory", "apply", str(other))
    assert (done.code, done.out) == (64, "")
    assert str(other) in done.err
    assert site.run("directory", "apply", str(site.folder / "directory.toml")).code == 0
    assert site.run("directory", "show", str(other)).code == 64


def test_a_file_is_taken_where_none_is_configured(site: Site) -> None:
    site.config.write_text(re.sub(r"(?m)^directory = .*$", "", site.config.read_text()))
    assert site.run("directory", "apply").code == 64
    assert site.run("directory", "apply", str(site.folder / "nowhere.toml")).code == 66
    assert site.run("directory", "apply", str(site.folder / "directory.toml")) == Ended(0, "nothing changed\n", "")


def test_a_broken_directory_is_told_and_changes_nothing(site: Site) -> None:
    before = site.contents()
    file = site.folder / "directory.toml"
    file.write_text(
        file.read_text().replace('kind = "operator"', 'kind = "boss"').replace('role = "agent"', 'role = "x"')
    )
    done = site.run("directory", "apply")
    assert (done.code, done.out) == (78, "")
    assert len(done.err.splitlines()) >= 3
    assert all(line.startswith(f"{file}:") for line in done.err.splitlines())
    assert site.contents() == before


# What needs no configuration.


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POSTERN_CONFIG", raising=False)
    monkeypatch.setattr("gateway.config.PLACES", (Path("config.toml"),))
    return tmp_path


def test_the_workflow_is_shown(nowhere: Path) -> None:
    for arguments in (("workflow",), ("workflow", "show")):
        done = postern(None, *arguments)
        assert (done.code, done.err) == (0, "")
        for word in ("on-customer", "to web-it-provider", "reopen"):
            assert word in done.out
    (desk,) = postern(None, "workflow", "show", "--json").objects
    assert isinstance(desk["states"], list)
    assert [state["key"] for state in desk["states"]] == ["new", "in-progress", "on-customer", "on-partner", "closed"]


def test_a_letter_is_previewed(nowhere: Path) -> None:
    done = postern(None, "templates", "preview", "acknowledgement")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Subject: ")
    assert "<html" in done.out
    assert postern(None, "templates", "preview", "acknowledgment").err == (
        "templates: no letter is called acknowledgment; did you mean acknowledgement?\n"
    )
    assert postern(None, "templates", "preview", "acknowledgment").code == 66


PARSE_KEYS = (
    "file error message_id in_reply_to references date from reply_to to cc subject kind until text reply signature "
    "quoted html attachments bounce tags commands defects"
).split()


def test_what_the_parser_understands(nowhere: Path) -> None:
    (nowhere / "mail.eml").write_bytes(RICH)
    (nowhere / "other.eml").write_bytes(mail(2, subject="Re: [CT-12] [close] Scanner"))
    done = postern(None, "parse", "mail.eml", "other.eml", "--json")
    assert (done.code, done.err) == (0, "")
    first, second = done.objects
    assert list(first) == list(second) == PARSE_KEYS
    assert (first["file"], first["error"], first["message_id"]) == ("mail.eml", None, "<1@acme.example>")
    assert first["from"] == {"name": "Somebody", "address": ANN}
    assert (first["date"], first["text"], first["reply"]) == ("2026-03-02T09:00:00Z", "It beeps.", "It beeps.")
    assert str(first["html"]).strip() == "<p>It <b>beeps</b>.</p>"
    assert second["tags"] == ["CT-12"]
    assert second["commands"] == [{"name": "close", "arguments": [], "source": "subject", "line": 1}]
    assert (second["html"], second["attachments"], second["bounce"], second["until"]) == (None, [], None, None)


def test_parsing_goes_on_after_a_file_that_is_missing(nowhere: Path) -> None:
    (nowhere / "mail.eml").write_bytes(mail())
    done = postern(None, "parse", "nowhere.eml", "mail.eml", "--json")
    assert done.code == 66
    assert done.err == "parse: nowhere.eml: No such file or directory.\n"
    assert [one["file"] for one in done.objects] == ["mail.eml"]


def test_a_message_that_cannot_be_read_is_an_object_with_an_error(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from gateway.commands import parse
    from gateway.reader import Containment

    monkeypatch.setattr(parse, "Containment", lambda: Containment(memory_bytes=160 * 1024**2))
    (nowhere / "a.eml").write_bytes(mail(1))
    with (nowhere / "b.eml").open("wb") as huge:
        huge.write(b"Subject: huge\r\n\r\n")
        huge.truncate(192 * 1024**2)
    (nowhere / "c.eml").write_bytes(mail(3))
    done = postern(None, "parse", ".", "--json")
    assert done.code == 0
    first, second, third = done.objects
    assert list(second) == PARSE_KEYS
    assert (first["error"], third["error"]) == (None, None)
    assert second["error"] == "the reader died of it (exit 1)"
    assert (second["subject"], second["text"], second["attachments"]) == ("", "", [])
    assert "MemoryError" in capfd.readouterr().err


def test_a_summary_for_people(nowhere: Path) -> None:
    (nowhere / "mail.eml").write_bytes(RICH)
    out = postern(None, "parse", "mail.eml").out
    for fact in ("mail.eml", "from: Somebody <ann@acme.example>", "| It beeps.", "scan.png (29 bytes)"):
        assert fact in out


def test_init_never_overwrites(nowhere: Path) -> None:
    assert postern(None, "init", "desk").code == 0
    files = [nowhere / "desk" / name for name in ("config.toml", "directory.toml", "var/secret")]
    before = [file.read_bytes() for file in files]
    assert files[2].stat().st_mode & 0o777 == 0o600
    files[0].write_bytes(before[0] + b"# mine\n")
    files[1].unlink()
    again = postern(None, "init", "desk")
    assert again.code == 0
    assert "kept desk/config.toml" in again.out
    assert "wrote desk/directory.toml" in again.out
    assert [file.read_bytes() for file in files] == [before[0] + b"# mine\n", before[1], before[2]]
    assert postern(nowhere / "desk" / "config.toml", "check").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("tickets",),
        ("ticket", "CT-1"),
        ("queue",),
        ("inbox",),
        ("log",),
        ("directory", "show"),
        ("check",),
        ("deliver", "--recipient", SUPPORT),
    ],
    ids=" ".join,
)
def test_the_others_say_that_they_need_one(nowhere: Path, arguments: tuple[str, ...]) -> None:
    done = postern(None, *arguments)
    assert (done.code, done.out) == (78, "")
    assert done.err == (
        "config.toml: there is no such configuration; write one with `postern init`, or name yours with -c or "
        "$POSTERN_CONFIG\n"
    )


def test_lists_are_json_and_nothing_else(site: Site) -> None:
    site.takes(mail())
    for arguments in (("tickets",), ("queue",), ("inbox",), ("log",), ("directory", "show")):
        for line in site.run(*arguments, "--json").out.splitlines():
            assert isinstance(json.loads(line), dict)
