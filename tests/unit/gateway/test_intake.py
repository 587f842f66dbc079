"""The one way into the inbox: who is let in, and what counts as the same mail."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from gateway.intake import UNKNOWN_RECIPIENT, Delivery, Intake, Limits, Rejected, Target
from gateway.maillog import MailLog
from gateway.store.store import Accepted, Store
from parsers import address
from parsers.address import Keys
from parsers.identity import Identity
from parsers.mail import Door
from routing.model import Inlet, UnknownSenders
from tests.integration.store.samples import ANN, NOW, open_ticket

SUPPORT = "support@desk.example"
SALES = "sales@desk.example"
CLOSED = "partners@desk.example"
INLETS = (
    Inlet(SUPPORT, "inbound"),
    Inlet(SALES, "sales"),
    Inlet("help@desk.example", "inbound"),
    Inlet(CLOSED, "partners", UnknownSenders.REFUSE),
)
TODAY = NOW.date()
MAIL = b"From: Ann <ann@acme.example>\r\nSubject: Scanner\r\nMessage-ID: <1@acme.example>\r\n\r\nIt beeps.\r\n"


@pytest.fixture
def store(tmp_path: Path, migrated: Path) -> Iterator[Store]:
    """SQLite will do: what the databases have in common is tested elsewhere."""
    with closing(Store.open(f"sqlite:///{shutil.copy(migrated, tmp_path)}")) as opened:
        yield opened


@pytest.fixture
def intake(store: Store, keys: Keys, tmp_path: Path) -> Iterator[Intake]:
    with closing(MailLog(tmp_path / "mail.log")) as log:
        yield Intake(store, keys, lambda: INLETS, Limits(size=10_000, hops=5), log)


def admitted(intake: Intake, recipient: str) -> Target:
    found = intake.admit(recipient, TODAY)
    assert isinstance(found, Target), found
    return found


def delivery(intake: Intake, raw: bytes, to: Sequence[str], sender: str = ANN) -> Delivery:
    identity = intake.examine(raw)
    assert isinstance(identity, Identity), identity
    targets = tuple(admitted(intake, recipient) for recipient in to)
    return Delivery(raw, identity, sender, targets, Door.SMTP, NOW)


def taken(intake: Intake, raw: bytes = MAIL, to: Sequence[str] = (SUPPORT,), sender: str = ANN) -> list[Accepted]:
    return intake.accept([delivery(intake, raw, to, sender)])[0]


def signed(keys: Keys, letter: int, inlet: str = SUPPORT, expires: date = TODAY) -> str:
    return address.reply_address(inlet, address.mint(keys, letter, expires))


def rows(store: Store) -> int:
    return store.inbox.waiting(NOW)


# Who is let in.


@pytest.mark.parametrize(
    "recipient", [SUPPORT, "SUPPORT@desk.example", "support@DESK.EXAMPLE", "Support@Desk.Example", "help@desk.example"]
)
def test_an_address_of_ours_is_let_in_whatever_its_case(intake: Intake, recipient: str) -> None:
    found = admitted(intake, recipient)
    assert found.inlet.queue == "inbound"
    assert found.token is None


@pytest.mark.parametrize(
    "recipient",
    [
        "nobody@desk.example",
        "support@other.example",
        "support@desk.example.",
        "support",
        "support@",
        "@desk.example",
        "",
        "support%other.example@desk.example",
        "support@desk.example@other.example",
        "@other.example:support@desk.example",
        '"support"@desk.example',
        "support+@desk.example",
        "support+spam@desk.example",
        f"support+{'a' * 30}@desk.example",
        f"support+{'a' * 31}@desk.example",
        f"nobody+{'a' * 31}@desk.example",
    ],
)
def test_what_is_not_ours_is_refused_with_one_text(intake: Intake, recipient: str) -> None:
    """cases 58 and 59: nothing is relayed, and a dead token looks like an unknown mailbox."""
    assert intake.admit(recipient, TODAY) == UNKNOWN_RECIPIENT
    assert str(UNKNOWN_RECIPIENT) == "550 5.1.1 No such mailbox here"


@pytest.mark.parametrize("fold", [str.lower, str.upper])
def test_a_signed_address_is_let_in_whatever_its_case(intake: Intake, keys: Keys, fold: type[str]) -> None:
    local, at, domain = signed(keys, 7).partition("@")
    assert admitted(intake, fold(local) + at + domain).token == address.Token(7)


def test_a_forged_token_is_refused(intake: Intake, keys: Keys) -> None:
    """case 84: whichever sign of it is changed."""
    good = signed(keys, 7)
    start, end = good.index("+") + 1, good.index("@")
    for place in range(start, end):
        other = "b" if good[place] != "b" else "c"
        assert isinstance(intake.admit(good[:place] + other + good[place + 1 :], TODAY), Rejected)


def test_a_token_of_another_house_is_refused(intake: Intake) -> None:
    assert intake.admit(signed(Keys(1, {1: bytes(32)}), 7), TODAY) == UNKNOWN_RECIPIENT


def test_an_expired_token_is_let_in_and_says_so(intake: Intake, keys: Keys) -> None:
    assert admitted(intake, signed(keys, 7, expires=TODAY - timedelta(days=1))).token == address.Token(7, expired=True)


def test_an_address_that_refuses_strangers_takes_acquaintances_bounces_and_signed_mail(
    intake: Intake, store: Store, keys: Keys
) -> None:
    target = admitted(intake, CLOSED)
    assert target.asks
    assert not intake.welcomes(target, "stranger@elsewhere.example")
    assert intake.welcomes(target, "")
    assert intake.welcomes(admitted(intake, signed(keys, 7, CLOSED)), "stranger@elsewhere.example")
    assert intake.welcomes(admitted(intake, SUPPORT), "stranger@elsewhere.example")


# What is looked at in DATA.


def test_a_message_over_the_size_is_refused_and_one_of_the_size_is_not(intake: Intake) -> None:
    assert isinstance(intake.examine(b"x" * 10_000), Identity)
    assert str(intake.examine(b"x" * 10_001)) == "552 5.3.4 The message is larger than 10000 bytes"


def test_a_message_with_too_many_hops_is_refused_and_one_with_just_enough_is_not(intake: Intake) -> None:
    assert isinstance(intake.examine(b"Received: by a\r\n" * 5 + MAIL), Identity)
    refused = intake.examine(b"Received: by a\r\n" * 6 + MAIL)
    assert isinstance(refused, Rejected)
    assert (refused.code, refused.status) == (554, "5.4.6")


# What counts as the same mail.


def test_the_same_mail_with_new_trace_headers_is_one(intake: Intake, store: Store) -> None:
    """case 2: the 250 was lost, and the sender tries again by another way."""
    (first,) = taken(intake)
    (again,) = taken(intake, b"Received: from other by mx\r\nX-Spam: no\r\n" + MAIL, sender="bounce+1@acme.example")
    assert not first.duplicate
    assert again == Accepted(first.inbox_id, duplicate=True)
    assert rows(store) == 1


@pytest.mark.parametrize(
    "other",
    [
        MAIL.replace(b"beeps", b"smokes"),
        MAIL.replace(b"Subject: Scanner", b"Subject: Printer"),
        MAIL.replace(b"From: Ann <ann@", b"From: Eve <eve@"),
    ],
    ids=["body", "subject", "writer"],
)
def test_the_same_message_id_with_other_words_is_another_mail(intake: Intake, store: Store, other: bytes) -> None:
    """case 22: a used Message-ID must not suppress a real mail."""
    taken(intake)
    assert not taken(intake, other)[0].duplicate
    assert rows(store) == 2


def test_two_alike_mails_without_message_id_are_one_only_if_they_are_equal(intake: Intake, store: Store) -> None:
    """case 23: bytes decide."""
    bare = MAIL.replace(b"Message-ID: <1@acme.example>\r\n", b"")
    assert [taken(intake, raw)[0].duplicate for raw in (bare, bare, bare + b"Now.\r\n")] == [False, True, False]


def test_a_mail_to_two_queues_is_a_row_for_each(intake: Intake, store: Store) -> None:
    assert [a.duplicate for a in taken(intake, to=(SUPPORT, SALES))] == [False, False]
    assert rows(store) == 2


def test_two_addresses_of_one_queue_are_one_row(intake: Intake, store: Store) -> None:
    """cases 21 and 54: one mail, whichever of them it names first."""
    assert len(taken(intake, to=(SUPPORT, "help@desk.example", "SUPPORT@desk.example"))) == 1
    assert taken(intake, to=("help@desk.example",))[0].duplicate
    assert rows(store) == 1


def test_the_first_address_of_a_queue_is_the_one_remembered(intake: Intake, store: Store) -> None:
    taken(intake, to=("help@desk.example", SUPPORT))
    (row,) = store.inbox.claim(1, timedelta(minutes=1), NOW)
    assert row.envelope.recipient == "help@desk.example"


def test_a_retry_with_fewer_recipients_brings_only_what_was_missing(intake: Intake, store: Store) -> None:
    """case 24: the others had theirs."""
    taken(intake, to=(SUPPORT,))
    assert [a.duplicate for a in taken(intake, to=(SUPPORT, SALES))] == [True, False]
    assert rows(store) == 2


def test_a_mail_that_reaches_a_ticket_by_token_opens_none_by_its_other_addresses(
    intake: Intake, store: Store, keys: Keys
) -> None:
    """case 21: one effect."""
    open_ticket(store, keys, tell=(ANN,))
    assert len(taken(intake, to=(SUPPORT, signed(keys, 1), SALES))) == 1
    (row,) = store.inbox.claim(1, timedelta(minutes=1), NOW)
    assert row.envelope.recipient == signed(keys, 1)


def test_two_letters_of_one_ticket_are_one_place(intake: Intake, store: Store, keys: Keys) -> None:
    open_ticket(store, keys, tell=(ANN, "jane@desk.example"))
    assert len(taken(intake, to=(signed(keys, 1), signed(keys, 2)))) == 1


def test_letters_of_two_tickets_are_two_places(intake: Intake, store: Store, keys: Keys) -> None:
    open_ticket(store, keys, "first", tell=(ANN,))
    open_ticket(store, keys, "second", tell=(ANN,))
    assert len(taken(intake, to=(signed(keys, 1), signed(keys, 2)))) == 2


def test_the_same_words_to_a_ticket_and_to_the_queue_are_two_mails(intake: Intake, store: Store, keys: Keys) -> None:
    open_ticket(store, keys, tell=(ANN,))
    taken(intake, to=(SUPPORT,))
    assert not taken(intake, to=(signed(keys, 1),))[0].duplicate


@pytest.mark.parametrize("letter", [1, 99], ids=["expired", "of no ticket"])
def test_a_token_that_leads_nowhere_is_a_mail_to_its_queue(
    intake: Intake, store: Store, keys: Keys, letter: int
) -> None:
    open_ticket(store, keys, tell=(ANN,))
    expires = TODAY - timedelta(days=1) if letter == 1 else TODAY
    assert len(taken(intake, to=(signed(keys, letter, SALES, expires), SUPPORT))) == 2
    assert {row.queue for row in store.inbox.claim(2, timedelta(minutes=1), NOW)} == {"sales", "inbound"}


def test_mails_of_one_writer_have_one_order(intake: Intake, store: Store) -> None:
    taken(intake)
    taken(intake, MAIL.replace(b"Scanner", b"Printer"), sender="other@acme.example")
    first = store.inbox.claim(2, timedelta(minutes=1), NOW)
    assert len({row.order_key for row in first}) == 1


def test_many_mails_are_answered_each_with_its_own_rows(intake: Intake) -> None:
    other = MAIL.replace(b"<1@", b"<2@")
    wanted = ((MAIL, (SUPPORT,)), (other, (SUPPORT, SALES)), (MAIL, (SUPPORT,)))
    answers = intake.accept([delivery(intake, raw, to) for raw, to in wanted])
    ids = [[a.inbox_id for a in one] for one in answers]
    assert [len(one) for one in ids] == [1, 2, 1]
    assert ids[2] == ids[0]
    assert [a.duplicate for one in answers for a in one] == [False, False, False, True]


def test_what_is_submitted_is_durable_when_it_is_answered(intake: Intake, store: Store) -> None:
    woken: list[int] = []
    intake.arrived = lambda: woken.append(rows(store))
    intake.start()
    try:
        (accepted,) = intake.submit(delivery(intake, MAIL, (SUPPORT,))).result(10)
    finally:
        intake.stop()
    assert not accepted.duplicate
    assert woken == [1]
