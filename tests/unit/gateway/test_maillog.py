"""The mail log: a line is a line, whatever was in the mail, and gives back what was put in."""

import re
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.maillog import FIELDS, MailLog, line, parse
from gateway.store.store import Accepted, Arrival
from parsers import address
from parsers.address import Keys
from parsers.mail import Door, Envelope

FACTS = st.dictionaries(st.sampled_from(FIELDS), st.text(st.characters(exclude_categories=["Cs"])))


@given(FACTS)
def test_a_line_gives_back_what_was_put_in(fact: dict[str, str]) -> None:
    assert parse(line(fact)) == {key: value for key, value in fact.items() if value}


@given(FACTS)
def test_nothing_breaks_a_line_or_reaches_a_terminal(fact: dict[str, str]) -> None:
    """case 112: whatever the words."""
    text = line(fact)
    assert len(text.splitlines()) == (1 if text else 0)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", text)


@given(st.text())
def test_any_text_can_be_parsed(text: str) -> None:
    assert all(isinstance(value, str) for value in parse(text).values())


def test_the_id_comes_first_and_plain_words_stand_bare() -> None:
    fact = {"reason": 'said "no"', "outcome": "refused", "id": "out-3", "address": "ann@acme.example"}
    assert line(fact) == r'id=out-3 outcome=refused address=ann@acme.example reason="said \"no\""'


def test_a_forged_line_stays_inside_its_field() -> None:
    """case 112: and is given back as it was."""
    forged = "x\r\nid=in-1 step=decide outcome=done\x1b[2J"
    assert parse(line({"id": "in-9", "reason": forged})) == {"id": "in-9", "reason": forged}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mail.log"


def lines(path: Path) -> list[dict[str, str]]:
    return [parse(text) for text in path.read_text().splitlines()]


def test_each_fact_is_a_line_with_its_time(path: Path) -> None:
    log = MailLog(path)
    log.noted("serve", "started", "smtp=127.0.0.1:25")
    log.noted("serve", "stopped", "")
    log.close()
    found = lines(path)
    assert [(fact["step"], fact["outcome"]) for fact in found] == [("serve", "started"), ("serve", "stopped")]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", fact["at"]) for fact in found)
    assert found[0]["reason"] == "smtp=127.0.0.1:25"


def test_no_signed_address_is_ever_logged(path: Path, keys: Keys) -> None:
    """case 172: whichever fact it is a part of."""
    """Whoever reads the log must not be able to answer in another's name."""
    token = address.mint(keys, 7, date(2027, 1, 1))
    signed = f"support+{token}@desk.example"
    log = MailLog(path)
    envelope = Envelope(signed, signed, Door.SMTP, datetime(2026, 3, 1, tzinfo=UTC))
    arrival = Arrival(envelope, b"", "k", "o", "<1@acme.example>", "inbound")
    log.accepted([(Accepted(1, duplicate=False), arrival)])
    log.rejected("rcpt", signed, signed, "550 5.1.1 No such mailbox here")
    log.rejected("rcpt", signed, signed.upper(), "550 5.1.1 No such mailbox here")
    log.noted("send", "fault", f"SMTPError: <{signed}>: unknown")
    log.close()
    text = path.read_text()
    assert token not in text.lower()
    assert len(lines(path)) == 4
    assert lines(path)[0]["address"] == "support@desk.example"


def test_a_rotated_log_is_begun_anew(path: Path, tmp_path: Path) -> None:
    log = MailLog(path)
    log.noted("serve", "started", "")
    path.rename(tmp_path / "mail.log.1")
    log.noted("serve", "reloaded", "")
    path.unlink()
    log.noted("serve", "stopped", "")
    log.close()
    assert [fact["outcome"] for fact in lines(tmp_path / "mail.log.1")] == ["started"]
    assert [fact["outcome"] for fact in lines(path)] == ["stopped"]


def test_the_log_is_closed_to_strangers(path: Path) -> None:
    log = MailLog(path)
    log.noted("serve", "started", "")
    log.close()
    assert path.stat().st_mode & 0o007 == 0


def test_threads_and_processes_do_not_mix_their_lines(path: Path) -> None:
    logs = [MailLog(path), MailLog(path)]  # as two processes hold it

    def write(log: MailLog, name: str) -> None:
        for number in range(50):
            log.noted(name, "x" * 200, str(number))

    threads = [threading.Thread(target=write, args=(logs[place % 2], f"t{place}")) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for log in logs:
        log.close()
    found = lines(path)
    assert len(found) == 200
    for place in range(4):
        assert [f["reason"] for f in found if f["step"] == f"t{place}"] == [str(n) for n in range(50)]


def test_a_log_that_cannot_be_written_stops_no_mail(
    path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(_file: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    log = MailLog(path)
    with monkeypatch.context() as patch:
        patch.setattr("gateway.maillog.os.write", full)
        log.noted("walk", "fault", "lost")
    log.noted("walk", "fault", "kept")
    log.close()
    said = capfd.readouterr().err
    assert "No space left on device" in said
    assert "reason=lost" in said
    assert [fact["reason"] for fact in lines(path)] == ["kept"]
