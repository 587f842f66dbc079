"""Whose mail is authentic: by the results of a server that we trust, or by a signature that is checked here."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from gateway.records import Records
from parsers.mail import Door
from tests.rig.signing import Zone, signer
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, SUPPORT, Desk

RESULTS = "mx.desk.example; dkim=pass header.d=desk.example"
OURS, THEIRS, LISTS = map(signer, ("desk.example", "elsewhere.example", "lists.example"))


def closing(desk: Desk, *, subject: str = "Re: Images", results: str | None = None) -> tuple[bytes, str]:
    """Dana's answer `close` to her newest letter: its bytes, and where it goes."""
    letter = desk.last(DANA)
    stated = f"Authentication-Results: {results}\r\n" if results else ""
    return (
        f"{stated}From: Dana <{DANA}>\r\nTo: {letter.reply_to}\r\nSubject: {subject}\r\n"
        f"Date: Mon, 2 Mar 2026 09:05:00 +0000\r\nMessage-ID: <{next(desk.numbers)}@desk.example>\r\n\r\nclose\r\n"
    ).encode(), letter.reply_to


def asked(desk: Desk) -> Desk:
    desk.write(ANN, "All images are missing.", subject="Images")
    return desk


# Whoever logged in


def test_who_logs_in_writes_as_oneself_and_as_nobody_else(stage: Stage) -> None:
    desk = asked(stage(more='[trust]\nauthserv_ids = ["mx.desk.example"]'))
    for other in (None, ANN):
        desk.submitter = other
        desk.arrives(*_from(closing(desk)))
        assert desk.status() == "new"
    desk.submitter = DANA.upper().replace("DESK.EXAMPLE", "desk.example")
    desk.arrives(*_from(closing(desk)))
    assert desk.status() == "closed"


def test_a_login_needs_no_letter_of_ours(stage: Stage) -> None:
    desk = asked(stage())
    desk.submitter = DANA
    desk.write(DANA, "close", subject="[CT-1] Images")
    assert desk.status() == "closed"


def test_a_login_does_not_lend_its_power_to_another_from(stage: Stage) -> None:
    desk = asked(stage())
    desk.submitter = ANN
    desk.write(DANA, "close", subject="[CT-1] Images", sender=ANN)
    assert (desk.status(), desk.kinds()[-1]) == ("new", "unverified")


# Results of others


def test_results_count_only_from_a_peer_that_is_trusted(stage: Stage) -> None:
    desk = asked(stage(more='[trust]\nauthserv_ids = ["mx.desk.example"]'))
    desk.trusted = False
    desk.arrives(*_from(closing(desk, results=RESULTS)))
    assert desk.status() == "new"
    desk.trusted = True
    desk.arrives(*_from(closing(desk, results=RESULTS)))
    assert desk.status() == "closed"


def test_old_mail_proves_nothing_whatever_a_trusted_server_said_of_it(stage: Stage) -> None:
    desk = asked(stage(more='[trust]\nauthserv_ids = ["mx.desk.example"]'))
    raw, to = closing(desk, results=RESULTS)
    desk.arrives(raw, DANA, to, door=Door.IMPORT, quiet=True)
    assert (desk.status(), desk.kinds()) == ("new", ["opened"])


def test_a_subdomain_counts_where_alignment_is_relaxed(stage: Stage) -> None:
    """case 76: only where the site says so."""
    stated = "mx.desk.example; dkim=pass header.d=mail.desk.example"
    desk = asked(stage(more='[trust]\nauthserv_ids = ["mx.desk.example"]\nalignment = "relaxed"'))
    desk.arrives(*_from(closing(desk, results=stated)))
    assert desk.status() == "closed"


def _from(mail: tuple[bytes, str], writer: str = DANA) -> tuple[bytes, str, str]:
    raw, to = mail
    return raw, writer, to


# Signatures checked here


@pytest.fixture
def zone() -> Zone:
    """What the DNS knows: the keys of three domains."""
    return Zone((OURS, THEIRS, LISTS))


@pytest.fixture
def strict(stage: Stage, zone: Zone) -> Iterator[Desk]:
    """A desk that checks signatures itself and believes what one forwarder sealed."""
    desk = stage(more='[trust]\ncheck_dkim = true\narc_sealers = ["lists.example"]')
    records = Records(zone)
    desk.rules = replace(desk.rules, records=records)
    desk.trusted = False
    yield asked(desk)
    records.close()


def test_an_agents_signed_mail_moves_from_whichever_peer_it_comes(strict: Desk) -> None:
    strict.arrives(*_from(closing(strict)))
    assert strict.status() == "new"
    raw, to = closing(strict)
    strict.arrives(OURS.sign(raw), DANA, to)
    assert strict.status() == "closed"


def test_no_other_signature_moves(strict: Desk) -> None:
    raw, to = closing(strict)
    for signed in (
        THEIRS.sign(raw),
        OURS.sign(raw).replace(b"\r\n\r\nclose", b"\r\n\r\n close"),
        OURS.sign(raw.replace(b"\r\nclose", b"\r\nHello."), length=True) + b"\r\nclose\r\n",
        b"Subject: [close]\r\n" + OURS.sign(raw),
        OURS.sign(raw, headers=(b"from", b"to", b"date")),
    ):
        strict.arrives(signed, DANA, to)
    assert "move" not in strict.kinds()


def test_a_list_that_breaks_the_signature_is_believed_only_if_it_is_trusted(strict: Desk) -> None:
    """case 98: a chain sealed by a listed forwarder moves a ticket, the same chain of anybody else does not."""
    for sealer, status in ((THEIRS, "new"), (LISTS, "closed")):
        raw, to = closing(strict, results=f"mx.{sealer.domain}; dkim=pass header.d=desk.example")
        strict.arrives(sealer.seal(raw, f"mx.{sealer.domain}"), DANA, to)
        assert strict.status() == status


def test_while_the_dns_is_silent_mail_is_taken_and_proves_nothing(strict: Desk, zone: Zone) -> None:
    """case 99: no key, no proof, no error."""
    zone.signers = ()
    raw, to = closing(strict)
    strict.arrives(OURS.sign(raw), DANA, to)
    assert (strict.status(), [line.state for line in strict.inbox()]) == ("new", ["done", "done"])


def test_old_mail_asks_the_dns_for_nothing(strict: Desk, zone: Zone) -> None:
    raw, _ = closing(strict)
    strict.arrives(OURS.sign(raw), DANA, SUPPORT, door=Door.IMPORT, quiet=True)
    assert zone.asked == []
    assert strict.status() == "new"
