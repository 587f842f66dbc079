"""A real Postfix as the relay: with TLS, pipelining, and a refused recipient among others."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from outbound.letter import Refused, Sent
from outbound.relay import Relay as NextHop
from tests.integration.conftest import PATIENT, Make, letter
from tests.rig.outbox import eventually
from tests.rig.postfix import Postfix, missing
from tests.rig.relay import Relay

pytestmark = [
    pytest.mark.peer("postfix"),
    pytest.mark.skipif(
        missing() is not None and not os.environ.get("POSTERN_REQUIRE_PEERS"), reason=missing() or "Postfix is here"
    ),
]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def files(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate, its key and its authority."""
    folder, made = tmp_path_factory.mktemp("certificate"), authority.issue_cert("127.0.0.1")
    made.private_key_pem.write_to_path(folder / "key.pem")
    (folder / "key.pem").chmod(0o600)
    (folder / "cert.pem").write_bytes(b"".join(pem.bytes() for pem in made.cert_chain_pems))
    authority.cert_pem.write_to_path(folder / "ca.pem")
    return folder


@pytest.fixture(scope="module")
def sink() -> Iterator[Relay]:
    """Where Postfix delivers to."""
    with Relay() as relay:
        yield relay


@pytest.fixture(scope="module")
def postfix(files: Path, sink: Relay) -> Iterator[Postfix]:
    settings = [
        f"smtpd_tls_cert_file = {files}/cert.pem",
        f"smtpd_tls_key_file = {files}/key.pem",
        "smtpd_tls_security_level = encrypt",
        "smtpd_recipient_restrictions = check_recipient_access inline:{ {gone@acme.example = 550 5.1.1 nobody} }",
        f"transport_maps = static:smtp:[127.0.0.1]:{sink.port}",
        "message_size_limit = 100000",
    ]
    with Postfix(settings) as running:
        yield running


def hop(postfix: Postfix, files: Path) -> NextHop:
    return NextHop("127.0.0.1", postfix.port, "starttls", "desk.example", PATIENT, authorities=files / "ca.pem")


def test_letters_go_over_one_encrypted_pipelined_connection(
    send_to: Make, postfix: Postfix, files: Path, sink: Relay
) -> None:
    """Case 29 with a real relay: one refused recipient among others is refused alone."""
    courier = send_to(hop(postfix, files))
    recipients = ["gone@acme.example" if n % 10 == 3 else f"p{n}@acme.example" for n in range(40)]
    outcomes = [courier.send(letter(n, recipient)) for n, recipient in enumerate(recipients)]
    courier.close()
    assert [n for n, outcome in enumerate(outcomes) if isinstance(outcome, Refused)] == [3, 13, 23, 33]
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Refused)} == {550}
    assert sum(isinstance(outcome, Sent) for outcome in outcomes) == 36
    taken = sink.wait_for(36, 30.0)
    assert sorted(one.message_id for one in taken) == sorted(f"<l{n}@desk.example>" for n in range(40) if n % 10 != 3)
    assert all(b"with ESMTPS id" in one.data for one in taken)
    # What it tells of the one session when that has ended.
    eventually(lambda: "ehlo=2 starttls=1 mail=40 rcpt=36/40 data=36/40 rset=4 quit=1" in postfix.log(), postfix.log)
    assert "improper command pipelining" not in postfix.log()


def test_its_size_is_believed_before_anything_is_sent(send_to: Make, postfix: Postfix, files: Path) -> None:
    """Case 154 with a real relay."""
    outcome = send_to(hop(postfix, files)).send(letter(data=b"Subject: big\r\n\r\n" + b"x" * 70 + b"\r\n" * 60_000))
    assert isinstance(outcome, Refused)
    assert "the relay takes at most 100,000 (SIZE)" in outcome.text


def test_nothing_goes_in_clear_text(send_to: Make, postfix: Postfix) -> None:
    """It insists on TLS, and a courier without would be refused: that is about us, and no letter is refused for it."""
    plain = NextHop("127.0.0.1", postfix.port, "none", "desk.example", PATIENT)
    outcome = send_to(plain).send(letter())
    assert not isinstance(outcome, Refused | Sent)
    assert outcome.code == 530
