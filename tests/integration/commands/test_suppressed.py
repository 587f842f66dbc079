"""`postern suppressed`, and what `queue` and `explain` say of such addresses."""

from contextlib import closing
from datetime import date, timedelta

import pytest

from gateway import secret
from gateway.aftermath import Aftermath
from gateway.app import office
from gateway.instant import now
from parsers import address
from tests.rig.command import Ended
from tests.rig.site import ANN, DANA, SUPPORT, Site, is_time, mail

KEYS = "address kind since until reason letters".split()


@pytest.fixture
def failed(site: Site) -> Site:
    """A letter to Ann is reported as undeliverable."""
    site.takes(mail())
    (letter,) = [int(str(line["id"])) for line in site.objects("queue") if line["to"] == ANN]
    keys = secret.read(site.folder / "var" / "secret")
    to = address.reply_address(SUPPORT, address.mint(keys, letter, date(2099, 1, 1), returns=True))
    site.takes(report(to), "", to)
    return site


def report(to: str) -> bytes:
    return (
        f"From: <mailer-daemon@mx.acme.example>\r\nTo: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Message-ID: <1@mx.acme.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.acme.example\r\n\r\n"
        f"Final-Recipient: rfc822; {ANN}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 No such user\r\n--b--\r\n"
    ).encode()


def test_nobody_is_suppressed_to_begin_with(site: Site) -> None:
    assert site.objects("suppressed") == []


def test_an_address_that_failed_is_listed_until_it_is_lifted(failed: Site) -> None:
    line = failed.one("suppressed", "list")
    assert list(line) == KEYS
    assert (line["address"], line["kind"], line["reason"]) == (ANN, "hard", "550 5.1.1 No such user")
    assert is_time(line["since"])
    assert is_time(line["until"])
    assert failed.run("suppressed").out.splitlines()[1].startswith(f"{ANN}  no such mailbox")
    assert failed.run("suppressed", "lift", ANN) == Ended(0, f"{ANN}: letters go there again\n", "")
    assert failed.objects("suppressed") == []
    (logged,) = failed.objects("log", "--outcome", "lifted")
    assert (logged["address"], logged["reason"]) == (ANN, "by hand")


def test_what_was_held_is_released_with_it_where_asked(failed: Site) -> None:
    withhold(failed)
    assert failed.one("suppressed")["letters"] == 1
    found = failed.one("suppressed", "lift", "ANN@acme.example", "--release")
    assert found == {"address": "ANN@acme.example", "lifted": True, "released": 1}
    assert [line["state"] for line in failed.objects("queue") if line["to"] == ANN] == ["waiting"]


def withhold(site: Site) -> None:
    """A courier claims what is due, and leaves what must not go out."""
    with closing(office(site.config)) as found:
        rules = found.rules()
        aftermath = Aftermath(found.store, lambda: rules, found.maillog)
        for row in found.store.outbox.claim(50, timedelta(minutes=5), now()):
            if row.withheld is not None:
                aftermath.withhold(row, row.withheld, now())


def test_the_queue_says_why_a_letter_is_held(failed: Site) -> None:
    withhold(failed)
    (line,) = [line for line in failed.objects("queue") if line["to"] == ANN]
    assert line["state"] == "held"
    reason = str(line["reason"])
    assert reason.startswith(f"nothing is sent to {ANN} since ")
    assert "No such user" in reason
    assert f"postern suppressed lift {ANN}" in reason


def test_explain_says_who_would_not_be_told(failed: Site) -> None:
    (letter,) = [line for line in failed.objects("queue") if line["to"] == DANA][:1]
    keys = secret.read(failed.folder / "var" / "secret")
    to = address.reply_address(SUPPORT, address.mint(keys, int(str(letter["id"])), date(2099, 1, 1)))
    file = failed.file(mail(9, DANA, "Re: [CT-1] Scanner", "Which one?"))
    found = failed.one("explain", file, "--sender", DANA, "--recipient", to)
    assert found["told"] == []
    not_told = found["not_told"]
    assert isinstance(not_told, list)
    (why,) = [one["why"] for one in not_told if one["address"] == ANN]
    assert why.startswith(f"held: nothing is sent to {ANN} since ")


def test_an_address_without_trouble_cannot_be_lifted(site: Site) -> None:
    done = site.run("suppressed", "lift", ANN)
    assert done == Ended(66, "", f"suppressed lift: nothing keeps letters from {ANN}.\n")


def test_an_address_is_needed(site: Site) -> None:
    done = site.run("suppressed", "lift")
    assert (done.code, done.out) == (64, "")
    assert "name at least one address" in done.err
