"""The leak guard at work: a letter that repeats what its reader may not see waits for a human."""

import textwrap
import threading
from email.message import EmailMessage
from pathlib import Path

import pytest

from gateway.dispatch import Dispatcher
from gateway.lane import Lane
from gateway.store.actions import OutboxAction
from gateway.store.reading import QueueLine
from outbound.letter import Letter, Outcome, Sent
from tests.stories import lanes
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, EMIL, MALLORY, SUPPORT, WENDY, Desk, told

SECRET = "The customer has not paid since March, so please do not hurry with this one at all."
MERGE = 'merge = ["operator"]\n\n[told]'


@pytest.fixture
def shared(stage: Stage, tmp_path: Path) -> Desk:
    """Ann's ticket, with an internal note of Dana."""
    desk = lanes.opened(stage, tmp_path, lanes=False)
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, f"#internal\n\n{SECRET}")
    return desk


@pytest.fixture
def private(stage: Stage, tmp_path: Path) -> Desk:
    """Ann's ticket has gone to Wendy, who has answered, on a desk with lanes."""
    desk = lanes.opened(stage, tmp_path, lanes=True)
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    desk.reply(WENDY, SECRET)
    return desk


def held(desk: Desk) -> list[QueueLine]:
    """The letters that wait for a human."""
    with desk.office.store.read() as reading:
        return reading.queue(("held",))


def first(desk: Desk, owner: str) -> str:
    """Where to answer the first letter of somebody: that is nobody's secret."""
    return desk.mailboxes[owner][0].reply_to


def test_pasted_secrets_are_held(shared: Desk) -> None:
    letters = shared.write(DANA, f"Dear Ann,\n\n{SECRET}\n\nDana", to=first(shared, EMIL).replace(EMIL, DANA))
    assert ANN not in told(letters)


@pytest.mark.parametrize(
    "quoted",
    [
        SECRET,
        SECRET.upper(),
        "\n".join(f"| {word}" for word in SECRET.split()),
        f"*{SECRET}*".replace(" ", "\n"),
        SECRET.replace(" ", " \u200b"),
        "\u200d".join(SECRET),
        SECRET.replace("e", "e\u00ad"),
        SECRET.replace("e", "\u00e9"),
        SECRET.replace(" ", "-"),
        SECRET.replace(" ", "_"),
        "\n".join(f"EM> {line}" for line in textwrap.wrap(SECRET, 30)),
    ],
)
def test_an_answer_that_quotes_a_note_is_held(shared: Desk, quoted: str) -> None:
    """case 144: however it is quoted."""
    opening = shared.mailboxes[DANA][0]
    letters = shared.reply(DANA, f"We are on it.\n\nEarlier:\n{quoted}", letter=opening)
    assert told(letters) == []
    (line,) = held(shared)
    assert (line.to, line.ticket) == (ANN, "CT-1")
    assert "whose audience (internal) does not include its reader" in (line.reason or "")
    assert SECRET[:20] not in (line.reason or "")


def test_a_page_that_shows_a_note_is_held(shared: Desk) -> None:
    """case 144: in HTML alone."""
    page = f"<p>We are on it.</p><p>{SECRET.replace(' ', '</b> <b>')}</p>"
    assert told(shared.reply(DANA, "", html=page, letter=shared.mailboxes[DANA][0])) == []
    assert [line.to for line in held(shared)] == [ANN]


@pytest.mark.parametrize("file", ["notes.txt", "letter.eml"])
def test_a_note_in_an_attachment_goes_neither_by_itself_nor_with_an_export(shared: Desk, file: str) -> None:
    """case 144: in files, too."""
    letter = shared.mailboxes[DANA][0]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = DANA, letter.reply_to, "Images"
    mail["Message-ID"] = "<forwarded@desk.example>"
    mail.set_content("See below.\n")
    if file == "notes.txt":
        mail.add_attachment(SECRET, filename=file)
    else:
        letter_itself = f"Subject: Fwd\nContent-Type: text/html\n\n<p>{SECRET}</p>\n".encode()
        mail.add_attachment(letter_itself, maintype="application", subtype="octet-stream", filename=file)
    assert ANN not in told(shared.arrives(mail.as_bytes().replace(b"\n", b"\r\n"), DANA, letter.reply_to))
    assert shared.reply(ANN, "#export") == []
    assert [line.to for line in held(shared)] == [ANN, ANN]


def test_a_note_on_a_ticket_that_was_merged_into_this_one_is_kept_too(stage: Stage, tmp_path: Path) -> None:
    desk = lanes.opened(stage, tmp_path, lanes=False, acts=f"{lanes.ACTS.replace('[told]', MERGE)}")
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.write(ANN, "Still missing.", subject="Pictures")
    note = desk.reply(DANA, f"#internal\n\n{SECRET}", letter=desk.last(DANA))
    assert [letter.to for letter in note] == [EMIL, DANA]
    desk.reply(DANA, "#merge CT-2", letter=desk.mailboxes[DANA][0])
    assert told(desk.reply(DANA, f"They say: {SECRET}", letter=desk.mailboxes[DANA][0])) == []
    (line,) = held(desk)
    assert (line.to, line.ticket) == (ANN, "CT-1")
    assert "stand in event 2 of CT-2" in (line.reason or "")


def test_a_note_on_the_ticket_that_this_one_follows_is_kept_too(stage: Stage, tmp_path: Path) -> None:
    text = lanes.written(tmp_path, lanes=False).read_text() + '\n[followup]\ncustomer = "new ticket"\n'
    (tmp_path / "follows.toml").write_text(text)
    desk = stage(gateway=f'workflow = "{tmp_path / "follows.toml"}"')
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, f"#internal\n\n{SECRET}")
    desk.reply(DANA, "close", letter=desk.mailboxes[DANA][0])
    desk.reply(ANN, "They are gone again.")
    assert told(desk.reply(DANA, f"Last time: {SECRET}")) == []
    assert [(line.to, line.ticket) for line in held(desk)] == [(ANN, "CT-2")]
    assert told(desk.reply(DANA, "You wrote: All images are missing.")) == [ANN]


def test_who_names_a_ticket_of_others_is_answered_with_none_of_its_words(desk: Desk) -> None:
    long = "Since this morning none of the images on our front page is shown any more, not even the logo."
    desk.write(ANN, long, subject="Images")
    desk.write(MALLORY, "What is it about?", subject="[CT-1] Images")
    assert told(desk.reply(DANA, f"It is about this: {long}")) == []
    assert [(line.to, line.ticket) for line in held(desk)] == [(MALLORY, "CT-2")]
    assert told(desk.reply(DANA, "That is not for you.", letter=desk.mailboxes[DANA][-1])) in ([EMIL], [MALLORY])


def test_what_is_held_goes_out_only_by_a_humans_word(shared: Desk) -> None:
    shared.reply(DANA, f"Earlier: {SECRET}", letter=shared.mailboxes[DANA][0])
    (line,) = held(shared)
    assert shared.works() == []
    shared.office.store.outbox_action(line.id, OutboxAction.RELEASE, shared.moment)
    assert told(shared.works()) == [ANN]
    assert SECRET in shared.last(ANN).text


def test_what_is_dropped_never_goes_out(shared: Desk) -> None:
    shared.reply(DANA, f"Earlier: {SECRET}", letter=shared.mailboxes[DANA][0])
    (line,) = held(shared)
    shared.office.store.outbox_action(line.id, OutboxAction.DROP, shared.moment)
    assert shared.works() == []
    assert all(SECRET not in post.text for post in shared.mailboxes[ANN])


def test_other_letters_go_on(shared: Desk) -> None:
    shared.reply(DANA, f"Earlier: {SECRET}", letter=shared.mailboxes[DANA][0])
    letters = shared.reply(DANA, "We are on it.", letter=shared.mailboxes[DANA][0])
    assert told(letters) == [ANN]


def test_colleagues_read_what_they_may(shared: Desk) -> None:
    assert told(shared.reply(EMIL, f"You wrote: {SECRET}")) == [DANA]
    assert held(shared) == []


def test_words_of_a_partner_do_not_reach_the_customer_by_an_agents_paste(private: Desk) -> None:
    letters = private.reply(DANA, f"The web host says: {SECRET}", letter=private.mailboxes[DANA][0])
    assert told(letters) == []
    (line,) = held(private)
    assert line.to == ANN
    assert "lane:web-it-provider" in (line.reason or "")


def test_the_partner_may_be_told_its_own_words_again(private: Desk) -> None:
    assert told(private.reply(DANA, f"You wrote: {SECRET}")) == [WENDY]


def test_what_the_customer_wrote_may_be_quoted_to_the_customer(private: Desk) -> None:
    long = "Since this morning none of the images on our front page is shown any more, not even the logo."
    private.reply(ANN, long)
    private.reply(DANA, f"#internal\n\nThey say: {long}")
    assert told(private.reply(DANA, f"You wrote: {long}", letter=private.mailboxes[DANA][-2])) in ([ANN], [EMIL])
    assert held(private) == []


def test_a_letter_pasted_into_a_note_holds_no_later_letter(shared: Desk) -> None:
    shared.reply(DANA, f"#internal\n\nThis is what we sent:\n\n{shared.last(ANN).text}")
    shared.reply(DANA, f"#internal\n\n{shared.last(EMIL).text}")
    assert told(shared.reply(DANA, "We are on it.", letter=shared.mailboxes[DANA][0])) == [ANN]
    assert ANN in told(shared.reply(DANA, "to customer\n\nPlease try now.", letter=shared.mailboxes[DANA][0]))
    assert held(shared) == []


def test_a_forger_cannot_stop_the_letters_of_a_ticket(desk: Desk) -> None:
    """Whatever somebody unproven writes is kept from outsiders; it may well be all that our letters say."""
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "We look into it.")
    for post in list(desk.mailboxes[ANN]):
        desk.write(ANN, post.text, subject="[CT-1] A question", to=SUPPORT)
    assert told(desk.reply(DANA, "It works again.", letter=desk.mailboxes[DANA][0])) == [ANN]
    assert ANN in told(desk.reply(DANA, "#close\n\nGood luck.", letter=desk.mailboxes[DANA][0]))
    assert held(desk) == []


def test_whoever_was_refused_may_say_it_again(shared: Desk) -> None:
    long = "The disk of the web server is full since last night, and we need your leave to delete old logs."
    shared.reply(DANA, "to web-it provider\n\nPlease look.", letter=shared.mailboxes[DANA][0])
    shared.reply(WENDY, f"#reopen\n\n{long}")
    assert ANN in told(shared.reply(WENDY, f"#to customer\n\n{long}"))
    assert held(shared) == []


def test_the_dispatcher_holds_such_a_letter_and_says_so_once(shared: Desk) -> None:
    """The real one, with its threads."""
    sent, done = list[Letter](), threading.Event()

    class Postman:
        def send(self, letter: Letter) -> Outcome:
            sent.append(letter)
            done.set()
            return Sent(250, "ok")

        def probe(self) -> None:
            pass

        def close(self) -> None:
            pass

    store, log = shared.office.store, shared.office.maillog
    shared.delivers = False
    shared.reply(DANA, f"Earlier: {SECRET}", letter=shared.mailboxes[DANA][0])
    lanes, compose = [Lane("default", [Postman()])], shared.composer.compose
    dispatcher = Dispatcher(
        store, compose, lanes, lambda _: ["default"], log, lambda: shared.moment, lambda: 0.0, shared.aftermath()
    )
    dispatcher.start()
    for _ in range(200):
        if held(shared):
            break
        done.wait(0.05)
    dispatcher.stop()
    (line,) = held(shared)
    assert line.to == ANN
    assert sent == []
    written = (shared.office.config.data_dir / "mail.log").read_text()
    (said,) = [one for one in written.splitlines() if "does not include its reader" in one]
    assert f"out-{line.id}" in said
    assert "not paid since" not in said
