"""Words on a closed ticket: each desk says for each side what becomes of them."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories import lanes
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, MALLORY, WENDY, Desk, told
from tests.stories.tiers import WILL, tiers


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """Wendy has closed Ann's ticket. Customers open new tickets, partners are refused, the operator reopens."""
    desk = tiers(stage)
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(WENDY, "#forward admin\n\nOver to you.")
    desk.reply(DANA, "#forward webhost\n\nBack to you.")
    desk.reply(WENDY, "close resolved\n\nA cable.")
    assert desk.status() == "closed"
    return desk


def test_the_customers_words_open_a_new_linked_ticket(desk: Desk) -> None:
    letters = desk.reply(ANN, "They are gone again.", subject="Re: [CT-1] Images")
    assert told(letters) == [ANN, WENDY, WILL]
    ticket = desk.ticket("CT-2")
    assert (ticket.requester, ticket.subject, ticket.system) == (ANN, "Images", "acme-dam")
    assert ticket.holder == "party:webhost"
    (opened,) = desk.timeline("CT-2")
    assert (opened.kind, opened.text) == ("opened", "They are gone again.")
    assert desk.last(ANN).subject == "[CT-2] We have received your message"
    assert "CT-1 takes no more messages, so this one opened a new ticket." in desk.last(ANN).text
    assert "It follows CT-1" not in desk.last(WENDY).text
    assert (desk.status(), desk.kinds()[-1]) == ("closed", "refusal")
    assert "CT-2 was opened for this one" in desk.timeline()[-1].reason  # type: ignore[union-attr] # a refusal


def test_the_new_ticket_can_be_worked_like_any_other(desk: Desk) -> None:
    desk.reply(ANN, "They are gone again.")
    desk.reply(WENDY, "#forward admin", letter=desk.last(WENDY))
    assert desk.ticket("CT-2").holder == "operator"


def test_commands_in_such_words_are_refused(desk: Desk) -> None:
    desk.reply(ANN, f"#cc {BOB}\n\nThey are gone again.")
    assert desk.kinds("CT-2") == ["opened", "refusal"]
    assert "A new message opens a ticket before anything can be done with it" in desk.last(ANN).text


def test_commands_without_words_open_nothing(desk: Desk) -> None:
    desk.reply(ANN, "#unmerge")
    desk.reply(ANN, f"#cc {BOB}")
    assert desk.tickets() == ["CT-1"]
    assert desk.status() == "closed"


def test_thanks_are_filed(desk: Desk) -> None:
    assert desk.reply(ANN, "Thank you!") == []
    assert (desk.tickets(), desk.kinds()[-1], desk.status()) == (["CT-1"], "comment", "closed")


def test_a_move_that_the_desk_lets_them_make_is_made(desk: Desk) -> None:
    desk.reply(ANN, "#reopen\n\nThey are gone again.")
    assert (desk.status(), desk.tickets()) == ("open", ["CT-1"])


def test_questions_are_answered(desk: Desk) -> None:
    desk.reply(ANN, "#show")
    assert "A cable." in desk.last(ANN).text
    assert desk.tickets() == ["CT-1"]


def test_the_partner_is_refused_with_a_letter(desk: Desk) -> None:
    assert told(desk.reply(WENDY, "One more thing.")) == [WENDY]
    assert "CT-1 is Closed and takes no more messages of yours. Write a new one to support@" in desk.last(WENDY).text
    assert (desk.status(), desk.tickets(), desk.kinds()[-1]) == ("closed", ["CT-1"], "refusal")
    desk.reply(WENDY, "reopen\n\nOne more thing.")
    assert desk.status() == "closed"


def test_a_mistyped_command_changes_nothing_either(desk: Desk) -> None:
    desk.reply(ANN, "#reopne\n\nThey are gone again.")
    assert (desk.status(), desk.tickets()) == ("closed", ["CT-1", "CT-2"])
    desk.reply(WENDY, "#reopne\n\nOne more thing.", letter=desk.mailboxes[WENDY][0])
    assert (desk.status(), desk.tickets()) == ("closed", ["CT-1", "CT-2"])


def test_the_operator_reopens_within_its_time(desk: Desk) -> None:
    letter = desk.mailboxes[DANA][0]
    desk.moment += timedelta(days=13)
    assert told(desk.reply(DANA, "It was the plug.", letter=letter)) == [ANN, WENDY, WILL]
    assert desk.status() == "open"


def test_later_that_is_a_new_ticket(desk: Desk) -> None:
    letter = desk.mailboxes[DANA][0]
    desk.moment += timedelta(days=15)
    assert told(desk.reply(DANA, "It was the plug.", letter=letter)) == [ANN, DANA, WENDY, WILL]
    assert (desk.status(), desk.tickets()) == ("closed", ["CT-1", "OT-2"])
    assert (desk.ticket("OT-2").requester, desk.ticket("OT-2").organisation) == (ANN, "acme")
    assert desk.last(ANN).headline == "Dana opened OT-2 for Ann: Images"
    desk.reply(EMIL, "reopen\n\nIt was the plug.", letter=desk.mailboxes[EMIL][0])
    assert desk.status() == "closed"


def test_time_begins_with_the_last_closing(desk: Desk) -> None:
    letter = desk.mailboxes[DANA][0]
    desk.moment += timedelta(days=10)
    desk.reply(DANA, "reopen", letter=letter)
    desk.reply(DANA, "close", letter=letter)
    desk.moment += timedelta(days=10)
    desk.reply(DANA, "It was the plug.", letter=letter)
    assert desk.status() == "open"


def test_words_that_nothing_proves_open_nothing_for_a_party(desk: Desk) -> None:
    desk.write(ANN, "They are gone again.", subject="[CT-1] Images")
    assert (desk.tickets(), desk.kinds()[-1]) == (["CT-1"], "unverified")
    desk.reply(MALLORY, "They are gone again.", letter=desk.mailboxes[ANN][0])
    assert (desk.tickets(), desk.kinds()[-1]) == (["CT-1"], "unverified")


def test_the_same_words_open_one_ticket(desk: Desk) -> None:
    desk.reply(ANN, "They are gone again.")
    assert desk.again() == []
    assert desk.tickets() == ["CT-1", "CT-2"]


def test_an_answer_to_an_internal_letter_is_internal_on_the_new_ticket_too(stage: Stage, tmp_path: Path) -> None:
    text = lanes.written(tmp_path, lanes=False).read_text() + '\n[followup]\noperator = "reopen for 14 days"\n'
    (tmp_path / "late.toml").write_text(text)
    desk = stage(gateway=f'workflow = "{tmp_path / "late.toml"}"')
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "#internal\n\nThey have not paid.")
    letter = desk.last(EMIL)
    desk.reply(DANA, "close", letter=desk.mailboxes[DANA][0])
    desk.moment += timedelta(days=15)
    desk.reply(EMIL, "Still not. Write them off.", letter=letter)
    (opened,) = desk.timeline("OT-2")
    assert (opened.audience, desk.ticket("OT-2").requester) == ("internal", ANN)
    assert all("Write them off" not in post.text for post in desk.mailboxes[ANN])
