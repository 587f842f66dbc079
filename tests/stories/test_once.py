"""One cause, at most one effect: repeated mail, replayed mail, and old mail that is taken in later."""

from datetime import UTC, datetime

import pytest

from gateway.store.errors import ActionRefused
from parsers.mail import Door
from tests.stories.stage import ANN, DANA, EMIL, SUPPORT, WENDY, Desk, told


def test_the_same_mail_twice_is_one_ticket(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    assert desk.again() == []
    assert desk.tickets() == ["CT-1"]
    assert desk.kinds() == ["opened"]


def test_a_mail_that_takes_another_way_is_the_same_mail(desk: Desk) -> None:
    """case 21: by two doors."""
    desk.write(ANN, "All images are missing.")
    raw, _, recipient = desk.newest
    trace = b"Received: from a by b; Mon, 2 Mar 2026 09:00:00 +0000\r\nX-Spam-Score: 1\r\n"
    assert desk.arrives(trace + raw, "bounces@relay.example", recipient) == []
    assert desk.arrives(raw.replace(b"\r\n", b"\n"), ANN, recipient, door=Door.PIPE) == []
    assert desk.tickets() == ["CT-1"]


def test_the_same_command_twice_is_one_move(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "close")
    closing = desk.newest
    desk.reply(ANN, "#reopen")
    assert desk.arrives(*closing) == []
    assert desk.status() == "new"


def test_a_reply_by_two_letters_of_one_ticket_is_one_comment(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    first = desk.last(ANN)
    desk.reply(DANA, "to customer\n\nWhich browser?")
    desk.reply(ANN, "All of them.")
    raw, sender, _ = desk.newest
    assert desk.arrives(raw, sender, first.reply_to) == []
    assert desk.kinds() == ["opened", "move", "comment"]


def test_another_mail_under_the_same_message_id_is_not_lost(desk: Desk) -> None:
    """case 22: both are there."""
    same = {"Message-ID": "<1@acme.example>"}
    desk.write(ANN, "All images are missing.", headers=same)
    desk.write(ANN, "And the door squeaks.", headers=same)
    assert desk.tickets() == ["CT-1", "CT-2"]


def test_what_has_had_its_effect_is_not_replayed(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    (line,) = desk.inbox("done")
    with pytest.raises(ActionRefused, match="to replay it would do it twice"):
        desk.replays(line)
    assert desk.tickets() == ["CT-1"]


# Old mail


def old(desk: Desk, text: str, *, to: str = SUPPORT, subject: str = "Images", answering: str = "") -> list[str]:
    """`postern import` of one mail of Dana's or Ann's; returns who is told."""
    writer = ANN if to == SUPPORT and not answering else DANA
    head = f"From: <{writer}>\nTo: {to}\nSubject: {subject}\nMessage-ID: <old-{next(desk.numbers)}@acme.example>\n"
    raw = f"{head}In-Reply-To: {answering}\n\n{text}\n" if answering else f"{head}\n{text}\n"
    return told(desk.arrives(raw.encode(), "", to, door=Door.IMPORT, quiet=True))


def test_old_mail_becomes_a_ticket_and_tells_nobody(desk: Desk) -> None:
    assert old(desk, "All images are missing.") == []
    assert (desk.tickets(), desk.kinds(), desk.ticket().requester) == (["CT-1"], ["opened"], ANN)
    assert told(desk.write(WENDY, "Hello?", subject="[CT-1] Images")) == [DANA, EMIL]


@pytest.mark.parametrize(
    ("date", "happened"),
    [
        ("Tue, 3 Mar 2020 10:00:00 +0100", datetime(2020, 3, 3, 9, tzinfo=UTC)),
        ("Tue, 3 Mar 2099 10:00:00 +0100", None),
        ("Thu, 1 Jan 1970 00:00:00 +0000", None),
        ("yesterday", None),
    ],
    ids=["old", "of the future", "of a clock that was not set", "of no date"],
)
def test_old_mail_bears_its_own_date_where_that_can_be(desk: Desk, date: str, happened: datetime | None) -> None:
    """case 34: a Date that cannot be, is not."""
    raw = f"From: <{ANN}>\nTo: {SUPPORT}\nSubject: Images\nDate: {date}\nMessage-ID: <old@acme.example>\n\nOld.\n"
    desk.arrives(raw.encode(), "", SUPPORT, door=Door.IMPORT, quiet=True)
    assert desk.ticket().created_at == (happened or desk.moment)
    assert old(desk, "Undated, and so of today.") == []


def test_an_older_mail_that_is_imported_later_makes_no_ticket_older(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", subject="Images")
    before = desk.ticket().updated_at
    letter = desk.last(DANA)
    raw = (
        f"From: <{DANA}>\nTo: {SUPPORT}\nSubject: Images\nDate: Tue, 3 Mar 2020 10:00:00 +0100\n"
        f"Message-ID: <old@desk.example>\nIn-Reply-To: {letter.message_id}\n\nOld.\n"
    )
    desk.arrives(raw.encode(), "", SUPPORT, door=Door.IMPORT, quiet=True)
    assert desk.kinds() == ["opened", "unverified"]
    assert desk.timeline()[-1].at == before


def test_old_mail_runs_no_command(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", subject="Images")
    letter = desk.last(DANA)
    for text, subject in (("close\n\nDone.", "Re: [CT-1] Images"), ("Done.", "Re: [CT-1] [close] Images")):
        assert old(desk, text, subject=subject, answering=letter.message_id) == []
    assert desk.status() == "new"
    assert "move" not in desk.kinds()


def test_old_mail_proves_nothing_whatever_it_answers(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", subject="Images")
    letter = desk.last(DANA)
    subject = f"Re: {letter.subject}"
    assert old(desk, "We looked into it.", to=letter.reply_to, subject=subject, answering=letter.message_id) == []
    assert desk.kinds() == ["opened", "unverified"]


def test_old_mail_taken_in_twice_is_there_once(desk: Desk) -> None:
    old(desk, "All images are missing.")
    raw, sender, recipient = desk.newest
    desk.arrives(raw, sender, recipient, door=Door.IMPORT, quiet=True)
    assert desk.tickets() == ["CT-1"]


def test_old_mail_that_answers_a_letter_belongs_to_its_ticket_without_any_tag(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", subject="Images")
    assert old(desk, "We looked into it.", subject="Images", answering=desk.last(DANA).message_id) == []
    assert (desk.tickets(), desk.kinds()) == (["CT-1"], ["opened", "unverified"])
