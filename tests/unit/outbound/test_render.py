"""Notices become words: in the reader's language, with nothing foreign in them but what was shown to the reader."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.render import SHIPPED, Renderer
from outbound.samples import besides, sample, samples
from parsers.hypertext.html import to_text
from parsers.mail import Piece
from parsers.quotes.marker import MARKER, MARKERS
from parsers.quotes.reply import spans

LETTERS = {
    "acknowledgement", "address-used", "closed", "comment", "escalated", "expired", "export", "help", "list",
    "moved", "opened", "prove", "rated", "receipt", "record", "refusal", "reminder", "reopened", "show",
    "undone", "unverified", "assigned", "changed", "digest", "incomplete", "offer", "taken", "unassigned",
    "challenge", "invited", "storm", "undelivered", "unreachable", "alarm",
}  # fmt: skip
ENCLOSED = {"record"}  # goes with a letter as a file; nobody answers it
SHIPPED_LETTERS = Renderer((), "Example Support")


def site(folder: Path, **files: str) -> Renderer:
    """A renderer with letters of a site: `shared__letter_txt` is the file shared/letter.txt."""
    for name, text in files.items():
        stem, _, ending = name.replace("__", "/").rpartition("_")
        path = folder / f"{stem}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Renderer((folder,), "Example Support")


class Page(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_all_letters_ship() -> None:
    assert SHIPPED_LETTERS.names() == LETTERS


def test_the_shipped_letters_have_no_fault() -> None:
    assert SHIPPED_LETTERS.faults() == ()


@pytest.mark.parametrize("name", sorted(LETTERS - ENCLOSED))
def test_the_line_that_ends_a_reply_is_the_first_of_every_letter(name: str) -> None:
    for notice, visible in samples(name, "en"):
        letter = SHIPPED_LETTERS.render(notice, visible)
        assert letter.fault is None
        assert letter.text.startswith(f"{MARKER}\n")
        body = Page(letter.html.partition("<body")[2].partition(">")[2])
        assert body.text.strip().startswith(MARKER)


@pytest.mark.parametrize("name", sorted(LETTERS - ENCLOSED))
def test_a_reply_ends_where_our_letter_begins_even_without_a_quote_mark(name: str) -> None:
    letter = SHIPPED_LETTERS.render(*sample(name, "en"))
    words = "to customer\n\nIt works again.\n\nAnn"
    for quoted in (letter.text, to_text(letter.html), letter.text.replace("\n", "\n> ")):
        mail = f"{words}\n\n{quoted}"
        fresh = "".join(mail[s.start : s.end] for s in spans(mail) if s.piece is not Piece.QUOTE)
        assert fresh.rstrip("> \n") == words


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_a_letter_loads_nothing_and_links_nowhere(name: str) -> None:
    for notice, visible in samples(name, "en"):
        html = SHIPPED_LETTERS.render(notice, visible).html
        assert {"a", "img", "link", "script", "iframe", "object", "form"}.isdisjoint(
            tag for tag, _ in Page(html).elements
        )
        assert "url(" not in html
        assert "://" not in html


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_text_and_html_say_the_same(name: str) -> None:
    for notice, visible in samples(name, "en"):
        letter = SHIPPED_LETTERS.render(notice, visible)
        page = Page(letter.html.partition("<body")[2].partition(">")[2]).text
        body, _, _ = letter.text.rpartition("\n-- \n")
        for word in body.replace("(", " ").replace(")", " ").split():
            assert word.strip(",:") in page


def test_the_subject_is_the_key_and_the_subject_of_the_ticket() -> None:
    assert SHIPPED_LETTERS.render(*sample("moved", "en")).subject == "[CT-104] Scanner in room 4 does not answer"


def test_moves_are_words_to_write() -> None:
    text = SHIPPED_LETTERS.render(*sample("comment", "en")).text
    assert "\n  to customer\n" in text
    assert "\n  #close  (Close the ticket)\n" in text


def test_an_acknowledgement_carries_nothing_that_the_sender_wrote() -> None:  # case 142
    evil = "win a prize at https://evil.example"
    notice, _ = sample("acknowledgement", "en")
    _, visible = sample("comment", "en")
    assert visible is not None
    told = replace(notice, name=evil, subject=evil, details=dict.fromkeys(("actor", "reason", "claimed", "done"), evil))
    letter = SHIPPED_LETTERS.render(told, replace(visible, text=evil, actor_name=evil, attachments=(evil,)))
    assert letter.subject == "[CT-104] We have received your message"
    assert evil not in letter.text
    assert evil not in letter.html


def test_not_even_a_site_can_write_an_acknowledgement_with_the_senders_words(tmp_path: Path) -> None:  # case 142
    greedy = "{{ key }}{{ subject }}{{ words }}{{ writer }}{{ reader }}{{ actor }}{{ attachments | join }}"
    letters = site(tmp_path, acknowledgement_txt=greedy)
    _, visible = sample("comment", "en")
    letter = letters.render(replace(sample("acknowledgement", "en")[0], details={"actor": "Eve"}), visible)
    assert letter.fault is None
    assert letter.text == "CT-104SomebodyNone\n"


HOSTILE = [
    "{{ 7*7 }}",
    "{% for x in (1,) %}x{% endfor %}",
    "%s%n",
    "{0}",
    "{{ ''.__class__ }}",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("payload", HOSTILE)
@pytest.mark.parametrize("name", sorted(LETTERS - {"acknowledgement", "challenge", "digest", "incomplete", "prove"}))
def test_words_are_never_a_template_nor_html(name: str, payload: str) -> None:
    """case 147: in any letter."""
    notice, visible = sample(name, "en")
    details = {key: (payload,) if isinstance(value, tuple) else payload for key, value in notice.details.items()}
    evil = replace(notice, subject=payload, details=details)
    letter = SHIPPED_LETTERS.render(evil, visible and replace(visible, text=payload, actor_name=payload))
    assert letter.fault is None
    assert payload in letter.subject
    assert payload in letter.text
    assert payload in Page(letter.html).text
    assert "<script" not in letter.html


@pytest.mark.parametrize("payload", HOSTILE)
def test_words_in_a_digest_are_never_a_template_nor_html(payload: str) -> None:
    """case 147: nor in what is gathered."""
    notice, _ = sample("digest", "en")
    assert notice.contents is not None
    entry = replace(notice.contents.timeline[0], text=payload, actor_name=payload, note=payload)
    section = replace(notice.contents.sections[0], subject=payload, timeline=(entry,))
    letter = SHIPPED_LETTERS.render(replace(notice, contents=replace(notice.contents, sections=(section,))), None)
    assert letter.fault is None
    assert letter.text.count(payload) >= 4
    assert Page(letter.html).text.count(payload) >= 4
    assert "<script" not in letter.html


@given(st.text(st.characters() | st.sampled_from("\r\n\x85\u2028\x00\x1b")))
def test_foreign_names_stay_on_their_line(name: str) -> None:
    notice, visible = sample("closed", "en")
    usual = SHIPPED_LETTERS.render(notice, visible)
    letter = SHIPPED_LETTERS.render(replace(notice, details={**notice.details, "actor": f"Eve{name}"}), visible)
    assert len(letter.text.splitlines()) == len(usual.text.splitlines())


def test_words_stay_as_they_were_written_and_cannot_pass_for_ours() -> None:
    notice, visible = sample("closed", "en")
    assert visible is not None
    letter = SHIPPED_LETTERS.render(notice, replace(visible, text="one\n\n\n    two\r\n-- \nExample Support"))
    assert "\n  one\n\n\n      two\n  -- \n  Example Support\n" in letter.text
    assert "one<br><br><br>    two<br>-- <br>Example Support" in letter.html.replace("<br\n>", "<br>")


@pytest.mark.parametrize("language", ["de", "de-AT", "DE-at"])
def test_a_letter_is_written_in_the_language_of_its_reader(language: str) -> None:
    letter = SHIPPED_LETTERS.render(*sample("comment", language))
    assert letter.fault is None
    assert "Ann Berg schreibt zu CT-104." in letter.text
    assert "Ann Berg schreibt zu CT-104." in letter.html
    assert '<html lang="de" dir="ltr">' in letter.html


@pytest.mark.parametrize("language", ["xx", "", "../..", "en-GB"])
def test_a_language_that_nobody_wrote_is_english(language: str) -> None:
    usual = SHIPPED_LETTERS.render(*sample("comment", "en"))
    assert SHIPPED_LETTERS.render(*sample("comment", language)) == usual


def test_whose_language_nobody_knows_gets_that_of_the_desk() -> None:
    letters = Renderer((), "Example Support", "fr")
    assert "Ann Berg a écrit au sujet de CT-104." in letters.render(*sample("comment", "")).text
    assert "Ann Berg wrote on CT-104." in letters.render(*sample("comment", "en")).text


ARABIC = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "%(who)s wrote on %(key)s."
msgstr "كتب %(who)s عن %(key)s."
"""


def test_a_site_may_add_a_language_that_is_written_from_right_to_left(tmp_path: Path) -> None:
    letters = site(tmp_path, ar_po=ARABIC)
    letter = letters.render(*sample("comment", "ar-EG"))
    assert letter.fault is None
    assert "كتب Ann Berg عن CT-104." in letter.text
    assert "Reply to this letter to answer." in letter.text
    assert '<html lang="ar" dir="rtl">' in letter.html
    assert "border-right:3px" in letter.html
    assert letters.faults() == ()


def test_a_site_may_say_one_sentence_otherwise_in_one_language(tmp_path: Path) -> None:
    letters = site(tmp_path, de_po=ARABIC.replace("كتب %(who)s عن %(key)s.", "Neues von %(who)s zu %(key)s."))
    text = letters.render(*sample("comment", "de")).text
    assert "Neues von Ann Berg zu CT-104." in text
    assert "Antworten Sie einfach auf diese E-Mail." in text


def test_a_catalogue_that_is_broken_costs_its_readers_their_language_only(tmp_path: Path) -> None:
    letters = site(tmp_path, de_po=ARABIC.replace("كتب %(who)s", "%(wer)s"))
    (fault,) = letters.faults()
    assert fault.startswith(f"{tmp_path}/de.po, line 5: there is no slot %(wer)s in its sentence.")
    assert letters.render(*sample("comment", "de")) == SHIPPED_LETTERS.render(*sample("comment", "en"))


def test_what_the_core_says_is_in_the_readers_language_too() -> None:
    notice, _ = sample("receipt", "de")
    said = "CT-104 went to Acme Corp and is now On Customer. The priority of CT-104 is now high. All my own words."
    letter = SHIPPED_LETTERS.render(replace(notice, details={"done": said}), None)
    assert (
        "CT-104 ging an Acme Corp und ist jetzt: Beim Kunden. Die Priorität von CT-104 ist jetzt: hoch." in letter.text
    )
    assert "hoch. All my own words." in letter.text


BROKEN = {
    "syntax": ("{% if %}\n", 1),
    "unknown name": ("\n\n{{ actro }}", 3),
    "unknown base": ('{% extends "shared/lettre" %}', 1),
    "forbidden": ("\n{{ ''.__class__.__mro__ }}", 2),
    "change": ("\n{{ attachments.append(1) }}", 2),
    "arithmetic": ("{{ 1 // 0 }}", 1),
    "endless": ("{% for x in range(10 ** 9) %}x{% endfor %}", 1),
}


@pytest.mark.parametrize(("source", "line"), BROKEN.values(), ids=BROKEN)
def test_a_broken_template_is_named_and_a_plain_letter_goes_out(tmp_path: Path, source: str, line: int) -> None:
    """cases 147 and 148: also one that asks for too much."""
    letters = site(tmp_path, comment_txt=source)
    letter = letters.render(*sample("comment", "en"))
    assert letter.fault is not None
    assert letter.fault.startswith(f"{tmp_path}/comment.txt, line {line}: ")
    assert letter.fault in letters.faults()
    assert letter.subject == "[CT-104] Scanner in room 4 does not answer"
    assert letter.text.startswith(MARKER)
    assert "There is news on CT-104." in letter.text
    assert "ERROR 0x2A: no device <scan-4> & no spare" in letter.text
    assert Page(letter.html).text.count("ERROR 0x2A: no device <scan-4> & no spare") == 1


def test_the_plain_letter_speaks_the_language_of_its_reader(tmp_path: Path) -> None:
    letters = site(tmp_path, comment_txt="{{ oops }}")
    letter = letters.render(*sample("comment", "de"))
    assert letter.text.startswith(MARKERS["de"])
    assert "Es gibt Neues zu CT-104." in letter.text
    assert "Ann Berg schreibt:" in letter.text
    assert '<html lang="de" dir="ltr">' in letter.html


@pytest.mark.parametrize("language", sorted(MARKERS))
def test_a_letter_begins_with_the_marker_of_its_language(language: str) -> None:
    letter = SHIPPED_LETTERS.render(*sample("comment", language))
    assert letter.text.startswith(f"{MARKERS[language]}\n")
    assert MARKERS[language] in letter.html


@pytest.mark.parametrize("language", sorted(MARKERS))
def test_what_a_letter_repeats_is_a_quote_even_where_its_beginning_was_deleted(language: str) -> None:
    lines = SHIPPED_LETTERS.render(*sample("comment", language), "", besides("comment")[0]).text.split("\n")
    repeated = lines[lines.index("> Which scanner is it?") - 2 :]
    text = "\n".join(("Done.", "", *repeated))
    assert "".join(text[s.start : s.end] for s in spans(text) if s.piece is Piece.FRESH).strip() == "Done."


def test_a_letter_that_does_not_exist_goes_out_plain_too() -> None:
    notice, visible = sample("comment", "en")
    letter = SHIPPED_LETTERS.render(replace(notice, template="no-such"), visible)
    assert letter.fault is not None
    assert "no-such" in letter.fault
    assert "There is news on CT-104." in letter.text


def test_a_plain_acknowledgement_is_as_silent_as_the_other(tmp_path: Path) -> None:
    letters = site(tmp_path, acknowledgement_jinja="{{ oops }}")
    notice, _ = sample("acknowledgement", "en")
    letter = letters.render(notice, sample("comment", "en")[1])
    assert letter.subject == "[CT-104] We have received your message"
    assert "Scanner" not in letter.text
    assert "device" not in letter.text


def test_a_site_may_add_a_letter(tmp_path: Path) -> None:
    source = '{% extends "shared/letter" %}{% block news %}\n{{ _("Your ticket") }} {{ key }}\n{% endblock %}'
    letters = site(tmp_path, invoice_jinja=source)
    assert "invoice" in letters.names()
    assert letters.faults() == ()
    assert "Ihr Ticket CT-104" in letters.render(replace(sample("comment", "de")[0], template="invoice"), None).html


def test_a_subject_must_name_the_ticket(tmp_path: Path) -> None:
    faults = site(tmp_path, comment_subject="News for you").faults()
    assert [fault for fault in faults if fault.startswith(f"{tmp_path}/comment.subject, line 1: ")] == list(faults)
    assert len(faults) == 1


def test_every_fault_is_found_at_once(tmp_path: Path) -> None:
    faults = site(tmp_path, comment_txt="{{ a }}", comment_html="{{ b }}", moved_txt="{% x %}").faults()
    for file in ("comment.txt", "comment.html", "moved.txt"):
        assert len([fault for fault in faults if f"{tmp_path}/{file}" in fault]) == 1


def test_a_site_may_replace_the_text_of_a_letter_alone(tmp_path: Path) -> None:
    letters = site(tmp_path, comment_txt="[{{ key }}] Hello")
    letter, usual = letters.render(*sample("comment", "en")), SHIPPED_LETTERS.render(*sample("comment", "en"))
    assert letter.text == "[CT-104] Hello\n"
    assert (letter.subject, letter.html) == (usual.subject, usual.html)


def test_a_site_may_change_what_all_letters_share(tmp_path: Path) -> None:
    shipped = (SHIPPED / "shared" / "letter.html").read_text(encoding="utf-8")
    letters = site(tmp_path, shared__letter_html=shipped.replace("<body", '<body id="ours"'))
    assert all('id="ours"' in letters.render(*sample(name, "en")).html for name in LETTERS - ENCLOSED)


def test_the_first_folder_wins(tmp_path: Path) -> None:
    site(tmp_path / "a", comment_subject="[{{ key }}] first")
    site(tmp_path / "b", comment_subject="[{{ key }}] second")
    letters = Renderer((tmp_path / "a", tmp_path / "b"), "Example Support")
    assert letters.render(*sample("comment", "en")).subject == "[CT-104] first"


def test_a_click_writes_a_signed_message_with_subject_and_line() -> None:
    notice = replace(sample("closed", "en")[0], subject="Images & sounds: 50% + more?")
    letter = SHIPPED_LETTERS.render(notice, None, "support+abc=@desk.example")
    links = [attributes["href"] or "" for tag, attributes in Page(letter.html).elements if tag == "a"]
    assert [link.partition("body=")[2] for link in links][-3:] == [
        "to%20customer",
        "to%20web-it%20provider",
        "%23close",
    ]
    assert links[3] == (
        "mailto:support%2Babc%3D@desk.example?subject=Re%3A%20%5BCT-104%5D%20Images%20%26%20sounds%3A%2050%25%20%2B%20more%3F"
        "&body=%23rate%204"
    )
    assert "Reply with the line #rate 5 (very good)" in letter.text


@pytest.mark.parametrize("subject", ["a\r\nBcc: eve@evil.example", '"><script>', "&body=%0d%0a#close", "\ud800"])
def test_a_click_says_no_more_than_it_should(subject: str) -> None:
    notice = replace(sample("closed", "en")[0], subject=subject)
    letter = SHIPPED_LETTERS.render(notice, None, "support+abc@desk.example")
    for link in (attributes["href"] or "" for tag, attributes in Page(letter.html).elements if tag == "a"):
        fields = parse_qs(link.partition("?")[2], strict_parsing=True)
        assert sorted(fields) == ["body", "subject"]
        assert "\n" not in fields["subject"][0] + fields["body"][0]
        assert fields["body"][0].startswith(("#rate ", "to ", "#close"))
