"""A long story, as the mail programs of its readers put it in threads."""

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime

import pytest

from outbound.thread import REFERENCES
from tests.rig.threads import by_gmail, by_references, decoded, identifier
from tests.stories.stage import ANN, BOB, DANA, EMIL, HUGO, WENDY, Desk, Post


@dataclass(slots=True)
class Mailbox:
    """What one person sent and got, in order, each with its ticket.

    An acknowledgement repeats nothing of the mail that it answers, so its subject is its own.
    """

    mails: list[tuple[str, Message]] = field(default_factory=list)
    letters: list[Post] = field(default_factory=list)

    def of(self, ticket: str) -> set[str]:
        """The Message-IDs of all that is about a ticket."""
        return {identifier(mail) for about, mail in self.mails if about == ticket}

    def named(self, ticket: str) -> list[Post]:
        """The letters of a ticket that carry its subject."""
        return [one for one in self.letters if one.subject.startswith(f"[{ticket}] Images")]

    @property
    def messages(self) -> list[Message]:
        """All, in order."""
        return [mail for _, mail in self.mails]


@dataclass(slots=True)
class Story:
    """Everybody's mailbox while mails are written."""

    desk: Desk
    boxes: dict[str, Mailbox] = field(default_factory=lambda: defaultdict(Mailbox))

    def opens(self, ticket: str, writer: str, text: str, cc: str = "") -> None:
        self.keep(ticket, writer, self.desk.write(writer, text, subject="Images à la carte", headers={"Cc": cc}))

    def says(self, writer: str, text: str) -> None:
        self.keep("CT-1", writer, self.desk.reply(writer, text))

    def keep(self, ticket: str, writer: str, letters: list[Post]) -> None:
        self.boxes[writer].mails.append((ticket, message_from_bytes(self.desk.newest[0])))
        for letter in letters:
            self.boxes[letter.to].mails.append((ticket, letter.message))
            self.boxes[letter.to].letters.append(letter)


@pytest.fixture
def story(desk: Desk) -> Story:
    """Thirty letters and more of one ticket, and then a second one with the same subject."""
    told = Story(desk)
    told.opens("CT-1", ANN, "All images are missing.", BOB)
    told.says(DANA, "to customer\n\nWhich browser?")
    told.says(BOB, "All of them.")
    told.says(DANA, "to web-it provider\n\nPlease look.")
    for number in range(4):
        told.says(WENDY, f"It is not server {number}.")
        told.says(EMIL, f"Then it is server {number + 1}.")
    told.says(WENDY, "to 2nd level provider\n\nIt is the application.")
    told.says(HUGO, "to customer\n\nIt is mended.")
    told.says(ANN, "It is not.")
    told.says(DANA, "close\n\nIt is now.")
    told.opens("CT-2", ANN, "The door squeaks.")
    assert len(told.boxes[DANA].letters) > 10
    assert sum(len(box.letters) for box in told.boxes.values()) >= 30
    return told


def test_what_references_join_is_one_ticket(story: Story) -> None:
    """With all that a reader sent and got, and whatever one of it was thrown away."""
    for owner, box in story.boxes.items():
        for lost in (None, *box.messages):
            kept = [mail for mail in box.messages if mail is not lost]
            threads = [{identifier(mail) for mail in thread.messages()} for thread in by_references(kept)]
            gone = {identifier(lost)} if lost is not None else set()
            assert sorted(map(sorted, threads)) == sorted(
                sorted(whole) for ticket in ("CT-1", "CT-2") if (whole := box.of(ticket) - gone)
            ), owner


def test_gmail_shows_the_letters_of_a_ticket_as_one_conversation(story: Story) -> None:
    for owner, box in story.boxes.items():
        assert len(by_gmail([letter.message for letter in box.named("CT-1")])) == 1, owner
    # The same subject, and not the same conversation.
    assert len(by_gmail([letter.message for letter in story.boxes[DANA].letters])) == 2


def test_each_letter_follows_the_one_before_it(story: Story) -> None:
    for owner, box in story.boxes.items():
        mine = box.named("CT-1")
        for before, letter in itertools.pairwise(mine):
            named = str(letter.message["References"]).split()
            assert before.message_id in named, owner
            assert str(letter.message["In-Reply-To"]).strip() == named[-1]
            assert len(str(letter.message["References"])) <= REFERENCES


def test_outlook_finds_one_conversation_and_the_times_in_it(story: Story) -> None:
    letters = [letter for box in story.boxes.values() for letter in box.letters]
    found = {letter.message_id: decoded(str(letter.message["Thread-Index"])) for letter in letters}
    # All but the time of the response: the first 22 octets.
    assert len({(index.began, index.conversation) for index in found.values()}) == 2
    for letter in letters:
        index = found[letter.message_id]
        (passed,) = index.responses
        assert abs(index.began + passed - parsedate_to_datetime(str(letter.message["Date"]))) < timedelta(seconds=3)


def test_the_topic_of_a_conversation_never_changes(story: Story) -> None:
    for box in story.boxes.values():
        topics = {letter.message["Thread-Topic"] for letter in box.named("CT-1")}
        assert len(topics) == 1


def test_a_follower_leaves_by_the_button_of_the_mail_program(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", headers={"Cc": BOB})
    desk.reply(DANA, "to customer\n\nWhich browser?")
    letter = desk.last(BOB)
    assert letter.message["List-Unsubscribe"].strip().endswith("?subject=%5Bunwatch%5D%20CT-1&body=%23unwatch>")
    # Some programs send the subject without the body.
    desk.write(BOB, "", to=letter.reply_to, subject="[unwatch] CT-1")
    assert BOB not in desk.ticket().watchers
    assert [post.to for post in desk.reply(DANA, "And which version?")].count(BOB) == 0


def test_whoever_must_answer_cannot_leave_so(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", headers={"Cc": BOB})
    desk.reply(DANA, "to customer\n\nWhich browser?")
    assert desk.last(ANN).message["List-Unsubscribe"] is None
    assert desk.last(DANA).message["List-Unsubscribe"] is None
