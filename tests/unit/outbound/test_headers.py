"""What leaves is one clean message for one reader, whatever the words are (cases 129, 130, 133, 145, 146)."""

import re
from email import message_from_bytes
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.enclosure import Enclosure
from outbound.headers import UnsafeHeader, compose, guard, header_text
from outbound.letter import File
from outbound.render import Rendered, Renderer
from outbound.text import many_lines
from outbound.thread import Thread
from routing.visible import Visible
from tests.unit.outbound.notices import MESSAGE_ID, NOW, ROOT, letter, notice, read, text_of

FIELDS = [
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Reply-To", "Auto-Submitted",
    "X-Auto-Response-Suppress", "Feedback-ID", "List-Id", "X-Postern-Loop", "MIME-Version", "Content-Type",
]  # fmt: skip
LINE_BREAKERS = ["\r", "\n", "\0", "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\u2028", "\u2029"]

words = st.text(st.characters(codec="utf-8") | st.sampled_from(LINE_BREAKERS), max_size=400)


def test_a_letter_has_these_fields_and_no_others() -> None:
    """cases 145 and 146: no Bcc, no trace of the way it came."""
    assert read(letter()).keys() == FIELDS


def test_a_letter_of_a_ticket_tells_outlook_its_conversation_too() -> None:
    fields = read(letter(thread=Thread(ROOT, NOW))).keys()
    assert set(fields) - set(FIELDS) == {"Thread-Topic", "Thread-Index"}


def test_an_acknowledgement_has_no_topic_for_it_repeats_no_words() -> None:
    fields = read(letter(notice(template="acknowledgement", answer=True), thread=Thread(ROOT, NOW))).keys()
    assert set(fields) - set(FIELDS) == {"Thread-Index"}


def test_letters_can_be_filtered_by_the_address_that_feeds_the_queue() -> None:
    message = read(letter())
    assert message["List-Id"] == "Example Support <support.desk.example>"
    assert re.fullmatch(r"comment:support:postern:[0-9a-f]{8}", str(message["Feedback-ID"]))


def test_an_answer_to_ones_own_mail_is_not_of_a_list() -> None:
    fields = read(letter(notice(answer=True), thread=Thread(ROOT, NOW, watching=True))).keys()
    assert not [name for name in fields if name.startswith("List-")]


def test_whoever_only_follows_a_ticket_can_leave_it_by_the_button_of_the_mail_program() -> None:
    (link,) = re.findall(r"<(.*)>", str(read(letter(thread=Thread(ROOT, NOW, watching=True)))["List-Unsubscribe"]))
    assert link == "mailto:support%2Babc234@desk.example?subject=%5Bunwatch%5D%20CT-104&body=%23unwatch"
    assert "List-Unsubscribe" not in read(letter(thread=Thread(ROOT, NOW)))


def test_a_digest_is_left_by_the_button_of_the_mail_program() -> None:
    digest = read(letter(notice(template="digest", key="", subject="")))
    assert re.findall(r"<(.*)>", str(digest["List-Unsubscribe"])) == [
        "mailto:support%2Babc234@desk.example?subject=%5Bdigest%20off%5D&body=%23digest%20off"
    ]


def test_a_digest_is_bulk_and_nothing_else_is() -> None:
    assert read(letter(notice(template="digest", key="", subject="")))["Precedence"] == "bulk"
    assert "Precedence" not in read(letter())


def test_who_writes_to_whom() -> None:
    """case 145: one reader."""
    message = read(letter())
    assert message["From"] == "Example Support <support@desk.example>"
    assert message["To"] == "Ann Berg <ann@acme.example>"
    assert message["Reply-To"] == "Example Support <support+abc234@desk.example>"
    assert message["Subject"] == "[CT-104] Scanner"
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == MESSAGE_ID


def test_the_envelope_goes_with_it() -> None:
    composed = letter()
    assert (composed.sender, composed.recipient, composed.message_id) == (
        "support+abc234@desk.example",
        "ann@acme.example",
        MESSAGE_ID,
    )


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert letter() == letter()


def test_text_comes_before_html() -> None:
    message = read(letter(text="Grüße\n", html="<p>Grüße</p>\n"))
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert text_of(message) == "Grüße\n"
    assert text_of(message, "html") == "<p>Grüße</p>\n"


def test_the_thread_is_the_tickets_own_where_the_reader_wrote_nothing() -> None:
    message = read(letter())
    assert message["In-Reply-To"] == ROOT
    assert message["References"] == ROOT


def test_the_readers_own_mail_is_answered_where_there_is_one() -> None:
    """case 146: no reference but the thread and the reader's own."""
    message = read(letter(notice(in_reply_to="<1@acme.example>")))
    assert message["In-Reply-To"] == "<1@acme.example>"
    assert message["References"].split() == [ROOT, "<1@acme.example>"]


@pytest.mark.parametrize(
    "foreign", ["no brackets", "<a b@c>", "<a@b>\r\nBcc: x@y", "<ü@acme.example>", f"<{'a' * 2000}@b>", "", "<>"]
)
def test_a_foreign_message_id_that_is_none_is_left_out(foreign: str) -> None:
    message = read(letter(notice(in_reply_to=foreign)))
    assert message["In-Reply-To"] == ROOT
    assert message["References"] == ROOT


def test_references_stay_within_1500_octets() -> None:
    root = f"<{'r' * 700}@desk.example>"
    long = letter(notice(in_reply_to=f"<{'m' * 800}@acme.example>"), root=root)
    assert message_from_bytes(long.data)["References"].strip() == root


def test_an_answer_says_that_it_is_one() -> None:
    assert read(letter(notice(answer=True)))["Auto-Submitted"] == "auto-replied"
    assert read(letter(notice()))["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("answer", [True, False])
def test_bounces_are_always_wanted_absences_only_where_a_ticket_speaks(answer: bool) -> None:
    suppressed = str(read(letter(notice(answer=answer)))["X-Auto-Response-Suppress"]).split(", ")
    assert {"DR", "RN", "NRN", "AutoReply"} <= set(suppressed)
    assert "NDR" not in suppressed
    assert "All" not in suppressed
    assert ("OOF" in suppressed) is answer


def test_an_acknowledgement_does_not_repeat_a_strangers_name() -> None:
    message = read(letter(notice(template="acknowledgement", name="Win a prize at evil.example")))
    assert message["To"] == "ann@acme.example"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann Berg", "Ann Berg"),
        ("Berg, Ann", '"Berg, Ann"'),
        ('Ann "The Fix" Berg', r'"Ann \"The Fix\" Berg"'),
        ("back\\slash.", r'"back\\slash."'),
        ("Ann <evil@x.example>", '"Ann <evil@x.example>"'),
    ],
)
def test_names_are_quoted_where_rfc_5322_wants_it(name: str, shown: str) -> None:
    """case 133: a comma in a name is no second reader."""
    assert f"\r\nTo: {shown} <ann@acme.example>\r\n".encode() in letter(notice(name=name)).data


LONG = {"cyrillic": "Ж" * 100, "one word": "a" * 90}


@pytest.mark.parametrize(
    "name",
    ["Jürgen Groß", "山田太郎", "=?utf-8?q?evil?=", "Ann, 東京", *(pytest.param(n, id=i) for i, n in LONG.items())],
)
def test_other_names_are_encoded_words(name: str) -> None:
    # The standard library's newer reader puts a space between two encoded words of a name; RFC 2047 section 6.2 none.
    phrase, _, address = str(message_from_bytes(letter(notice(name=name)).data)["To"]).rpartition(" ")
    assert phrase.startswith("=?utf-8?b?")
    assert str(make_header(decode_header(re.sub("\r?\n", "", phrase)))) == name
    assert address == "<ann@acme.example>"


def test_an_encoded_looking_subject_is_not_decoded_into_something_else() -> None:
    subject = "[CT-104] =?utf-8?b?aGFja2Vk?="
    assert read(letter(subject=subject))["Subject"] == subject


@pytest.mark.parametrize(
    "subject", ["[CT-104] " + "a long way " * 20, "[CT-104] " + "ü" * 200, "[CT-104] " + "x" * 250, ""]
)
def test_long_subjects_are_folded_and_come_back(subject: str) -> None:
    composed = letter(subject=subject)
    raw = composed.data.partition(b"\r\nSubject:")[2].partition(b"\r\nDate:")[0]
    assert all(len(line) <= 78 for line in (b"Subject:" + raw).split(b"\r\n"))
    assert read(composed)["Subject"] == subject.strip()


def test_a_subject_without_end_is_cut() -> None:
    shown = read(letter(subject="[CT-104] " + "word " * 20_000))["Subject"]
    assert len(shown) <= 300
    assert shown.endswith("…")


@pytest.mark.parametrize("breaker", LINE_BREAKERS)
def test_no_character_can_begin_a_line_of_its_own(breaker: str) -> None:
    """cases 129 and 130: in subject, names, and what the desk is called."""
    evil = f"hello{breaker}Bcc: victim@x.example{breaker}{breaker}<script>"
    composed = letter(notice(name=evil), subject=evil, gateway=evil)
    message = read(composed)
    assert message.keys() == FIELDS
    assert message["Subject"] == "hello Bcc: victim@x.example <script>"


@given(subject=words, name=words, gateway=words)
def test_whatever_the_words_the_header_block_is_what_was_meant(subject: str, name: str, gateway: str) -> None:
    """case 129: read again by another parser."""
    block = letter(notice(name=name), subject=subject, gateway=gateway).data.partition(b"\r\n\r\n")[0] + b"\r\n"
    found = message_from_bytes(block)
    assert found.keys() == FIELDS
    assert block.isascii()
    assert not re.search(rb"[^\r\n -~]|\r(?!\n)|(?<!\r)\n", block)
    assert max(map(len, block.split(b"\r\n"))) <= 100


@given(words.filter(lambda text: len(header_text(text)) <= 300))
def test_a_subject_comes_back_as_it_was_cleaned(subject: str) -> None:
    """case 130: whatever it holds."""
    unfolded = re.sub("\r?\n", "", message_from_bytes(letter(subject=subject).data)["Subject"])
    assert str(make_header(decode_header(unfolded))) == header_text(subject)


@given(st.text(st.characters() | st.sampled_from(LINE_BREAKERS)))
def test_header_text_is_one_line_without_controls(value: str) -> None:
    clean = header_text(value)
    assert len(clean.splitlines()) <= 1
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", clean)
    assert header_text(clean) == clean


@given(words, words)
def test_bodies_come_back_whatever_the_words(text: str, html: str) -> None:
    composed = letter(text=text, html=html)
    message = read(composed)
    for kind, meant in (("plain", text), ("html", html)):
        assert text_of(message, kind) == f"{many_lines(meant)}\n"


@given(words)
def test_every_line_of_a_letter_is_short_ascii_and_ends_in_crlf(text: str) -> None:
    data = letter(text=text).data
    assert data.isascii()
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r") == data.count(b"\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= 998


def test_latin_text_stays_readable_and_other_scripts_are_compact() -> None:
    assert b"Gr=C3=BC=C3=9Fe aus dem Norden" in letter(text="Grüße aus dem Norden\n").data
    assert b"Content-Transfer-Encoding: base64" in letter(text="日本語の手紙\n" * 5).data


def test_the_boundary_cannot_occur_in_a_body() -> None:
    boundary = read(letter()).get_boundary()
    assert boundary is not None
    message = read(letter(text=f"--{boundary}\n\n--{boundary}--\n"))
    assert text_of(message) == f"--{boundary}\n\n--{boundary}--\n"


@pytest.mark.parametrize("address", ["jürgen@acme.example", "a b@acme.example", "ann", "ann@acme.example\r\nBcc: x@y"])
def test_an_address_that_cannot_be_written_to_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        letter(notice(to=address))


def test_an_international_domain_goes_out_in_a_labels() -> None:
    """case 133: in envelope and header."""
    composed = letter(notice(to="ann@bücher.example"))
    assert composed.recipient == "ann@xn--bcher-kva.example"
    assert read(composed)["To"] == "Ann Berg <ann@xn--bcher-kva.example>"


@pytest.mark.parametrize(
    "poison", ["<a@b>\r\nBcc: x@y", "<a@b>\r\n\r\nbody", "<a\0@b>", "<a@b>\n x", "<ü@b>\x85", f"<{'a' * 1000}@b>"]
)
def test_the_guard_stops_what_is_not_cleaned_on_its_way_in(poison: str) -> None:
    """case 129: on the finished bytes."""
    with pytest.raises(UnsafeHeader):
        compose(
            Rendered("s", "t", "h"),
            notice(),
            reply_to="support@desk.example",
            envelope_sender="",
            message_id=poison,
            thread=Thread(ROOT),
            gateway_name="",
            now=NOW,
        )


@pytest.mark.parametrize(
    "block",
    [
        b"To: a\r\nBcc: b\r\n",
        b"Bcc: a\r\n",
        b"To: a\r\n\r\nCc: b\r\n",
        b"To: a\r\n \r\n",
        b"To: a\nBcc: b\r\n",
        b"To: a\rBcc: b\r\n",
        b"To: \xc3\xbc\r\n",
        b"To: a",
        b"to: a\r\n",
        b"To: " + b"a" * 1000 + b"\r\n",
        b"",
    ],
)
def test_the_guard_knows_a_block_that_is_not_the_one_it_was_told(block: bytes) -> None:
    with pytest.raises(UnsafeHeader):
        guard(block, ["To"])


def test_the_guard_lets_a_folded_field_pass() -> None:
    guard(b"To: a,\r\n b\r\nSubject: c\r\n", ["To", "Subject"])


@pytest.mark.parametrize("text", ["Hello,\nFrom here on it works.\n", "x" * 1200, "--=_\n"])
def test_what_may_be_changed_on_the_way_is_encoded(text: str) -> None:
    assert b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" in letter(text=text, html="<p>x</p>\n").data


def test_plain_words_go_out_as_they_are() -> None:
    data = letter(text="It works = again.\n", html="<p>It works.</p>\n").data
    assert data.count(b"Content-Transfer-Encoding: 7bit\r\n\r\n") == 2
    assert b"\r\nIt works = again.\r\n" in data


def test_a_signature_goes_out_as_mail_programs_know_it() -> None:
    assert b"\r\n-- \r\nSupport\r\n" in letter(text="It works.\n\n-- \nSupport\n").data


def test_many_lines_in_html_are_many_lines_of_the_letter() -> None:
    words = Visible(NOW, "Ann", None, "comment", "It does not work.\n" * 100, ())
    html = Renderer((), "Desk").render(notice(), words).html
    data = letter(html=html).data
    assert data.count(b"Content-Transfer-Encoding: 7bit\r\n\r\n") == 2
    assert max(map(len, data.split(b"\r\n"))) <= 998


def test_files_go_beside_both_bodies() -> None:
    """case 131: byte for byte, never written anew."""
    data = bytes(range(256)) * 50
    files = (File("CT-1.zip", "application/zip", data), File("a.txt", "text/plain", b"--=_\r\n."))
    composed = compose(
        Rendered("s", "text", "<p>html</p>"),
        notice(),
        reply_to="support@desk.example",
        envelope_sender="",
        message_id="<a@desk.example>",
        thread=Thread(ROOT),
        gateway_name="",
        now=NOW,
        enclosure=Enclosure(files),
    )
    message = read(composed)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/zip", "text/plain",
    ]  # fmt: skip
    first, second = list(message.walk())[4:]
    assert (first.get_filename(), first.get_content_disposition()) == ("CT-1.zip", "attachment")
    assert (first.get_payload(decode=True), second.get_payload(decode=True)) == (data, b"--=_\r\n.")
    assert all(len(line) <= 998 for line in composed.data.split(b"\r\n"))
