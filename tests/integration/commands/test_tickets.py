"""`postern tickets` and `postern ticket`."""

import re
import sqlite3
from contextlib import closing
from datetime import date
from hashlib import sha256

import pytest

from gateway import secret
from parsers import address
from tests.rig.command import Ended
from tests.rig.site import ANN, BOB, DANA, EMIL, PICTURE, RICH, SUPPORT, Site, is_time, mail


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


TICKET_KEYS = (
    "key subject status substatus resolution priority visibility queue organisation system requester assignee "
    "assignees holder watchers created_at updated_at merged_into merged rating numbers timeline"
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
