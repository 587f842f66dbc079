"""What was published of aiosmtpd, on which our doors stand."""

import pytest

from gateway.smtp.bounds import Manners
from tests.integration.smtp.certified import Authority
from tests.integration.smtp.house import SUPPORT, Build, House
from tests.integration.store.samples import ANN


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r"])
def test_a_second_message_behind_a_false_end(house: House, end: bytes) -> None:
    """P36 (aiosmtpd, CVE-2024-27305): the envelope within the message is of nobody, and neither is taken."""
    smuggled = f"MAIL FROM:<admin@desk.example>\r\nRCPT TO:<{SUPPORT}>\r\nDATA\r\nSubject: close\r\n\r\nclose\r\n"
    with house.peer() as peer:
        peer.begin()
        peer.send(b"Subject: Scanner\r\n\r\nIt beeps." + end + smuggled.encode() + b".\r\n")
        assert peer.answer() == "550 5.6.0 A line ends with CR LF, and a message has neither elsewhere"
        assert peer.say("NOOP").startswith("250"), "the session is where it was"
    assert house.rows() == []


@pytest.mark.parametrize("injected", ["NOOP\r\n", f"EHLO x\r\nMAIL FROM:<{ANN}>\r\nRCPT TO:<{SUPPORT}>\r\n"])
def test_what_stands_behind_starttls_is_thrown_away(
    build: Build, manners: Manners, authority: Authority, injected: str
) -> None:
    """case 47, P36 (aiosmtpd, CVE-2024-34083), P38 (Postfix, CVE-2011-0411): it is no command under TLS."""
    house = build(manners)
    with house.peer() as peer:
        peer.send(f"STARTTLS\r\n{injected}".encode())
        assert peer.answer().startswith("220 ")
        peer.encrypt(authority.trust)
        said = peer.say("RCPT TO:<x@desk.example>")
        assert said.startswith("503"), "anything else would be an answer to what came in clear"
        assert peer.say("EHLO acme.example").startswith("250")
        assert peer.deliver().startswith("250")
    assert len(house.refusals("Nothing may stand behind STARTTLS")) == 1
