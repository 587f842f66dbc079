"""What is attached to a mail goes with the letters that tell of it: byte for byte, to those who may see it."""

import hashlib
import struct
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import update

from gateway.enclosures import Enclosures
from gateway.reader import Containment, Crashed, Reader
from gateway.store.schema import raw_mail
from parsers.address import split
from parsers.mail import Attachment
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, MALLORY, SUPPORT, WENDY, Desk, Post, exported, threading, told

SCREEN = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 1920, 1080) + b"\x08\x02\0\0\0" + bytes(range(256)) * 20
DATA = bytes(range(256)) * 300


def mail(writer: str, text: str, to: str = SUPPORT, subject: str = "Images", **headers: str) -> EmailMessage:
    found = EmailMessage()
    found["From"], found["To"], found["Subject"] = writer, to, subject
    found["Message-ID"] = f"<{hashlib.sha256(f'{writer}{text}{to}'.encode()).hexdigest()[:12]}@elsewhere.example>"
    for name, value in headers.items():
        found[name.replace("_", "-")] = value
    found.set_content(f"{text}\n")
    return found


def sends(desk: Desk, found: EmailMessage, writer: str) -> list[Post]:
    return desk.arrives(found.as_bytes().replace(b"\n", b"\r\n"), writer, str(found["To"]))


def answer(desk: Desk, writer: str, text: str) -> EmailMessage:
    """An answer to the newest letter, to attach something to."""
    letter = desk.last(writer)
    named = {name.replace("-", "_"): value for name, value in threading(letter).items()}
    return mail(writer, text, letter.reply_to, f"Re: {letter.subject}", **named)


def files(letter: Post) -> dict[str, bytes]:
    """The attachments of a letter by their names."""
    parts = [part for part in letter.message.walk() if part.get_content_disposition() == "attachment"]
    return {str(part.get_filename()): content(part.get_payload(decode=True)) for part in parts}


def content(payload: object) -> bytes:
    assert isinstance(payload, bytes)
    return payload


def test_files_go_to_everybody_who_is_told(desk: Desk) -> None:
    found = mail(ANN, "Here it is.")
    found.add_attachment(DATA, "application", "pdf", filename="Größe & 写真.pdf")
    found.add_attachment("line one\n", filename="notes.txt")
    letters = sends(desk, found, ANN)
    assert told(letters) == [ANN, DANA, EMIL]
    for letter in letters:
        if letter.to == ANN:
            assert files(letter) == {}
            continue
        sent = files(letter)
        assert hashlib.sha256(sent["Größe & 写真.pdf"]).digest() == hashlib.sha256(DATA).digest()
        assert sent["notes.txt"] == b"line one\r\n"
        assert "Attached: Größe & 写真.pdf (75 kB), notes.txt (10 byte)" in letter.text
        assert "Größe &amp; 写真.pdf (75 kB)" in letter.html


def pasted(found: EmailMessage, name: str = "screen.png") -> EmailMessage:
    """The mail with a picture in its HTML."""
    text = found.get_content().strip()
    found.add_alternative(f'<p>{text} <img src="cid:a1"></p>', subtype="html")
    page = found.get_payload(1)
    assert isinstance(page, EmailMessage)
    page.add_related(SCREEN, "image", "png", cid="<a1>", filename=name, disposition="inline")
    return found


def test_a_pasted_picture_is_seen(desk: Desk) -> None:
    sends(desk, pasted(mail(ANN, "Look at [image: screen.png]")), ANN)
    letter = desk.last(DANA)
    (picture,) = (part for part in letter.message.walk() if part.get_content_type() == "image/png")
    assert content(picture.get_payload(decode=True)) == SCREEN
    cid = str(picture["Content-ID"]).strip("<>")
    assert f'<img src="cid:{cid}" alt="screen.png" width="560"' in letter.html
    assert cid != "a1"
    assert "Attached: screen.png (" in letter.text
    assert letter.html.count("<img") == 1
    assert cid.encode() not in desk.last(EMIL).data


def test_a_picture_that_comes_back_with_a_quote_is_not_shown_again(desk: Desk) -> None:
    sends(desk, pasted(mail(ANN, "Look.")), ANN)
    sends(desk, pasted(answer(desk, DANA, "to customer\n\nI see."), "image001.png"), DANA)
    assert "I see." in desk.last(ANN).text
    assert "<img" not in desk.last(ANN).html
    assert "Attached" not in desk.last(ANN).text


def test_a_picture_that_a_reader_has_not_had_is_shown(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    first = desk.last(DANA)
    sends(desk, pasted(answer(desk, DANA, "#internal\n\nMine.")), DANA)
    desk.mailboxes[DANA].append(first)
    sends(desk, pasted(answer(desk, DANA, "to customer\n\nLike this?")), DANA)
    assert "<img" in desk.last(ANN).html


def test_programs_stay_and_large_files_are_named(stage: Stage) -> None:
    desk = stage(more='[letters]\nattachment_size = "50 KB"')
    found = mail(ANN, "Three files.")
    found.add_attachment(b"MZ" + bytes(3000), "application", "pdf", filename="invoice.pdf")
    found.add_attachment(DATA, "video", "mp4", filename="film.mp4")
    found.add_attachment(b"log", "application", "octet-stream", filename="scan.log")
    found.add_attachment("<p>Your password?</p>", subtype="html", filename="login.html")
    sends(desk, found, ANN)
    letter = desk.last(DANA)
    assert files(letter) == {"scan.log": b"log"}
    assert "Attached: scan.log (3 byte)" in letter.text
    assert "Too large to go with this letter: film.mp4 (75 kB)." in letter.text
    assert "may do harm: invoice.pdf (2.9 kB), login.html (" in letter.text
    assert "Too large to go with this letter: film.mp4 (75 kB)." in letter.html
    # Nor do they leave with all of the ticket.
    assert set(exported(desk.reply(DANA, "#export"))) == {"scan.log"}


def test_a_site_that_only_names_files(stage: Stage) -> None:
    desk = stage(more='[letters]\nattachments = "name"')
    found = mail(ANN, "Here it is.")
    found.add_attachment(DATA, "application", "pdf", filename="plan.pdf")
    letters = sends(desk, found, ANN)
    assert all(files(letter) == {} for letter in letters)
    assert "Attached, and kept with the ticket: plan.pdf" in desk.last(DANA).text


def test_files_of_few_stay_with_them(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    found = answer(desk, DANA, "#internal\n\nThe contract.")
    found.add_attachment(DATA, "application", "pdf", filename="contract.pdf")
    letters = sends(desk, found, DANA)
    assert "contract.pdf" in files(desk.last(EMIL))
    for owner in (ANN, WENDY):
        assert not any(b"contract.pdf" in letter.data for letter in desk.mailboxes[owner])
    assert {letter.to for letter in letters} <= {DANA, EMIL}
    # What follows on the ticket does not bring it either.
    desk.reply(EMIL, "to customer\n\nDone.", letter=desk.mailboxes[EMIL][0])
    assert "contract.pdf" not in desk.last(ANN).text


def test_files_of_somebody_unproven_are_only_named(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to customer\n\nWhich browser?")
    letter = desk.last(ANN)
    found = mail(MALLORY, "Open this.", letter.reply_to)
    found.add_attachment(DATA, "application", "pdf", filename="invoice.pdf")
    sends(desk, found, MALLORY)
    assert files(desk.last(DANA)) == {}
    assert "kept with the ticket: invoice.pdf" in desk.last(DANA).text


def test_every_try_sends_the_same_bytes(desk: Desk) -> None:
    desk.delivers = False
    found = mail(ANN, "Here it is.")
    found.add_attachment(DATA, "application", "pdf", filename="plan.pdf")
    sends(desk, found, ANN)
    claimed = desk.office.store.outbox.claim(50, timedelta(minutes=5), desk.moment)
    (row,) = (row for row in claimed if row.address == DANA)
    first = desk.composer.compose(row).data
    assert desk.composer.compose(row).data == first
    desk.office.store.keep_letters([(row.id, row.lease, first)])
    desk.moment += timedelta(hours=1)
    desk.office.store.outbox.reap(desk.moment, 9)
    again = desk.office.store.outbox.claim(50, timedelta(minutes=5), desk.moment)
    (row,) = (row for row in again if row.address == DANA)
    assert desk.composer.compose(row).data == first


def test_what_a_file_says_is_compared_too(desk: Desk) -> None:
    """Words for few, saved as a text and attached to words for all, do not leave."""
    secret = "The supplier told us in confidence that the whole series of this scanner has a fault in its lamp."
    desk.write(ANN, "The scanner is dead.")
    desk.reply(DANA, f"#internal\n\n{secret}")
    found = answer(desk, EMIL, "to customer\n\nSee the notes.")
    letter = desk.mailboxes[EMIL][0]
    del found["To"]
    found["To"] = letter.reply_to
    found.add_attachment(secret, filename="notes.txt")
    letters = sends(desk, found, EMIL)
    assert ANN not in told(letters)
    with desk.office.store.read() as reading:
        held = [line for line in reading.queue(("held",)) if line.to == ANN]
    assert held
    assert split(letter.reply_to)[1]
    assert BOB not in told(letters)


class Dying(Reader):
    """A reader whose child dies of the first mails that it takes files out of."""

    def __init__(self, deaths: int) -> None:
        super().__init__(Containment())
        self.deaths = deaths
        self.asked = 0

    def attachments(self, raw: bytes) -> tuple[tuple[Attachment, bytes], ...] | Crashed:
        self.asked += 1
        return Crashed("it died") if self.asked <= self.deaths else super().attachments(raw)


@pytest.mark.parametrize(("deaths", "asked", "arrives"), [(0, 1, True), (1, 2, True), (9, 2, False)])
def test_a_child_that_dies_costs_at_most_the_files(desk: Desk, deaths: int, asked: int, arrives: bool) -> None:
    """One mail is opened once for all its readers."""
    reader = Dying(deaths)
    with closing(Enclosures(desk.office.store, reader)) as enclosures:
        desk.composer = replace(desk.composer, enclosures=enclosures.of)
        found = mail(ANN, "Here it is.")
        found.add_attachment(DATA, "application", "pdf", filename="plan.pdf")
        sends(desk, found, ANN)
    for owner in (DANA, EMIL):
        assert ("plan.pdf" in files(desk.last(owner))) is arrives
        assert ("not readable: plan.pdf" in desk.last(owner).text) is not arrives
        assert "Here it is." in desk.last(owner).text
    assert reader.asked == asked


def test_a_file_whose_mail_is_gone_is_named(desk: Desk) -> None:
    desk.delivers = False
    found = mail(ANN, "Here it is.")
    found.add_attachment(DATA, "application", "pdf", filename="plan.pdf")
    sends(desk, found, ANN)
    with desk.office.store.database.write() as connection:
        connection.execute(update(raw_mail).values(data=b"damaged"))
    desk.delivers = True
    desk.works()
    assert files(desk.last(DANA)) == {}
    assert "No longer stored, or not readable: plan.pdf" in desk.last(DANA).text
