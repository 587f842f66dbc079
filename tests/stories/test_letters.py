"""What letters hold: enough to be answered, nothing that is not for their reader."""

from email.utils import getaddresses
from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.stories.stage import ANN, BOB, DANA, EMIL, GINA, HUGO, MALLORY, SUPPORT, WENDY, Desk, threading, token, told


def test_the_letters_of_a_ticket_make_one_thread_in_every_mailbox(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    first = desk.newest[0].partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode()
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    desk.reply(WENDY, "It is done.")
    desk.reply(DANA, "close")
    for owner in (ANN, DANA, EMIL, WENDY):
        roots = {str(letter.message["References"]).split()[0] for letter in desk.mailboxes[owner]}
        assert len(roots) == 1, owner
    for letter in desk.mailboxes[ANN]:
        assert first in str(letter.message["References"]).split()
    for letter in desk.mailboxes[WENDY]:
        assert first not in str(letter.message["References"])


def test_each_letter_has_an_address_of_its_own_and_one_reader(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to customer\n\nWhich browser?")
    letters = desk.letters()
    assert len({letter.reply_to for letter in letters}) == len(letters)
    assert len({letter.message_id for letter in letters}) == len(letters)
    for letter in letters:
        assert [address for _, address in getaddresses([str(letter.message["To"])])] == [letter.to]
        assert not {"Cc", "Bcc", "Received", "X-Mailer"} & set(letter.message.keys())
        assert getaddresses([str(letter.message["From"])]) == [("Example Support", SUPPORT)]


def test_machines_can_tell_what_a_letter_is(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    assert desk.last(ANN).message["Auto-Submitted"] == "auto-replied"
    assert desk.last(DANA).message["Auto-Submitted"] == "auto-generated"


def test_text_and_html_of_a_letter_say_the_same(desk: Desk) -> None:
    desk.write(ANN, "All <b>images</b> & texts are missing.\n\nSince 9:00.")
    letter = desk.last(DANA)
    assert "All <b>images</b> & texts are missing." in letter.text
    assert "All &lt;b&gt;images&lt;/b&gt; &amp; texts are missing." in letter.html


def test_the_status_stands_in_a_letter_once(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    for text, status in (("to customer\n\nWhich?", "On Customer"), ("close\n\nIt is well.", "Closed")):
        for letter in desk.reply(DANA, text):
            assert letter.text.lower().count(status.lower()) <= 1, letter.text
            assert letter.text.count("Acme Corp") <= 1, letter.text


@pytest.fixture
def story(desk: Desk) -> Desk:
    """A long one, with everybody in it, and every way to say something that is for few."""
    desk.write(ANN, "All images are missing.", subject="Images", headers={"Cc": f"{BOB}, {WENDY}"})
    desk.reply(DANA, "to customer\n\nWhich browser?", quoting=True)
    desk.reply(BOB, "All of them.", quoting=True)
    desk.reply(DANA, "to web-it provider\n\nPlease look.", quoting=True)
    wendys = desk.last(WENDY)
    # For few: what nobody vouches for, what was refused, what machines say, what bounced.
    desk.reply(MALLORY, "close\n\nINTERNAL-forwarded", letter=wendys)
    desk.write(BOB, "#close\n\nINTERNAL-unproven", subject="[CT-1] Images")
    desk.write(GINA, "#close\n\nINTERNAL-stranger", subject="[CT-1] Images", name="Gina INTERNAL-name")
    desk.reply(ANN, "#to it provider\n\nINTERNAL-refused", quoting=True)
    desk.reply(WENDY, "INTERNAL-away", headers={"Auto-Submitted": "auto-replied"}, letter=wendys)
    # Agents answer letters that only they have, with all of it quoted.
    for _ in range(2):
        desk.reply(DANA, "We wait for the web host.", quoting=True)
        desk.reply(EMIL, "So do I.", quoting=True)
    desk.reply(WENDY, "to 2nd level provider\n\nIt is the application.", quoting=True)
    desk.reply(HUGO, "to customer\n\nIt is mended.", quoting=True)
    desk.reply(ANN, "#close\n\nThank you.", quoting=True)
    desk.reply(HUGO, "Was it the cache?", quoting=True)
    desk.reply(EMIL, "close\n\nIt was.", quoting=True)
    assert desk.status() == "closed"
    return desk


OUTSIDERS = (ANN, BOB, WENDY, HUGO)


def test_no_letter_to_an_outsider_holds_what_is_internal(story: Desk) -> None:
    for owner in OUTSIDERS:
        assert len(story.mailboxes[owner]) >= 2
        for letter in story.mailboxes[owner]:
            assert b"INTERNAL" not in letter.data, letter.text
            assert "INTERNAL" not in letter.text + letter.html + letter.subject
    assert any("INTERNAL-forwarded" in letter.text for letter in story.mailboxes[EMIL])
    assert any("INTERNAL-unproven" in letter.text for letter in story.mailboxes[DANA])


def test_no_letter_holds_an_address_of_another_party(story: Desk) -> None:
    everybody = {*OUTSIDERS, DANA, EMIL, GINA, MALLORY, "ann.lee@acme.example"}
    for owner in OUTSIDERS:
        for letter in story.mailboxes[owner]:
            shown = letter.text + letter.html + "".join(str(value) for value in letter.message.values())
            for other in everybody - {owner}:
                assert other not in shown.lower(), f"{other} in a letter to {owner}: {letter.text}"


def test_no_letter_names_a_message_that_its_reader_did_not_write(story: Desk) -> None:
    for owner in (*OUTSIDERS, DANA, EMIL):
        domain = owner.partition("@")[2]
        for letter in story.mailboxes[owner]:
            for name in ("References", "In-Reply-To"):
                for reference in str(letter.message[name]).split():
                    assert reference.endswith((f"@{domain}>", "@desk.example>")), (owner, reference)


def test_no_letter_holds_the_signing_secret_or_the_token_of_another(story: Desk) -> None:
    letters = story.letters()
    for letter in letters:
        for secret in story.secrets():
            for form in (secret, secret.hex().encode(), secret.hex().upper().encode()):
                assert form not in letter.data
        shown = letter.data.replace(b"=\r\n", b"").lower()
        for other in letters:
            assert (token(other).encode() in shown) == (other.message_id == letter.message_id)


def test_nobody_gets_two_letters_about_one_event(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", headers={"Cc": f"{ANN}, ann.lee@acme.example, {BOB}"})
    assert told(desk.reply(DANA, "to customer\n\nWhich browser?")) == [ANN, BOB, DANA]
    assert told(desk.reply(DANA, "close")) == [ANN, BOB, DANA, EMIL]


def test_an_answer_that_only_quotes_repeats_nothing(desk: Desk) -> None:
    """What an agent was told in confidence goes no further because a mail program quotes it."""
    desk.write(ANN, "All images are missing.")
    desk.reply(MALLORY, "INTERNAL", letter=desk.last(ANN))
    letter = desk.last(DANA)
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    for text in (quoted, letter.text, f"-- \nDana\n\n{quoted}", f"-----Original Message-----\n{letter.text}"):
        desk.reply(DANA, text, letter=letter)
        desk.reply(DANA, f"#help\n\n{text}", letter=letter)
    assert b"INTERNAL" not in b"".join(post.data for post in desk.mailboxes[ANN])
    assert all(MALLORY not in post.text for post in desk.mailboxes[ANN])


def test_an_answer_in_place_repeats_no_line_of_the_letter(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.reply(MALLORY, "INTERNAL", letter=desk.last(ANN))
    lines = [f"> {line}" for line in desk.last(DANA).text.splitlines()]
    for at in range(1, len(lines)):
        text = "\n".join([*lines[:at], "", "Noted.", "", *lines[at:], "", "That is all."])
        desk.write(DANA, text, to=desk.last(DANA).reply_to, headers=threading(desk.last(DANA)))
        note = desk.timeline()[-1]
        assert (note.audience, "Noted." in note.text) == ("internal", True)
        assert "INTERNAL" not in note.text
        assert MALLORY not in note.text
    assert all("Noted." not in post.text for post in desk.mailboxes[ANN])


def test_a_mail_of_a_megabyte_is_no_letter_of_a_megabyte(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    log = "\n".join(f"line {number} of the log that I was asked for" for number in range(20_000))
    letters = desk.reply(ANN, log)
    assert told(letters) == [DANA, EMIL]
    assert desk.timeline()[-1].text == log
    for letter in (*letters, *desk.reply(DANA, "show", letter=letters[0])):
        assert len(letter.data) < 100_000
        assert "line 9 of the log" in letter.text
        assert "There is more than fits here" in letter.text
        assert "There is more than fits here" in letter.html
    (answer,) = desk.reply(EMIL, "#export")
    (file,) = [part for part in answer.message.walk() if part.get_filename() == "CT-1.zip"]
    content = file.get_payload(decode=True)
    assert isinstance(content, bytes)
    with ZipFile(BytesIO(content)) as archive:
        assert "line 19999 of the log" in archive.read("CT-1/CT-1.txt").decode()


def test_a_subject_without_end_is_cut_too(desk: Desk) -> None:
    letters = desk.write(ANN, "All images are missing.", subject="endless " * 4_000)
    assert told(letters) == [ANN, DANA, EMIL]
    assert all(len(letter.data) < 20_000 for letter in letters)
