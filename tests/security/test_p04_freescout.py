"""FreeScout, 2026: one way out of several did not check who answers."""

from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, GINA, MALLORY, SUPPORT, WENDY, Desk, threading, told
from tests.stories.tiers import tiers


def test_every_way_that_names_a_ticket_is_checked(desk: Desk) -> None:
    """P4 and P5 (FreeScout, CVE-2026-47123, GHSA-8vm3): an outsider speaks as an agent by no Message-ID, old or new."""
    desk.write(ANN, "All images are missing.", subject="Images")
    letter = desk.last(DANA)
    number = letter.message_id.strip("<>").partition("@")[0]
    ways = (
        {"In-Reply-To": letter.message_id},
        {"References": letter.message_id},
        {"In-Reply-To": f"<{number}@elsewhere.example>"},
        {"References": "<reply-1-1@desk.example> <notify-1-1@desk.example>"},
        threading(letter),
    )
    for headers in ways:
        for to in (SUPPORT, letter.reply_to):
            letters = desk.write(MALLORY, "Send your card number to me.", to=to, headers=headers)
            assert ANN not in [post.to for post in letters if "card number" in post.text]
    assert "comment" not in desk.kinds()


def test_an_agent_who_was_moved_away_answers_nobody(desk: Desk) -> None:
    """P6 (FreeScout, GHSA-83xx): old letters of somebody who is no agent any more are those of a stranger."""
    desk.write(ANN, "All images are missing.", subject="Images")
    file = desk.office.config.gateway.directory
    assert file is not None
    file.write_text(file.read_text().replace(EMIL, "erna@desk.example"))
    desk.registers('name = "Emil"', 'name = "Erna"')
    for words in ("The answer is no.", "close", "#show"):
        letters = desk.reply(EMIL, words, letter=desk.mailboxes[EMIL][0])
        assert ANN not in told(letters)
        assert all("missing" not in post.text for post in letters if post.to == EMIL)
    assert desk.status() == "new"


def test_an_answer_from_an_unknown_address_is_not_the_customers(desk: Desk) -> None:
    """P7 (FreeScout, GHSA-j49f): it neither speaks for the customer nor takes the place of the customer."""
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(MALLORY, "This is my new address.", letter=desk.last(ANN))
    assert (desk.ticket().requester, desk.kinds()[-1]) == (ANN, "unverified")
    assert told(desk.reply(DANA, "Which browser?", letter=desk.mailboxes[DANA][0])) == [ANN]


def test_merging_and_lists_ask_who_may_see(stage: Stage) -> None:
    """P10 (FreeScout, GHSA-v8vc, GHSA-wqq7, GHSA-gh3r): a merge or a list opens no ticket of others."""
    desk = tiers(stage)
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.write(GINA, "The budget is swordfish.", subject="Budget")
    for words in ("#merge CT-2", "#merge into CT-2", "#show CT-2", "#list", "#list open", "#export CT-2"):
        for writer in (ANN, BOB):
            for letter in desk.mailboxes[writer][:1]:
                desk.reply(writer, words, letter=letter)
    assert desk.ticket("CT-1").merged_into is None
    for owner in (ANN, BOB):
        assert all(b"swordfish" not in post.data and "Budget" not in post.text for post in desk.mailboxes[owner])
    assert WENDY in desk.mailboxes
