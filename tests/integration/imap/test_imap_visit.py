"""What a visit to an IMAP folder takes, leaves and tells, on SQLite and on PostgreSQL."""

import datetime as dt
from datetime import date, timedelta

import pytest

from gateway.imap.session import USUAL
from gateway.imap.visit import PART
from gateway.mailbox_settings import After
from parsers import address
from tests.integration.imap.conftest import Make
from tests.rig.imap import First, ImapServer, Raw, Say
from tests.rig.imap_folder import Folder, Message
from tests.rig.mailroom import KEYS, MAX_SIZE, SALES, START, SUPPORT, mail


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


def test_a_message_of_just_the_limit_comes_in_by_the_part(server: ImapServer, make: Make) -> None:
    raw = mail(1)
    raw += b"x" * (MAX_SIZE - len(raw))
    server.deliver(raw)
    room = make()
    assert room.look() == 1
    assert room.mails() == [raw]
    assert sum("BODY" in command for command in server.commands) == MAX_SIZE // PART + 1


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


def test_only_a_mailbox_declared_so_is_trusted(server: ImapServer, make: Make) -> None:
    """case 75: results in fetched mail count by configuration alone."""
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
    """case 21: one message by two ways into the folder."""
    server.deliver(b"Received: from a by b; Mon, 2 Mar 2026 09:00:00 +0000\r\n" + mail(1))
    server.deliver(b"Received: from c by d; Mon, 2 Mar 2026 09:00:01 +0000\r\n" + mail(1))
    room = make()
    assert room.look() == 1
    assert len(room.mails()) == 1
