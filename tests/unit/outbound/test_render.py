"""Notices become words: in the reader's language, with nothing foreign in them but what was shown to the reader."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.render import SHIPPED, Renderer
from outbound.samples import sample, samples
from parsers.hypertext.html import to_text
from parsers.mail import Piece
from parsers.quotes.reply import MARKER, spans

LETTERS = {
    "acknowledgement", "address-used", "closed", "comment", "escalated", "expired", "export", "help", "list",
    "moved", "opened", "prove", "rated", "receipt", "record", "refusal", "reminder", "reopened", "show",
    "undone", "unverified", "assigned", "changed", "digest", "incomplete", "offer", "taken", "unassigned",
    "challenge", "invited", "storm",
}  # fmt: skip
ENCLOSED = {"record"}  # goes with a letter as a file; nobody answers it
SHIPPED_LETTERS = Renderer((), "Example Support")


def site(folder: Path, **files: str) -> Renderer:
    """A renderer with letters of a site: `comment__en__body_txt` is the file comment/en/body.txt."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_txt", ".txt").replace("_html", ".html")
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
    letters = site(tmp_path, acknowledgement__en__body_txt=greedy)
    _, visible = sample("comment", "en")
    letter = letters.render(replace(sample("acknowledgement", "en")[0], details={"actor": "Eve"}), visible)
    assert letter.fault is None
    assert letter.text == "CT-104None\n"


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
    assert "one<br><br><br>    two<br>-- <br>Example Support" in letter.html


@pytest.mark.parametrize("language", ["de", "de-AT", "DE-at"])
def test_a_letter_is_written_in_the_language_of_its_reader(tmp_path: Path, language: str) -> None:
    letters = site(
        tmp_path,
        comment__de__subject_txt="[{{ key }}] {{ subject }}",
        comment__de__body_txt='{% extends "base/letter.txt" %}{% block news %}{{ actor }} schrieb.\n\n{% endblock %}',
        comment__de__body_html='{% extends "base/letter.html" %}{% block news %}{{ actor }} schrieb.{% endblock %}',
        base__de__letter_txt="{{ marker }}\n\n{% block news %}{% endblock %}Antworten Sie einfach.",
    )
    letter = letters.render(*sample("comment", language))
    assert letter.fault is None
    assert letter.text == f"{MARKER}\n\nAnn Berg schrieb.\n\nAntworten Sie einfach.\n"
    assert "Ann Berg schrieb." in letter.html
    assert '<html lang="de">' in letter.html
    assert letters.faults() == ()


@pytest.mark.parametrize("language", ["fr", "", "../..", "en-GB"])
def test_a_language_that_nobody_wrote_is_english(language: str) -> None:
    usual = SHIPPED_LETTERS.render(*sample("comment", "en"))
    assert SHIPPED_LETTERS.render(*sample("comment", language)) == usual


BROKEN = {
    "syntax": ("{% if %}\n", 1),
    "unknown name": ("\n\n{{ actro }}", 3),
    "unknown base": ('{% extends "base/lettre.txt" %}', 1),
    "forbidden": ("\n{{ ''.__class__.__mro__ }}", 2),
    "change": ("\n{{ attachments.append(1) }}", 2),
    "arithmetic": ("{{ 1 // 0 }}", 1),
    "endless": ("{% for x in range(10 ** 9) %}x{% endfor %}", 1),
}


@pytest.mark.parametrize(("source", "line"), BROKEN.values(), ids=BROKEN)
def test_a_broken_template_is_named_and_a_plain_letter_goes_out(tmp_path: Path, source: str, line: int) -> None:
    """cases 147 and 148: also one that asks for too much."""
    letters = site(tmp_path, comment__en__body_txt=source)
    letter = letters.render(*sample("comment", "en"))
    assert letter.fault is not None
    assert letter.fault.startswith(f"{tmp_path}/comment/en/body.txt, line {line}: ")
    assert letter.fault in letters.faults()
    assert letter.subject == "[CT-104] Scanner in room 4 does not answer"
    assert letter.text.startswith(MARKER)
    assert "There is news on CT-104." in letter.text
    assert "ERROR 0x2A: no device <scan-4> & no spare" in letter.text
    assert Page(letter.html).text.count("ERROR 0x2A: no device <scan-4> & no spare") == 1


def test_a_letter_that_does_not_exist_goes_out_plain_too() -> None:
    notice, visible = sample("comment", "en")
    letter = SHIPPED_LETTERS.render(replace(notice, template="no-such"), visible)
    assert letter.fault is not None
    assert "no-such" in letter.fault
    assert "There is news on CT-104." in letter.text


def test_a_plain_acknowledgement_is_as_silent_as_the_other(tmp_path: Path) -> None:
    letters = site(tmp_path, acknowledgement__en__body_txt="{{ oops }}")
    notice, _ = sample("acknowledgement", "en")
    letter = letters.render(notice, sample("comment", "en")[1])
    assert letter.subject == "[CT-104] We have received your message"
    assert "Scanner" not in letter.text
    assert "device" not in letter.text


def test_a_letter_without_all_its_parts_is_a_fault(tmp_path: Path) -> None:
    letters = site(tmp_path, invoice__en__body_txt="{{ key }}", invoice__en__subject_txt="[{{ key }}] Invoice")
    assert "invoice" in letters.names()
    assert any("lacks body.html" in fault and fault.startswith(f"{tmp_path}/invoice/en") for fault in letters.faults())


def test_a_subject_must_name_the_ticket(tmp_path: Path) -> None:
    faults = site(tmp_path, comment__en__subject_txt="News for you").faults()
    assert [fault for fault in faults if fault.startswith(f"{tmp_path}/comment/en/subject.txt, line 1: ")] == list(
        faults
    )
    assert len(faults) == 1


def test_every_fault_is_found_at_once(tmp_path: Path) -> None:
    letters = site(
        tmp_path, comment__en__body_txt="{{ a }}", comment__en__body_html="{{ b }}", moved__en__body_txt="{% x %}"
    )
    faults = letters.faults()
    assert len([fault for fault in faults if "comment/en/body.txt" in fault]) == 1
    assert len([fault for fault in faults if "comment/en/body.html" in fault]) == 1
    assert len([fault for fault in faults if "moved/en/body.txt" in fault]) == 1


def test_a_site_may_replace_one_file_of_a_letter(tmp_path: Path) -> None:
    letters = site(tmp_path, comment__en__subject_txt="[{{ key }}] Hello")
    letter = letters.render(*sample("comment", "en"))
    assert letter.subject == "[CT-104] Hello"
    assert letter.text == SHIPPED_LETTERS.render(*sample("comment", "en")).text


def test_the_first_folder_wins(tmp_path: Path) -> None:
    site(tmp_path / "a", comment__en__subject_txt="[{{ key }}] first")
    site(tmp_path / "b", comment__en__subject_txt="[{{ key }}] second")
    letters = Renderer((tmp_path / "a", tmp_path / "b"), "Example Support")
    assert letters.render(*sample("comment", "en")).subject == "[CT-104] first"


def test_the_shipped_letters_are_whole() -> None:
    for name in LETTERS:
        assert {path.name for path in (SHIPPED / name / "en").iterdir()} == {"subject.txt", "body.txt", "body.html"}


def test_a_click_writes_a_signed_message_with_subject_and_line() -> None:
    notice = replace(sample("closed", "en")[0], subject="Images & sounds: 50% + more?")
    letter = SHIPPED_LETTERS.render(notice, None, "support+abc=@desk.example")
    links = [attributes["href"] or "" for tag, attributes in Page(letter.html).elements if tag == "a"]
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
        assert fields["body"][0].startswith("#rate ")
