"""The wall around the parser: what a message does to its reader costs that message, and nothing else."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway import reader as module
from gateway.reader import Containment, Crashed, Reader, Request
from parsers.authentication import Vouching
from parsers.limits import Limits
from parsers.mail import ParsedMail

UNLIMITED = Limits(html_bytes=10**9, html_depth=10**9, html_work=10**12, html_tags=10**9)
Make = Callable[[Containment], Reader]


@pytest.fixture
def make() -> Iterator[Make]:
    """Readers that are closed at the end."""
    made: list[Reader] = []

    def one(containment: Containment) -> Reader:
        made.append(Reader(containment))
        return made[-1]

    yield one
    for reader in made:
        reader.close()


def plain(subject: str) -> Request:
    return Request(f"Subject: {subject}\r\n\r\nHello\r\n".encode())


def bomb() -> Request:
    """Nested HTML that keeps a sanitiser busy inside C code for minutes, where no limit on HTML holds (case 115)."""
    body = b"<div>" * 100_000
    return Request(b"Subject: bomb\r\nContent-Type: text/html\r\n\r\n" + body + b"\r\n", shown=True)


def cpu_seconds(pid: int) -> float:
    """What a process has used so far, by proc(5)."""
    user, system = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def subjects(results: list[ParsedMail | Crashed]) -> list[str | None]:
    return [result.subject if isinstance(result, ParsedMail) else None for result in results]


def died(result: ParsedMail | Crashed) -> str:
    assert isinstance(result, Crashed)
    return result.reason


def test_messages_come_back_in_order(make: Make) -> None:
    reader = make(Containment())
    assert subjects(reader.read([plain(str(n)) for n in range(40)])) == [str(n) for n in range(40)]
    assert reader.read([]) == []


def test_large_batches_do_not_stop_both_sides(make: Make) -> None:
    """More than the pipes hold, in both directions."""
    body = b"x" * 500_000
    requests = [Request(b"Subject: %d\r\n\r\n%s" % (n, body)) for n in range(12)]
    assert subjects(make(Containment()).read(requests)) == [str(n) for n in range(12)]


def test_what_uses_too_much_cpu_costs_its_message_and_not_its_neighbours(make: Make) -> None:
    """cases 115 and 128: where no cap held."""
    reader = make(Containment(cpu_seconds=1, limits=UNLIMITED))
    results = reader.read([plain("before"), bomb(), plain("after"), plain("last")])
    assert subjects(results) == ["before", None, "after", "last"]
    assert died(results[1]) == "reading used more than 1 s of CPU"


def test_the_cpu_limit_is_for_each_message_and_not_for_the_child(make: Make) -> None:
    """Mails that take a small part of the limit each, and several times all of it together."""
    recipients = b", ".join(b"a%d@acme.example" % n for n in range(2500))
    slow = Request(b"Subject: slow\r\nTo: " + recipients + b"\r\n\r\n")
    reader = make(Containment(cpu_seconds=1, limits=Limits(header_bytes=10**6, all_header_bytes=10**6)))
    reader.read([slow])
    child = reader._child
    assert child is not None
    while cpu_seconds(child.pid) < 1.5:
        assert subjects(reader.read([slow] * 10)) == ["slow"] * 10
    assert reader._child is child


@pytest.mark.parametrize(("megabytes", "fits"), [(64, True), (192, False)])
def test_what_eats_memory_costs_its_message_and_not_its_neighbours(
    make: Make, capfd: pytest.CaptureFixture[str], megabytes: int, fits: bool
) -> None:
    """case 128: what fits into the child and yet cannot be read comes back as words with a defect."""
    reader = make(Containment(memory_bytes=160 * 1024**2))
    huge = Request(b"Subject: huge\r\n\r\n" + b"x" * (megabytes * 1024**2))
    before, result, after = reader.read([plain("before"), huge, plain("after")])
    assert subjects([before, after]) == ["before", "after"]
    if fits:
        assert isinstance(result, ParsedMail)
        assert [str(defect) for defect in result.defects] == ["unreadable: MemoryError"]
        assert result.text.startswith("Subject: huge")
    else:
        assert died(result) == "the reader died of it (exit 1)"
        assert "MemoryError" in capfd.readouterr().err


def test_a_child_that_is_killed_between_two_batches_is_replaced(make: Make) -> None:
    reader = make(Containment())
    reader.read([plain("first")])
    child = reader._child
    assert child is not None
    os.kill(child.pid, signal.SIGKILL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    results = reader.read([plain("second"), plain("third")])
    assert [died(results[0])] == ["the reader died of it (SIGKILL)"]
    assert subjects(results[1:]) == ["third"]


def test_a_child_that_says_nothing_is_given_up(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = make(Containment())
    reader.read([plain("first")])
    child = reader._child
    assert child is not None
    os.kill(child.pid, signal.SIGSTOP)
    monkeypatch.setattr(module, "WALL_SECONDS", 0.1)
    (result,) = reader.read([plain("second")])
    assert died(result).startswith("reading took more than")
    monkeypatch.undo()
    assert subjects(reader.read([plain("third")])) == ["third"]


def test_signals_to_the_whole_group_do_not_reach_into_a_message(make: Make) -> None:
    """Ctrl-C goes to every process of a terminal; the reader finishes what its parent still waits for."""
    reader = make(Containment())
    reader.read([plain("first")])
    child = reader._child
    assert child is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(child.pid, number)
    assert subjects(reader.read([plain("second")])) == ["second"]


def test_html_comes_back_safe_where_it_is_shown(make: Make) -> None:
    raw = b"Content-Type: text/html\r\n\r\n<p>Hello<script>alert(1)</script></p>\r\n"
    hostile, safe = make(Containment()).read([Request(raw), Request(raw, shown=True)])
    assert isinstance(hostile, ParsedMail)
    assert isinstance(safe, ParsedMail)
    assert "script" in (hostile.html or "")
    assert (safe.html or "").strip() == "<p>Hello</p>"


def test_authentication_results_count_only_where_they_are_asked_for(make: Make) -> None:
    raw = (
        b"Authentication-Results: mx.desk.example; dmarc=pass header.from=acme.example\r\n"
        b"From: ann@acme.example\r\n\r\nHello\r\n"
    )
    void, counted = make(Containment()).read([Request(raw), Request(raw, Vouching(("mx.desk.example",)))])
    assert isinstance(void, ParsedMail)
    assert isinstance(counted, ParsedMail)
    assert void.authenticated_domains == ()
    assert counted.authenticated_domains == ("acme.example",)


def test_the_folder_that_one_works_in_provides_no_modules(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`postern parse` runs where strangers' files lie."""
    for name in ("json", "gateway", "parsers", "nh3", "resource"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(99)\n")
    monkeypatch.chdir(tmp_path)
    assert subjects(make(Containment()).read([plain("safe")])) == ["safe"]


def test_a_closed_reader_leaves_no_child(make: Make) -> None:
    reader = make(Containment())
    reader.read([plain("first")])
    child = reader._child
    assert child is not None
    reader.close()
    assert child.returncode is not None


ATTACHED = b"""Subject: two\r
Content-Type: multipart/mixed; boundary=x\r
\r
--x\r
Content-Type: text/plain\r
\r
Hello\r
--x\r
Content-Type: text/plain; name="../notes.txt"\r
Content-Disposition: attachment\r
\r
one\r
--x\r
Content-Type: application/octet-stream\r
Content-Transfer-Encoding: base64\r
Content-Disposition: attachment; filename=data.bin\r
\r
AAEC/w==\r
--x--\r
"""


def test_attachments_come_back_with_their_contents(make: Make) -> None:
    reader = make(Containment())
    found = reader.attachments(ATTACHED)
    assert not isinstance(found, Crashed)
    assert [(attachment.filename, data) for attachment, data in found] == [
        ("notes.txt", b"one"),
        ("data.bin", b"\x00\x01\x02\xff"),
    ]
    (mail,) = reader.read([Request(ATTACHED)])
    assert isinstance(mail, ParsedMail)
    assert mail.attachments == tuple(attachment for attachment, _ in found)


def test_a_child_that_dies_of_attachments_is_replaced(make: Make) -> None:
    reader = make(Containment(memory_bytes=192 * 1024 * 1024))
    whole = ATTACHED.replace(b"one", b"x" * 120_000_000)
    assert isinstance(reader.attachments(whole), Crashed | tuple)
    assert subjects(reader.read([plain("after")])) == ["after"]
    assert reader.attachments(b"") == ()
