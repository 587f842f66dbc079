"""Folders made anew, servers that lie, messages that cannot be had: nothing is lost, doubled or blocked."""

from datetime import date, timedelta
from typing import Any

import pytest

from gateway.imap.visit import MOST_LEFT, PART
from gateway.mailbox_settings import After
from gateway.problems import Problem
from tests.integration.imap.conftest import Make
from tests.rig.imap import Drop, Flood, ImapServer, Raw, Say, Wait
from tests.rig.imap_folder import Folder
from tests.rig.mailroom import MAX_SIZE, NAME, START, mail


@pytest.mark.parametrize("start", ["all", "new", date(2026, 3, 1)])
def test_case_16_a_folder_made_anew_doubles_nothing(server: ImapServer, make: Make, start: object) -> None:
    """case 16, P49 (paperless #8944): UIDVALIDITY changes; Message-ID and content say what is new."""
    room = make(start=start)
    room.look()
    room.now.go(hours=1)
    for number in range(50):
        server.deliver(mail(number), at=room.now())
    assert room.look() == 50
    old = server.inbox.messages
    server.has.folders["INBOX"] = Folder(validity=2000, next=51)
    for message in reversed(old):
        server.inbox.add(message.raw, uid=51 - message.uid, at=message.at)
    server.deliver(mail(99), at=room.now())
    assert room.look() == 1
    assert len(room.mails()) == 51
    assert [fact["reason"] for fact in room.log("uids-reset")] == [
        "the server counts its messages anew; what was fetched before is recognised"
    ]


def test_case_16_old_mail_stays_old_when_the_folder_is_made_anew(server: ImapServer, make: Make) -> None:
    """case 16: what was not wanted at the first start is not wanted later."""
    server.deliver(mail(1), at=START - timedelta(days=300))
    room = make(start="new")
    assert room.look() == 0
    server.has.folders["INBOX"] = Folder(validity=2000)
    server.deliver(mail(1), at=START - timedelta(days=300))
    assert room.look() == 0


@pytest.mark.parametrize("validity", [0, None])
def test_case_17_a_server_without_uidvalidity_is_looked_through_each_time(
    server: ImapServer, make: Make, validity: int | None
) -> None:
    """case 17, P49: UIDVALIDITY 0 or none; content says what is new."""
    server.inbox.validity = validity
    server.deliver(mail(1))
    room = make()
    assert room.look() == 1
    server.has.folders["INBOX"] = Folder(validity=validity)
    server.deliver(mail(2))
    assert room.look() == 1, "another message under the same UID"
    assert room.mails() == [mail(1), mail(2)]
    assert room.log("uids-reset")


def test_case_17_uids_that_are_used_again_are_noticed(server: ImapServer, make: Make) -> None:
    """case 17: UIDNEXT falls, so the UIDs mean nothing any more."""
    for number in range(3):
        server.deliver(mail(number))
    room = make()
    room.look()
    server.has.folders["INBOX"] = Folder(validity=1000)
    server.deliver(mail(7))
    assert room.look() == 1
    assert room.log("uids-reset")


def test_case_17_a_message_under_an_older_uid_is_found_by_the_next_look(server: ImapServer, make: Make) -> None:
    """case 17: UIDs that do not ascend."""
    server.deliver(mail(1), uid=10)
    room = make()
    with room.visit() as (_, visit):
        assert visit.look() == 1
        server.deliver(mail(2), uid=5)
        assert visit.look() == 1


@pytest.mark.parametrize("start", ["all", "new", date(2026, 3, 1)])
def test_case_17_a_message_under_an_older_uid_is_found_by_the_next_connection(
    server: ImapServer, make: Make, start: object
) -> None:
    """case 17: a server that hands out a UID before the message can be seen hides no message from us."""
    for uid in (2, 4, 10):
        server.deliver(mail(uid), uid=uid)
    room = make(start=start)
    assert room.look() == (0 if start == "new" else 3)
    room.now.go(hours=1)
    for uid in (1, 3, 5):
        server.deliver(mail(uid), uid=uid, at=room.now())
    assert room.look() == 3
    assert room.look() == 0
    assert room.mails()[-3:] == [mail(1), mail(3), mail(5)]


def test_case_17_a_server_that_counts_anew_each_time_fills_no_table(server: ImapServer, make: Make) -> None:
    """case 17: the last few UIDVALIDITYs are remembered, whatever it says."""
    server.deliver(mail(1))
    server.deliver(mail(2), missing=True)
    room = make()
    for validity in range(1, 20):
        server.inbox.validity = validity
        room.now.go(minutes=1)
        room.look()
    assert [bool(room.store.cursors.passed(NAME, validity)) for validity in range(1, 20)] == [False] * 11 + [True] * 8
    assert len(room.mails()) == 1
    assert set(room.left()) == {2}


def test_case_17_uids_out_of_order_and_twice(server: ImapServer, make: Make) -> None:
    """case 17: a list of UIDs that is no good list."""
    for number in range(1, 4):
        server.deliver(mail(number))
    server.inbox.listing = [3, 1, 3, 2, 1, 2, 4294967296, 0]
    room = make()
    assert room.look() == 3
    assert sorted(room.mails()) == [mail(1), mail(2), mail(3)]


def test_case_19_a_message_over_the_limit_is_left_and_told_and_the_next_comes_in(
    server: ImapServer, make: Make
) -> None:
    """case 19: its size is asked for first; it stays in the folder, is told of once, and blocks nothing."""
    huge = server.deliver(mail(1, body="x" * (MAX_SIZE + 1)))
    server.deliver(mail(2))
    room = make(after=After("delete"))
    assert room.look() == 1
    assert room.mails() == [mail(2)]
    assert server.inbox.messages == [huge]
    assert "bytes, and 4194304 are allowed" in room.left()[1]
    assert len(room.log("left")) == 1
    assert not any("BODY" in command and command.startswith("UID FETCH 1 ") for command in server.commands)
    room.look()
    assert len(room.log("left")) == 1, "it is not told again at each look"


@pytest.mark.parametrize("announced", [0, 1, 10_000])
def test_case_18_a_size_that_is_announced_wrongly_changes_no_byte(
    server: ImapServer, make: Make, announced: int
) -> None:
    """case 18: RFC822.SIZE lies."""
    raw = mail(1, body="y" * (PART + 5000))
    server.deliver(raw, announced=announced)
    server.deliver(mail(2), announced=announced)
    room = make()
    assert room.look() == 2
    assert room.mails() == [raw, mail(2)]


def test_case_18_a_message_larger_than_announced_is_bounded(server: ImapServer, make: Make) -> None:
    """case 18: more comes than was announced."""
    server.deliver(mail(1, body="x" * (MAX_SIZE + PART)), announced=100)
    server.deliver(mail(2))
    room = make()
    assert room.look() == 1
    assert "more than the 4194304 bytes" in room.left()[1]


@pytest.mark.parametrize("lie", [{"missing": True}, {"body": b""}])
def test_case_20_a_message_that_is_listed_and_not_shown_stops_nobody(
    server: ImapServer, make: Make, lie: dict[str, Any]
) -> None:
    """case 20: it is left, tried again later, and taken once it can be had."""
    message = server.deliver(mail(1), **lie)
    server.deliver(mail(2))
    room = make(after=After("delete"))
    assert room.look() == 1
    assert list(room.left()) == [1]
    message.missing, message.body = False, None
    assert room.look() == 0, "it is not asked for again at once"
    room.now.go(minutes=2)
    assert room.look() == 1
    assert room.left() == {}
    assert room.mails() == [mail(2), mail(1)]


@pytest.mark.parametrize(
    "answer",
    [
        Say("NO [SERVERBUG] cannot read it"),
        Say("BAD what"),
        Raw(b"* 1 FETCH (UID 1 BODY[]<0> NIL)\r\n{tag} OK done\r\n"),
        Raw(b"* 1 FETCH (UID 1 BODY[]<0> (((\r\n{tag} OK done\r\n"),
        Raw(b"* 1 FETCH (UID 77 BODY[]<0> {2}\r\nab)\r\n{tag} OK done\r\n"),
        Raw(b"{tag} OK nothing\r\n"),
    ],
)
def test_case_20_a_message_that_is_refused_stops_nobody(server: ImapServer, make: Make, answer: Say | Raw) -> None:
    """case 20: whatever the server answers about one message."""
    server.deliver(mail(1))
    server.deliver(mail(2))
    server.has.script["BODY"] = [answer]
    room = make()
    assert room.look() == 1
    assert room.mails() == [mail(2)]
    room.now.go(minutes=2)
    assert room.look() == 1


@pytest.mark.parametrize(
    "answer",
    [
        Drop(),
        Wait(),
        Flood(),
        Raw(b"* 1 FETCH (UID 1 BODY[]<0> {100}\r\nonly this", ends=True),
        Raw(b"* 1 FETCH (UID 1 BODY[]<0> {4294967296}\r\n", ends=True),
        Raw(b"* 1 FETCH (UID 1 BODY[]<0> {%s}\r\n" % (b"9" * 5000), ends=True),
        Raw(b"* BYE go away\r\n", ends=True),
        Raw(b"+ \r\nno such answer\r\n"),
        Raw(b"x" * 3_000_000 + b"\r\n"),
    ],
)
def test_case_18_a_server_that_breaks_off_at_a_message_blocks_it_alone(
    server: ImapServer, make: Make, answer: Drop | Wait | Flood | Raw
) -> None:
    """cases 18 and 20: dropped in a literal, silent, flooding, 4 GB announced, BYE."""
    server.deliver(mail(1))
    server.deliver(mail(2))
    server.has.script["BODY"] = [answer]
    room = make()
    with pytest.raises(Problem):
        room.look()
    assert list(room.left()) == [1]
    assert room.look() == 1, "the next connection takes the next message first"
    room.now.go(minutes=2)
    assert room.look() == 1
    assert room.mails() == [mail(2), mail(1)]
    assert room.left() == {}


def test_case_18_a_server_that_shows_nothing_it_lists_cannot_fill_the_disk(server: ImapServer, make: Make) -> None:
    """case 18: a list of messages that are not there."""
    server.inbox.listing = list(range(1, 5000))
    room = make()
    for _ in range(3):
        with pytest.raises(Problem, match="something is wrong with the server"):
            room.look()
    assert len(room.left()) == MOST_LEFT


def test_case_109_nul_and_bad_utf_8_stop_no_mailbox(server: ImapServer, make: Make) -> None:
    """cases 20 and 109, P48 (margince #2548, django-mailbox #252): the mailbox goes on."""
    bad = (
        b"From: \0<a\0b@acme.example>\r\nSubject: \xff\xfe\0\r\nMessage-ID: <\0@x>\r\nReturn-Path: <\0@x>\r\n\r\n\0\xff"
    )
    server.deliver(bad)
    server.deliver(mail(2))
    room = make()
    assert room.look() == 2
    assert room.mails() == [bad, mail(2)]
