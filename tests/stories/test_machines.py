"""Mail that no person wrote: noted where it belongs, never obeyed, never answered."""

from collections.abc import Sequence

import pytest

from parsers.mail import Door
from tests.stories.stage import ANN, DANA, EMIL, MALLORY, SUPPORT, WENDY, Desk, Post, told

AWAY = {"Auto-Submitted": "auto-replied", "Subject": "Out of office: Re: Images"}


@pytest.fixture
def case(desk: Desk) -> Desk:
    """A ticket of Ann with Webhost."""
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    return desk


def report(
    desk: Desk,
    letter: Post,
    recipient: str,
    *,
    to: str | None = None,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "",
    sender: str = "",
    marks: Sequence[str] = ("Auto-Submitted: auto-replied",),
    returned: Sequence[str] | None = None,
) -> list[Post]:
    """A mail system reports that a letter could not be delivered (RFC 3464), by default to its Reply-To.

    `returned` are the lines of the message that it gives back, `marks` header lines beside.
    """
    lines = (
        "From: Mail Delivery System <mailer-daemon@mx.webhost.example>",
        f"To: {letter.reply_to}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: <bounce-{next(desk.numbers)}@mx.webhost.example>",
        *marks,
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "Your message could not be delivered.",
        "#close",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.webhost.example",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        f"Action: {action}",
        f"Status: {status}",
        *([f"Diagnostic-Code: smtp; {diagnostic}"] if diagnostic else []),
        "--b",
        "Content-Type: message/rfc822",
        "",
        *(letter.data.decode().split("\r\n") if returned is None else returned),
        "--b--",
        "",
    )
    return desk.arrives("\r\n".join(lines).encode(), sender, to or letter.reply_to)


def test_an_out_of_office_answer_to_a_letter_is_noted_and_changes_nothing(case: Desk) -> None:
    assert case.reply(WENDY, "I am away until 9 March 2026.\n\n#close", headers=AWAY) == []
    assert (case.status(), case.kinds()[-1]) == ("on-partner", "comment")
    note = case.timeline()[-1]
    assert (note.actor, note.audience) == (WENDY, "staff")
    assert case.last(WENDY).headline == "Dana handed CT-1 to Web-IT Provider."


def test_an_out_of_office_answer_does_not_reopen(case: Desk) -> None:
    case.reply(DANA, "close")
    before = case.ticket().updated_at
    assert case.reply(WENDY, "I am away until 9 March 2026.", headers=AWAY) == []
    assert (case.status(), case.ticket().updated_at) == ("closed", before)


def test_mail_from_the_null_sender_is_a_machines_without_any_mark(case: Desk) -> None:
    case.reply(DANA, "close")
    assert case.reply(WENDY, "reopen\n\nI am away.", sender="") == []
    assert (case.status(), case.timeline()[-1].text) == ("closed", "reopen\nI am away.")
    assert told(case.write(ANN, "#help\n\nA disk is full.", sender="")) == [DANA, EMIL]
    # A pipe or a mailbox may not know the sender.
    case.arrives(case.newest[0].replace(b"full", b"new"), "", SUPPORT, door=Door.PIPE)
    assert case.mailboxes[ANN][-2].subject == "[CT-3] We have received your message"


@pytest.mark.parametrize(
    "mark",
    [
        {"Auto-Submitted": "auto-generated"},
        {"X-Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"List-Id": "<all.acme.example>"},
        {"Precedence": "bulk"},
        {"X-Auto-Response-Suppress": "All"},
        {"X-Loop": "yes"},
    ],
    ids=lambda mark: next(iter(mark)),
)
def test_marked_mail_runs_no_command_and_is_not_answered(case: Desk, mark: dict[str, str]) -> None:
    assert WENDY not in told(case.reply(WENDY, "to customer\n\nSince when?", headers=mark))
    assert case.ticket().holder in ("party:web-it-provider", "operator")
    assert case.kinds()[-1] == "comment"
    assert told(case.write(ANN, "#help\n\nThe door squeaks.", headers=mark)) == [DANA, EMIL]
    assert case.status("CT-2") == "new"


def test_a_mailing_list_may_be_a_party_but_does_not_command(case: Desk) -> None:
    listed = {"List-Id": "<support.webhost.example>", "Precedence": "list"}
    assert told(case.reply(WENDY, "to customer\n\nIt is done.", headers=listed)) == [DANA, EMIL]
    assert case.timeline()[-1].text == "to customer\n\nIt is done."


def test_a_bounce_is_noted_for_the_operator_alone(case: Desk) -> None:
    assert report(case, case.last(WENDY), WENDY) == []
    event = case.timeline()[-1]
    assert (event.kind, event.audience) == ("delivery", "internal")
    assert (case.status(), case.ticket().holder) == ("on-partner", "party:web-it-provider")


def test_a_bounce_that_answers_no_letter_opens_nothing(case: Desk) -> None:
    before = case.kinds()
    assert report(case, case.last(WENDY), WENDY, to=SUPPORT) == []
    assert case.tickets() == ["CT-1"]
    assert case.kinds() == before


def test_a_bounce_of_a_bounce_is_no_loop(case: Desk) -> None:
    for _ in range(3):
        assert report(case, case.last(WENDY), WENDY) == []
    assert case.tickets() == ["CT-1"]


def test_an_acknowledgement_is_never_acknowledged(desk: Desk) -> None:
    """Two desks that answer each other stop after the first letter."""
    desk.write(MALLORY, "Hello.", subject="Hello")
    letter = desk.last(MALLORY)
    assert letter.message["Auto-Submitted"] == "auto-replied"
    # The other desk answers it with an acknowledgement of its own, marked or not.
    marked = desk.reply(MALLORY, "We have received your message.", headers={"Auto-Submitted": "auto-replied"})
    assert marked == []
    for _ in range(3):
        assert told(desk.reply(MALLORY, "We have received your message.")) == [DANA, EMIL]
    assert len(desk.mailboxes[MALLORY]) == 1
    assert desk.tickets() == ["CT-1"]


def test_an_automatic_mail_that_names_no_ticket_opens_one_unanswered(desk: Desk) -> None:
    """Nobody hides a complaint by marking it, and no monitor is written to."""
    assert told(desk.write(ANN, "A disk is full.", headers={"Auto-Submitted": "auto-generated"})) == [DANA, EMIL]
    assert desk.tickets() == ["CT-1"]


def test_a_letter_of_ours_that_comes_back_opens_nothing(case: Desk) -> None:
    """Somebody redirects the own mailbox to us."""
    for letter in (case.last(ANN), case.last(DANA), case.last(WENDY)):
        assert case.arrives(letter.data, letter.reply_to, SUPPORT) == []
        assert case.arrives(letter.data, letter.reply_to, letter.reply_to) == []
    assert case.tickets() == ["CT-1"]
    assert (case.status(), case.ticket().holder) == ("on-partner", "party:web-it-provider")


@pytest.mark.parametrize("own", [SUPPORT, "Support@Desk.Example", "support+x@desk.example"])
def test_a_mail_that_claims_to_be_ours_waits_for_a_human(desk: Desk, own: str) -> None:
    assert desk.write(own, "I am you.") == []
    assert desk.tickets() == []
    assert "an address of ours" in str(desk.inbox("held")[0].reason)


def test_an_address_of_ours_is_never_written_to(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", headers={"Cc": f"{SUPPORT}, support+x@desk.example"})
    desk.reply(DANA, "to customer\n\nWhich browser?")
    desk.reply(ANN, "All.", headers={"Cc": SUPPORT, "Reply-To": SUPPORT})
    assert not any(address.startswith("support") for address in desk.mailboxes)
