"""The SMTP door over real sockets, with a real store behind it."""

import select
import shutil
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Self

import pytest

from gateway import maillog
from gateway.intake import Intake, Limits
from gateway.maillog import MailLog
from gateway.smtp import Listener, SmtpDoor
from gateway.store import directory
from gateway.store.errors import StoreFull
from gateway.store.store import Accepted, Arrival, InboxRow, Store
from parsers import address
from parsers.address import Keys
from routing.model import Inlet, UnknownSenders
from tests.integration.store.samples import ANN, DIRECTORY, NOW

SUPPORT = "support@desk.example"
CLOSED = "partners@desk.example"
SIZE = 20_000
PATIENCE = 10.0  # seconds: no test waits for it
MAIL = b"From: Ann <ann@acme.example>\r\nSubject: Scanner\r\nMessage-ID: <1@acme.example>\r\n\r\nIt beeps.\r\n"
CONFIDENTIAL = "OperationalError /var/lib/postern/postern.db password"


class Peer:
    """A mail client that sends the bytes it is told to."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def __enter__(self) -> Self:
        assert self.answer().startswith("220 desk.example ")
        assert self.say("EHLO acme.example").startswith("250")
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def line(self) -> str:
        """One line of an answer, empty where the server has closed the connection."""
        while b"\n" not in self._buffer:
            chunk = self.socket.recv(65536)
            if not chunk:
                return ""
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.rstrip(b"\r").decode()

    def answer(self) -> str:
        """All lines of one answer."""
        lines = [self.line()]
        while lines[-1][3:4] == "-":
            lines.append(self.line())
        return "\n".join(lines)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def say(self, command: str) -> str:
        self.send(command.encode() + b"\r\n")
        return self.answer()

    def begin(self, *recipients: str, sender: str = ANN) -> None:
        """Everything up to the invitation to send the message."""
        assert self.say(f"MAIL FROM:<{sender}>").startswith("250")
        for recipient in recipients or (SUPPORT,):
            assert self.say(f"RCPT TO:<{recipient}>").startswith("250")
        assert self.say("DATA").startswith("354")

    def deliver(self, raw: bytes = MAIL, *recipients: str, sender: str = ANN) -> str:
        self.begin(*recipients, sender=sender)
        self.send(raw + b".\r\n")
        return self.answer()

    def silent(self) -> bool:
        """Whether nothing has been said to us."""
        return not self._buffer and not select.select([self.socket], [], [], 0.05)[0]


@dataclass
class House:
    """A door with all that is behind it."""

    database: str
    store: Store
    intake: Intake
    door: SmtpDoor
    port: int
    log: Path

    def peer(self) -> Peer:
        return Peer(self.port)

    def rows(self) -> list[InboxRow]:
        """All messages that the database holds, as another process sees them."""
        with closing(Store.open(self.database)) as other:
            found = other.inbox.claim(1000, timedelta(minutes=1), NOW)
            other.inbox.release(found)
            return found

    def logged(self) -> list[dict[str, str]]:
        return [maillog.parse(line) for line in self.log.read_text().splitlines()]


@pytest.fixture
def house(tmp_path: Path, migrated: Path, keys: Keys) -> Iterator[House]:
    with ExitStack() as cleanup:
        database = f"sqlite:///{shutil.copy(migrated, tmp_path)}"
        store = cleanup.enter_context(closing(Store.open(database)))
        directory.apply(store, DIRECTORY)
        log = cleanup.enter_context(closing(MailLog(tmp_path / "mail.log")))
        inlets = (Inlet(SUPPORT, "inbound"), Inlet("sales@desk.example", "sales"), _closed())
        intake = Intake(store, keys, lambda: inlets, Limits(SIZE, hops=5), log)
        door = SmtpDoor(Listener("127.0.0.1", 0, "desk.example", SIZE, recipients=3), intake, log, lambda: NOW)
        intake.start()
        cleanup.callback(intake.stop)
        port = int(door.start().rpartition(":")[2])
        cleanup.callback(door.stop)
        yield House(database, store, intake, door, port, tmp_path / "mail.log")


def _closed() -> Inlet:
    return Inlet(CLOSED, "partners", UnknownSenders.REFUSE)


class Gate:
    """Holds a commit open until it is told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
        self.begun = threading.Event()
        self.open = threading.Event()
        self._accept = store.accept
        monkeypatch.setattr(store, "accept", self._wait)

    def _wait(self, arrivals: Sequence[Arrival], now: object) -> list[Accepted]:
        self.begun.set()
        assert self.open.wait(PATIENCE)
        return self._accept(arrivals, NOW)


def failing(monkeypatch: pytest.MonkeyPatch, store: Store, error: Exception) -> None:
    def fail(_arrivals: Sequence[Arrival], _now: object) -> list[Accepted]:
        raise error

    monkeypatch.setattr(store, "accept", fail)


# What is taken.


def test_a_message_is_on_the_disk_when_it_is_answered(house: House) -> None:
    with house.peer() as peer:
        answer = peer.deliver()
        (row,) = house.rows()
        assert answer == f"250 2.0.0 Accepted as in-{row.id}"
        assert row.raw == MAIL
        assert (row.envelope.sender, row.envelope.recipient, row.envelope.peer) == (ANN, SUPPORT, "127.0.0.1")
        assert not row.envelope.trusted
        assert peer.say("QUIT").startswith("221")


def test_nothing_is_answered_before_the_commit(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Invariant I1."""
    gate = Gate(monkeypatch, house.store)
    with house.peer() as peer:
        peer.begin()
        peer.send(MAIL + b".\r\n")
        assert gate.begun.wait(PATIENCE)
        assert peer.silent()
        gate.open.set()
        assert peer.answer().startswith("250")
    assert len(house.rows()) == 1


def test_several_messages_come_over_one_connection(house: House) -> None:
    with house.peer() as peer:
        for number in range(3):
            assert peer.deliver(MAIL.replace(b"<1@", b"<%d@" % number)).startswith("250")
    assert len(house.rows()) == 3


def test_the_null_sender_is_let_in(house: House) -> None:
    """Case 61."""
    with house.peer() as peer:
        assert peer.deliver(MAIL, sender="").startswith("250")
    assert house.rows()[0].envelope.sender == ""


def test_the_same_recipient_twice_is_one_row(house: House) -> None:
    """Case 54."""
    with house.peer() as peer:
        assert peer.deliver(MAIL, SUPPORT, SUPPORT, "SUPPORT@desk.example").startswith("250")
    assert len(house.rows()) == 1


def test_a_signed_address_is_let_in_and_kept_as_it_came(house: House, keys: Keys) -> None:
    signed = address.reply_address(SUPPORT, address.mint(keys, 7, date(2027, 1, 1)))
    with house.peer() as peer:
        assert peer.deliver(MAIL, signed).startswith("250")
    assert house.rows()[0].envelope.recipient == signed
    assert signed not in house.log.read_text()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"..\r\n", b".\r\n"),
        (b"a\r\n..b\r\n...\r\n", b"a\r\n.b\r\n..\r\n"),
        (b".b\r\n", b"b\r\n"),
        (b"", b""),
        (b"\xff\x00\xfe\r\n", b"\xff\x00\xfe\r\n"),
        (b"x" * 15_000 + b"\r\n", b"x" * 15_000 + b"\r\n"),
    ],
    ids=["one dot", "dots", "a lost dot", "nothing", "any bytes", "a long line"],
)
def test_a_message_is_kept_byte_by_byte_without_its_stuffed_dots(house: House, sent: bytes, kept: bytes) -> None:
    """RFC 5321 section 4.5.2."""
    with house.peer() as peer:
        assert peer.deliver(sent).startswith("250")
    assert house.rows()[0].raw == kept


# What is refused.


@pytest.mark.parametrize(
    "recipient",
    [
        "nobody@desk.example",
        "ann@acme.example",
        "support%acme.example@desk.example",
        f"support+{'a' * 31}@desk.example",
    ],
    ids=["unknown", "elsewhere", "relay", "forged token"],
)
def test_what_is_not_ours_is_refused_with_one_text(house: House, recipient: str) -> None:
    """Cases 58, 59 and 84."""
    with house.peer() as peer:
        peer.say(f"MAIL FROM:<{ANN}>")
        assert peer.say(f"RCPT TO:<{recipient}>") == "550 5.1.1 No such mailbox here"
        assert peer.say("DATA").startswith("503")
    assert house.rows() == []
    assert (house.logged()[-1]["step"], house.logged()[-1]["outcome"]) == ("rcpt", "rejected")


def test_a_refused_recipient_does_not_harm_the_others(house: House) -> None:
    with house.peer() as peer:
        peer.say(f"MAIL FROM:<{ANN}>")
        assert peer.say("RCPT TO:<nobody@desk.example>").startswith("550")
        assert peer.say(f"RCPT TO:<{SUPPORT}>").startswith("250")
        assert peer.say("DATA").startswith("354")
        peer.send(MAIL + b".\r\n")
        assert peer.answer().startswith("250")


def test_recipients_over_the_limit_may_come_again(house: House) -> None:
    """Case 53: the excess only, and not for good."""
    with house.peer() as peer:
        peer.say(f"MAIL FROM:<{ANN}>")
        answers = [peer.say(f"RCPT TO:<{SUPPORT}>")[:9] for _ in range(5)]
        assert answers == ["250 2.1.5"] * 3 + ["452 4.5.3"] * 2
        assert peer.say("DATA").startswith("354")
        peer.send(MAIL + b".\r\n")
        assert peer.answer().startswith("250")


def test_an_announced_size_over_the_limit_is_refused_before_anything_is_sent(house: House) -> None:
    with house.peer() as peer:
        assert peer.say(f"MAIL FROM:<{ANN}> SIZE={SIZE + 1}").startswith("552")
        assert peer.say(f"MAIL FROM:<{ANN}> SIZE={SIZE}").startswith("250")


def test_a_message_over_the_limit_is_refused_once_and_the_session_goes_on(house: House) -> None:
    """Case 52: the announced size was a lie."""
    with house.peer() as peer:
        for size in (SIZE + 1, SIZE * 50):
            assert peer.deliver(b"x" * (size - 2) + b"\r\n").startswith("552 5.3.4")
        assert peer.deliver(b"x" * (SIZE - 2) + b"\r\n").startswith("250")
    assert [len(row.raw) for row in house.rows()] == [SIZE]


def test_a_message_that_loops_is_refused(house: House) -> None:
    """Case 68."""
    with house.peer() as peer:
        assert peer.deliver(b"Received: by a\r\n" * 6 + MAIL).startswith("554 5.4.6")
        assert peer.deliver(b"Received: by a\r\n" * 5 + MAIL).startswith("250")


def test_an_address_may_refuse_unknown_senders(house: House) -> None:
    with house.peer() as peer:
        peer.say("MAIL FROM:<stranger@elsewhere.example>")
        assert peer.say(f"RCPT TO:<{CLOSED}>").startswith("550 5.7.1")
        assert peer.say(f"RCPT TO:<{SUPPORT}>").startswith("250")
        for known in (ANN, "colleague@acme.example", ""):
            peer.say("RSET")
            peer.say(f"MAIL FROM:<{known}>")
            assert peer.say(f"RCPT TO:<{CLOSED}>").startswith("250")


# Our own faults.


def test_a_fault_of_ours_is_temporary_and_tells_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Case 5."""
    with house.peer() as peer:
        with monkeypatch.context() as patch:
            failing(patch, house.store, RuntimeError(CONFIDENTIAL))
            assert peer.deliver() == "451 4.3.0 Something went wrong here; please try again later"
        assert peer.deliver().startswith("250")
    fact = house.logged()[0]
    assert (fact["step"], fact["outcome"]) == ("data", "temporary")
    assert fact["reason"].endswith(f"[RuntimeError: {CONFIDENTIAL}] (from <{ANN}>)")


def test_a_full_disk_is_temporary(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Case 6."""
    failing(monkeypatch, house.store, StoreFull(CONFIDENTIAL))
    with house.peer() as peer:
        assert peer.deliver().startswith("452 4.3.1 ")
    assert "room" in house.logged()[0]["reason"]


@pytest.mark.parametrize(
    ("method", "command"), [("admit", f"RCPT TO:<{SUPPORT}>"), ("welcomes", f"RCPT TO:<{CLOSED}>")]
)
def test_a_fault_before_the_message_is_temporary_too(
    house: House, monkeypatch: pytest.MonkeyPatch, method: str, command: str
) -> None:
    def fail(*_: object) -> bool:
        raise RuntimeError(CONFIDENTIAL)

    monkeypatch.setattr(house.intake, method, fail)
    with house.peer() as peer:
        peer.say(f"MAIL FROM:<{ANN}>")
        answer = peer.say(command)
        assert answer.startswith("451 4.3.0 ")
        assert "Error" not in answer


def test_a_log_that_cannot_be_written_makes_no_answer_permanent(
    house: House, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(_file: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, house.peer() as peer:
        patch.setattr("gateway.maillog.os.write", full)
        assert peer.deliver().startswith("250")
        peer.say(f"MAIL FROM:<{ANN}>")
        assert peer.say("RCPT TO:<nobody@desk.example>").startswith("550 5.1.1")
    assert "outcome=accepted" in capfd.readouterr().err


# Peers that go away, and our own going away.


@pytest.mark.parametrize("abrupt", [False, True], ids=["half-closed", "reset"])
def test_a_peer_that_leaves_after_the_dot_does_not_stop_the_commit(
    house: House, monkeypatch: pytest.MonkeyPatch, abrupt: bool
) -> None:
    """Case 3: committed whole, and the 250 that nobody heard does not bring the mail twice."""
    gate = Gate(monkeypatch, house.store)
    with house.peer() as peer:
        peer.begin()
        peer.send(MAIL + b".\r\n")
        assert gate.begun.wait(PATIENCE)
        if abrupt:
            peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.socket.close()
        else:
            peer.socket.shutdown(socket.SHUT_WR)
            assert peer.line() == "", "the server has seen the end"
    gate.open.set()
    with house.peer() as peer:
        assert peer.deliver().startswith("250")
    assert len(house.rows()) == 1


def test_a_peer_that_leaves_before_the_dot_leaves_nothing(house: House) -> None:
    with house.peer() as peer:
        peer.begin()
        peer.send(MAIL + b"\r\n.\r")
        peer.socket.shutdown(socket.SHUT_WR)
        assert peer.line() == ""
    assert house.rows() == []


def test_stopping_finishes_the_commit_in_hand(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Case 35."""
    gate = Gate(monkeypatch, house.store)
    with house.peer() as peer:
        peer.begin()
        peer.send(MAIL + b".\r\n")
        assert gate.begun.wait(PATIENCE)
        stopping = threading.Thread(target=house.door.stop)
        stopping.start()
        gate.open.set()
        assert peer.answer().startswith("250")
        assert peer.line() == ""
        stopping.join()
    assert len(house.rows()) == 1
    with pytest.raises(ConnectionRefusedError):
        house.peer()


# End-of-data look-alikes.

LOOK_ALIKES = {
    "LF . LF": b"\n.\n",
    "LF . CRLF": b"\n.\r\n",
    "CRLF . LF": b"\r\n.\n",
    "CR . CRLF": b"\r.\r\n",
    "CR . CR": b"\r.\r",
    "CRLF . CR": b"\r\n.\r",
    "CR . LF": b"\r.\n",
    "LF . CR": b"\n.\r",
    "NUL before": b"\r\n\0.\r\n",
    "NUL after": b"\r\n.\0\r\n",
    "CRLF . CRCRLF": b"\r\n.\r\r\n",
    "CRCRLF . CRLF": b"\r\r.\r\n",
    "stuffed": b"\r\n..\r\n",
    "space": b"\r\n. \r\n",
}
SMUGGLED = (
    b"MAIL FROM:<admin@desk.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nclose\r\n"
)


def whole(data: bytes) -> Iterator[bytes]:
    yield data


def byte_by_byte(data: bytes) -> Iterator[bytes]:
    yield from (data[place : place + 1] for place in range(len(data)))


def at_each_dot(data: bytes) -> Iterator[bytes]:
    yield from (part if not place else b"." + part for place, part in enumerate(data.split(b".")))


@pytest.mark.parametrize("segments", [whole, byte_by_byte, at_each_dot])
def test_what_looks_like_the_end_of_data_never_makes_two_messages(
    house: House, segments: Callable[[bytes], Iterator[bytes]]
) -> None:
    """Case 43."""
    taken = 0
    for number, (name, look_alike) in enumerate(LOOK_ALIKES.items()):
        with house.peer() as peer:
            peer.begin()
            for segment in segments(b"Subject: %d\r\n\r\nIt beeps." % number + look_alike + SMUGGLED + b".\r\n"):
                peer.send(segment)
            answer = peer.answer()
            assert answer[0] in "25", name
            assert peer.say("NOOP").startswith("250"), f"{name}: the session is not where it was"
        taken += answer.startswith("250")
        assert len(house.rows()) == taken, name


def test_a_message_that_comes_before_it_is_invited_is_not_taken(house: House) -> None:
    """Case 49."""
    with house.peer() as peer:
        peer.send(f"MAIL FROM:<{ANN}>\r\nRCPT TO:<{SUPPORT}>\r\nDATA\r\n".encode() + MAIL + b".\r\n")
        answers = [peer.answer() for _ in range(3)]
        assert answers[2][:3] in ("503", "354")
        if answers[2].startswith("503"):
            assert peer.line() == ""
    assert len(house.rows()) <= (0 if answers[2].startswith("503") else 1)


# What the door tells of itself.


@pytest.mark.parametrize(
    "command", ["HELP", "HELP MAIL", "VRFY ann@acme.example", "EXPN agents", "NOOP", "AUTH PLAIN x"]
)
def test_questions_are_answered_without_secrets(house: House, command: str) -> None:
    """Case 60."""
    with house.peer() as peer:
        answer = peer.say(command)
    for secret in ("aiosmtpd", "Python", "1.4", str(house.log.parent), "postern.db", "acme.example"):
        assert secret not in answer


def test_who_exists_cannot_be_asked(house: House) -> None:
    with house.peer() as peer:
        assert peer.say(f"VRFY {SUPPORT}") == peer.say("VRFY nobody@desk.example")
        assert peer.say(f"EXPN {SUPPORT}") == peer.say("EXPN nobody@desk.example")


def test_what_is_announced(house: House) -> None:
    with house.peer() as peer:
        offers = peer.say("EHLO acme.example").splitlines()
    assert f"250-SIZE {SIZE}" in offers
    assert "250-8BITMIME" in offers
    assert not any("AUTH" in offer or "STARTTLS" in offer or "PIPELINING" in offer for offer in offers)


@pytest.mark.parametrize(
    "noise", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", b"POST / HTTP/1.1\r\n", b"\0\0\r\n"]
)
def test_noise_is_answered_and_harms_nobody(house: House, noise: bytes) -> None:
    """Cases 46 and 50."""
    with house.peer() as peer:
        peer.send(noise)
        assert peer.answer().startswith("5")
    with house.peer() as peer:
        assert peer.deliver().startswith("250")
