"""What was published of Request Tracker's mail gateway."""

import subprocess

import pytest

from outbound.headers import compose
from outbound.letter import Sent
from outbound.relay import Relay as NextHop
from outbound.render import Rendered
from outbound.thread import Thread
from parsers.read import read
from tests.integration.conftest import PATIENT, Make, letter, send_to
from tests.rig.relay import Relay
from tests.stories.stage import ANN, SUPPORT, Desk
from tests.unit.outbound.notices import MESSAGE_ID, NOW, ROOT, notice

__all__ = ["send_to"]


@pytest.mark.parametrize(
    "address",
    ["danger-$USER@acme.example", "`id`@acme.example", "x|id@acme.example", "-rf@acme.example", "$(id)@x.example"],
)
def test_an_address_meets_no_shell(send_to: Make, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """P12 (RT, CVE-2011-4458): the return path went through a shell; here it goes as it is, and no program runs."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a program was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr("os.system", refuse)
    with Relay() as relay:
        outcome = send_to(NextHop("127.0.0.1", relay.port, "none", "desk.example", PATIENT)).send(
            letter(recipient=address)
        )
    if isinstance(outcome, Sent):
        assert f"RCPT TO:<{address}>" in relay.commands
    else:
        assert relay.deliveries == []


def test_a_subject_that_ends_its_line_adds_no_field(desk: Desk) -> None:
    """P13 (RT, CVE-2012-4730 and CVE-2013-3373): through encoded words in subject and name."""
    raw = (
        b"From: =?utf-8?q?Ann=0D=0ABcc:_victim@x.example?= <ann@acme.example>\r\nTo: support@desk.example\r\n"
        b"Subject: =?utf-8?q?x=0D=0ABcc:_victim@x.example=0D=0A=0D=0A<script>?=\r\n"
        b"Message-ID: <1@acme.example>\r\n\r\nHello\r\n"
    )
    for post in desk.arrives(raw, ANN, SUPPORT):
        assert "Bcc" not in post.message
        assert "victim@x.example" not in str(post.message["To"])
        assert len(post.subject.splitlines()) == 1


@pytest.mark.parametrize("address", ["ann@acme.example\r\nBcc: victim@x.example", "ann@acme.example\nX: y"])
def test_an_address_that_ends_its_line_gets_no_letter(address: str) -> None:
    """P13 (RT, CVE-2012-4730): it is refused before anything is written."""
    with pytest.raises(ValueError, match="address"):
        compose(
            Rendered("s", "t", "h"),
            notice(to=address),
            reply_to="support@desk.example",
            envelope_sender="",
            message_id=MESSAGE_ID,
            thread=Thread(ROOT),
            gateway_name="",
            now=NOW,
        )


@pytest.mark.parametrize("label", ["utf-32", "utf-32-le", "utf-32be", "UTF32", "ucs-4"])
def test_a_charset_of_four_bytes_a_sign_makes_no_flood(label: str) -> None:
    """P15 (RT, CVE-2014-9472): mail in UTF-32 made decoding spin."""
    body = "#close\n".encode("utf-32") + b"\xff" * 1_000_000
    mail = read(f"From: ann@acme.example\nContent-Type: text/plain; charset={label}\n\n".encode() + body)
    assert "unreadable" not in {defect.code for defect in mail.defects}
    assert len(mail.text) <= 1_000_000
    assert "\0" not in mail.text


@pytest.mark.parametrize(
    "value", ["a@b.example," * 5_000, "x@ " * 20_000 + "<a@b.example>", "a:" * 30_000 + ";", '"' + "a " * 30_000]
)
def test_a_list_of_addresses_is_read_in_bounds(value: str) -> None:
    """P15 (RT, CVE-2014-1474): a library took longer than anybody waits for a crafted list."""
    mail = read(f"From: {value}\nTo: {value}\nCc: {value}\n\nHello".encode())
    assert mail.author is None
    assert len(mail.to) <= 500
    assert mail.text == "Hello"
