"""What a visit to an IMAP folder takes, leaves and tells, on SQLite and on PostgreSQL."""

import datetime as dt
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.imap.problems import Problem
from gateway.imap.session import USUAL
from gateway.imap.visit import MOST_LEFT, PART
from gateway.mailbox_settings import After
from gateway.store.store import Store
from parsers import address
from tests.rig.imap import Drop, First, Flood, ImapServer, Raw, Say, Wait
from tests.rig.imap_folder import Folder, Message
from tests.rig.mailroom import KEYS, MAX_SIZE, NAME, SALES, START, SUPPORT, Mailroom, mail

Make = Callable[..., Mailroom]


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with ImapServer() as running:
        yield running


@pytest.fixture
def make(store: Store, tmp_path: Path, server: ImapServer) -> Iterator[Make]:
    made: list[Mailroom] = []

    def one(**manner: object) -> Mailroom:
        made.append(Mailroom(store, tmp_path, server.port, **manner).__enter__())
        return made[-1]

    yield one
    for room in made:
        room.__exit__(None, None, None)


def test_all_mail_of_a_folder_comes_in_and_stays_unseen(server: ImapServer, make: Make) -> None:
    mails = [mail(number) for number in range(5)]
    for raw in mails:
        server.deliver(raw)
    room = make()
    assert room.look() == 5
    assert room.mails() == mails
    assert all(not message.flags for message in server.inbox.messages)
    assert set(server.verbs) <= {"CAPABILITY", "AUTHENTICATE", "SELECT", "SEARCH", "FETCH", "LOGOUT"}
    assert all("PEEK" in command for command in server.commands if "BODY" in command)


def test_the_next_visit_takes_only_what_came_since_whatever_the_flags_say(server: ImapServer, make: Make) -> None:
    server.deliver(mail(1))
    room = make()
    room.look()
    server.deliver(mail(2)).flags.add(r"\Seen")
    assert room.look() == 1
    assert room.mails() == [mail(1), mail(2)]
    assert "UID FETCH 1 (BODY.PEEK[]<0.1048576>)" not in server.commands[-5:]


def test_a_folder_begins_with_new_mail_only_where_the_configuration_says_so(server: ImapServer, make: Make) -> None:
    server.deliver(mail(1))
    room = make(start="new")
    assert room.look() == 0
    server.deliver(mail(2), at=START)
    assert room.look() == 1
    assert room.mails() == [mail(2)]


def test_a_folder_begins_with_a_day(server: ImapServer, make: Make) -> None:
    server.deliver(mail(1), at=dt.datetime(2026, 1, 30, 23, 59, tzinfo=dt.UTC))
    server.deliver(mail(2), at=dt.datetime(2026, 1, 31, 0, 0, tzinfo=dt.UTC))
    room = make(start=date(2026, 1, 31))
    assert room.look() == 1
    server.deliver(mail(3), at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    assert room.look() == 1, "what is put there later is new, however old it is"
    assert room.mails() == [mail(2), mail(3)]


@pytest.mark.parametrize("start", ["all", "new", date(2026, 3, 1)])
def test_case_16_a_folder_made_anew_doubles_nothing(server: ImapServer, make: Make, start: object) -> None:
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
    for number in range(3):
        server.deliver(mail(number))
    room = make()
    room.look()
    server.has.folders["INBOX"] = Folder(validity=1000)
    server.deliver(mail(7))
    assert room.look() == 1
    assert room.log("uids-reset")


def test_case_17_a_message_under_an_older_uid_is_found_by_the_next_look(server: ImapServer, make: Make) -> None:
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
    """Case 17: a server that hands out a UID before the message can be seen hides no message from us."""
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
    """Case 17: the last few UIDVALIDITYs are remembered, whatever it says."""
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


def test_a_large_folder_is_not_listed_again_and_again(server: ImapServer, make: Make) -> None:
    """What is asked for is what was not passed: with 100,000 messages there, one number comes back."""
    server.inbox.next = 100_001
    server.inbox.messages = [Message(uid, b"", at=START - timedelta(days=1)) for uid in range(1, 100_001)]
    del server.inbox.messages[50_000]
    room = make(start="new")
    room.patience = USUAL
    room.look()
    server.commands.clear()
    with room.visit() as (_, visit):
        assert visit.look() == 0
        server.deliver(mail(1), uid=50_001, at=room.now())
        assert visit.look() == 1
        server.deliver(mail(2), at=room.now())
        assert visit.look() == 1
    searches = [command.removeprefix("UID SEARCH UID ") for command in server.commands if "SEARCH" in command]
    assert searches == ["50001,100001:*"] * 2 + ["100001:*"] * 2 + ["100002:*"]


def test_what_was_moved_or_deleted_is_not_asked_for_again(server: ImapServer, make: Make) -> None:
    for uid in (1, 2, 3):
        server.deliver(mail(uid))
    room = make(after=After("move", "Done"))
    assert room.look() == 3
    server.deliver(mail(4))
    assert room.look() == 1
    assert server.commands[-2:] == ["UID SEARCH UID 5:*", "LOGOUT"]


def test_case_17_uids_out_of_order_and_twice(server: ImapServer, make: Make) -> None:
    for number in range(1, 4):
        server.deliver(mail(number))
    server.inbox.listing = [3, 1, 3, 2, 1, 2, 4294967296, 0]
    room = make()
    assert room.look() == 3
    assert sorted(room.mails()) == [mail(1), mail(2), mail(3)]


def test_a_uid_that_no_longer_exists_is_no_trouble(server: ImapServer, make: Make) -> None:
    server.deliver(mail(1))
    server.inbox.listing = [1, 2]
    room = make()
    room.look()
    server.inbox.listing = None
    room.now.go(minutes=2)
    room.look()
    assert room.left() == {}


@pytest.mark.parametrize(
    ("after", "verbs"),
    [
        (After("seen"), ["STORE"]),
        (After("move", "Done"), ["MOVE", "CREATE", "MOVE"]),
        (After("delete"), ["STORE", "EXPUNGE"]),
    ],
)
def test_messages_are_touched_after_the_commit_only(
    server: ImapServer, make: Make, after: After, verbs: list[str]
) -> None:
    server.deliver(mail(1))
    server.deliver(mail(2))
    room = make(after=after)
    room.intake.arrived = lambda: server.heard("COMMITTED")
    assert room.look() == 2
    touching = [verb for verb in server.verbs if verb in ("STORE", "MOVE", "COPY", "EXPUNGE", "CREATE", "COMMITTED")]
    assert touching[touching.index("STORE" if after.deed != "move" else "MOVE") :] == verbs
    assert touching[0] == "COMMITTED"
    match after.deed:
        case "seen":
            assert [message.flags for message in server.inbox.messages] == [{r"\Seen"}] * 2
        case "move":
            assert server.inbox.messages == []
            assert len(server.has.folders["Done"].messages) == 2
        case _:
            assert server.inbox.messages == []
    assert room.look() == 0


def test_without_move_a_message_is_copied_and_expunged(server: ImapServer, make: Make) -> None:
    server.has.capabilities = ("IMAP4rev1", "UIDPLUS")
    server.has.folders["Done"] = Folder()
    server.deliver(mail(1))
    room = make(after=After("move", "Done"))
    room.look()
    assert server.verbs[-5:-1] == ["COPY", "STORE", "EXPUNGE", "SEARCH"]
    assert "UID EXPUNGE 1" in server.commands


def test_without_uidplus_nothing_is_expunged_that_others_have_marked(server: ImapServer, make: Make) -> None:
    server.has.capabilities = ("IMAP4rev1",)
    server.deliver(mail(1))
    room = make(after=After("delete"))
    room.look()
    assert "EXPUNGE" not in server.verbs
    assert server.inbox.messages[0].flags == {r"\Deleted"}


def test_a_move_that_is_refused_keeps_nothing_from_coming_in(server: ImapServer, make: Make) -> None:
    server.has.always["MOVE"] = Say("NO [OVERQUOTA] the folder is full")
    server.deliver(mail(1))
    room = make(after=After("move", "Done"))
    assert room.look() == 1
    assert room.look() == 0
    assert "the folder is full" in room.log("not-tidied")[0]["reason"]


def test_case_19_a_message_over_the_limit_is_left_and_told_and_the_next_comes_in(
    server: ImapServer, make: Make
) -> None:
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


def test_a_message_of_just_the_limit_comes_in_by_the_part(server: ImapServer, make: Make) -> None:
    raw = mail(1)
    raw += b"x" * (MAX_SIZE - len(raw))
    server.deliver(raw)
    room = make()
    assert room.look() == 1
    assert room.mails() == [raw]
    assert sum("BODY" in command for command in server.commands) == MAX_SIZE // PART + 1


@pytest.mark.parametrize("announced", [0, 1, 10_000])
def test_case_18_a_size_that_is_announced_wrongly_changes_no_byte(
    server: ImapServer, make: Make, announced: int
) -> None:
    raw = mail(1, body="y" * (PART + 5000))
    server.deliver(raw, announced=announced)
    server.deliver(mail(2), announced=announced)
    room = make()
    assert room.look() == 2
    assert room.mails() == [raw, mail(2)]


def test_case_18_a_message_larger_than_announced_is_bounded(server: ImapServer, make: Make) -> None:
    server.deliver(mail(1, body="x" * (MAX_SIZE + PART)), announced=100)
    server.deliver(mail(2))
    room = make()
    assert room.look() == 1
    assert "more than the 4194304 bytes" in room.left()[1]


@pytest.mark.parametrize("lie", [{"missing": True}, {"body": b""}])
def test_case_20_a_message_that_is_listed_and_not_shown_stops_nobody(
    server: ImapServer, make: Make, lie: dict[str, Any]
) -> None:
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
    server.inbox.listing = list(range(1, 5000))
    room = make()
    for _ in range(3):
        with pytest.raises(Problem, match="something is wrong with the server"):
            room.look()
    assert len(room.left()) == MOST_LEFT


def test_what_the_server_tells_between_the_lines_is_not_overheard(server: ImapServer, make: Make) -> None:
    """A message that comes while the UIDs are listed is found by the same look."""
    server.deliver(mail(1))
    room = make()
    with room.visit() as (_, visit):
        visit.look()
        server.inbox.add(mail(2))
        server.inbox.listing = [1]
        server.has.script["SEARCH"] = [First(b"* 2 EXISTS\r\n"), Raw(b"* SEARCH 1 2\r\n{tag} OK done\r\n")]
        assert visit.look() == 1


def test_for_whom_a_message_was(server: ImapServer, make: Make) -> None:
    token = address.mint(KEYS, 7, date(2099, 1, 1))
    signed = address.reply_address(SUPPORT, token)
    forged = SUPPORT.replace("@", "+" + "a" * 31 + "@")
    cases = [
        (f"Delivered-To: <{SALES}>\r\nTo: {SUPPORT}\r\n", SALES),
        (f"X-Original-To: {SALES}\r\nTo: {SUPPORT}\r\n", SALES),
        (f"Delivered-To: box-17@host.example\r\nTo: Boss <boss@acme.example>, Us <{SUPPORT}>\r\n", SUPPORT),
        (f"To: boss@acme.example\r\nCc: {SALES}\r\n", SALES),
        ("To: undisclosed-recipients:;\r\n", SUPPORT),
        (f"Delivered-To: {SALES}\r\nTo: {signed}\r\n", signed),
        (f"To: {forged}, {SALES}\r\n", SUPPORT),
    ]
    for number, (headers, _) in enumerate(cases):
        server.deliver(mail(number, headers=headers))
    room = make()
    room.look()
    assert [row[0] for row in room.rows("recipient")] == [wanted for _, wanted in cases]


def test_an_address_in_the_configuration_goes_before_the_headers(server: ImapServer, make: Make) -> None:
    token = address.mint(KEYS, 7, date(2099, 1, 1))
    signed = address.reply_address(SALES, token)
    for number, headers in enumerate((f"Delivered-To: {SUPPORT}\r\n", f"To: {signed}\r\n")):
        server.deliver(mail(number, headers=headers))
    room = make(address=SALES)
    room.look()
    assert room.rows("recipient") == [(SALES,), (signed,)]


def test_case_75_only_a_mailbox_declared_so_is_trusted(server: ImapServer, make: Make) -> None:
    server.deliver(b"Return-Path: <ann@acme.example>\r\n" + mail(1))
    server.deliver(mail(2))
    assert make().look() == 2
    server.deliver(mail(3))
    room = make(trusted=True)
    room.look()
    assert room.rows("trusted", "door", "sender") == [
        (False, "imap", "ann@acme.example"),
        (False, "imap", ""),
        (True, "imap", ""),
    ]


def test_case_21_the_same_mail_twice_in_the_folder_is_one(server: ImapServer, make: Make) -> None:
    server.deliver(b"Received: from a by b; Mon, 2 Mar 2026 09:00:00 +0000\r\n" + mail(1))
    server.deliver(b"Received: from c by d; Mon, 2 Mar 2026 09:00:01 +0000\r\n" + mail(1))
    room = make()
    assert room.look() == 1
    assert len(room.mails()) == 1


def test_case_109_nul_and_bad_utf_8_stop_no_mailbox(server: ImapServer, make: Make) -> None:
    """P48"""
    bad = (
        b"From: \0<a\0b@acme.example>\r\nSubject: \xff\xfe\0\r\nMessage-ID: <\0@x>\r\nReturn-Path: <\0@x>\r\n\r\n\0\xff"
    )
    server.deliver(bad)
    server.deliver(mail(2))
    room = make()
    assert room.look() == 2
    assert room.mails() == [bad, mail(2)]
