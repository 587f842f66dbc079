"""SMTP sessions that are half right and half rubbish, made from a source of chance."""

import contextlib
import random
import socket
from dataclasses import dataclass
from pathlib import Path

SUPPORT = "support@desk.example"
PIECES = (
    b"EHLO x\r\n",
    b"LHLO x\r\n",
    b"HELO x\r\n",
    b"MAIL FROM:<ann@acme.example>\r\n",
    b"MAIL FROM:<> SIZE=99999999999999999999\r\n",
    b"MAIL FROM:<ann@acme.example> BODY=8BITMIME SMTPUTF8\r\n",
    b"RCPT TO:<support@desk.example>\r\n",
    b"RCPT TO:<nobody@desk.example>\r\n",
    b"DATA\r\n",
    b"Subject: x\r\n\r\nIt beeps.\r\n",
    b".\r\n",
    b"\r\n.\r\n",
    b"\n.\n",
    b"RSET\r\n",
    b"NOOP\r\n",
    b"QUIT\r\n",
    b"AUTH PLAIN AAAA\r\n",
    b"STARTTLS\r\n",
    b"BDAT 5 LAST\r\nhello",
    b"GET / HTTP/1.1\r\n",
    b"\x16\x03\x01\x02\x00\x01",
    b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
    b"x" * 5000,
    b"\0\xff\r\n",
    b"\r",
    b"\n",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a process holds: open file handles, and resident memory in kB."""

    handles: int
    memory: int


def figures(pid: int) -> Figures:
    """Of a process now, from /proc."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    memory = next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
    return Figures(len(list(Path(f"/proc/{pid}/fd").iterdir())), memory)


def babble(chance: random.Random, *ports: int) -> bytes:
    """One session; returns all that the server said. Every session ends with an answer or with the server's end."""
    said = b""
    with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", chance.choice(ports)), 10) as one:
        if chance.random() < 0.9:  # the others talk before the greeting
            said += one.recv(65536)
            said += _greeted(one, chance)
        one.sendall(b"".join(_pieces(chance)))
        if chance.random() < 0.2:
            return said
        one.shutdown(socket.SHUT_WR)
        while chunk := one.recv(65536):
            said += chunk
    return said


def _greeted(one: socket.socket, chance: random.Random) -> bytes:
    """A greeting whose answer is waited for, mostly: whoever does not wait is soon sent away."""
    if chance.random() < 0.2:
        return b""
    one.sendall(chance.choice(PIECES[:3]))
    return one.recv(65536)


def _pieces(chance: random.Random) -> list[bytes]:
    opening = [*PIECES[:1], PIECES[3], PIECES[6]] if chance.random() < 0.5 else []
    chosen = [*opening, *chance.choices(PIECES, k=chance.randrange(1, 12))]
    if chance.random() < 0.3:
        place = chance.randrange(len(chosen))
        chosen[place] = chance.randbytes(chance.randrange(1, 40)) + chosen[place]
    return chosen


def honest(port: int) -> None:
    """A mail as it should be is taken. Raises AssertionError where it is not."""
    from tests.rig.load import Message, Session

    session = Session(port)
    message = Message("<h@acme.example>", "ann@acme.example", SUPPORT, b"Message-ID: <h@acme.example>\r\n\r\nIt beeps.")
    answer = session.send(message)
    session.close()
    assert answer.startswith(b"250"), answer
