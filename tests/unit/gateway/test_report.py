"""The pages of `parse --report`: whatever stands in a mail is shown, and nothing of it acts."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from gateway import report
from gateway.report import LONGEST_TEXT, PER_PAGE, Report, coloured, prepare
from parsers.mail import Address, Attachment, Bounce, Defect, FailedRecipient, ParsedMail, Piece, Span
from parsers.quotes.reply import spans
from parsers.verbs import Verb, Verbs

VERBS = Verbs((Verb("close", ("close",)), Verb("to-customer", ("to customer",))))
EVIL = "</pre></script>\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}&amp;\x1b[2J\u202e"
TEXT = "\n\n#close\nThanks.\n-- \nAnn\n\nOn Sat, 31 Jan 2026 at 11:00, Bob wrote:\n> #close\n"


def mail(text: str) -> ParsedMail:
    return ParsedMail(text=text, spans=spans(text))


def hostile() -> ParsedMail:
    """A mail whose every text is an attack."""
    someone = Address(EVIL, EVIL)
    return ParsedMail(
        message_id=EVIL,
        in_reply_to=(EVIL,),
        from_=someone,
        to=(someone,),
        cc=(someone,),
        reply_to=(someone,),
        subject=EVIL,
        text=f"{EVIL}\n#close {EVIL}\n",
        spans=(Span(Piece.FRESH, 0, len(EVIL) * 2 + 9),),
        attachments=(Attachment(EVIL, EVIL, 1, "00", inline=True, content_id=EVIL),),
        bounce=Bounce((FailedRecipient(EVIL, EVIL, EVIL, EVIL),), EVIL),
        list_id=EVIL,
        defects=(Defect(EVIL, EVIL),),
    )


def written(folder: Path, *mails: ParsedMail) -> list[Path]:
    prepare(folder)
    pages = Report(folder, VERBS)
    for number, each in enumerate(mails):
        pages.add(f"{number}.eml", each)
    pages.end()
    return sorted(folder.iterdir())


def test_nothing_of_a_mail_acts(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    prepare(folder)
    pages = Report(folder, VERBS)
    pages.add(EVIL, hostile())
    pages.failed(EVIL, EVIL)
    pages.end()
    for path in folder.iterdir():
        page = path.read_text(encoding="utf-8")
        parsed = LexborHTMLParser(page)
        assert parsed.css("script, img, iframe, object, form, link, svg") == []
        assert "{{ 7 * 7 }}" in page
        for node in parsed.css("*"):
            assert not any(name.startswith("on") for name in node.attributes)
        assert all(not (node.attributes["href"] or "").startswith(("/", "http")) for node in parsed.css("a"))
        assert "\x1b" not in page


def test_the_policy_lets_in_the_style_and_nothing_else(tmp_path: Path) -> None:
    for path in written(tmp_path / "report", mail(TEXT)):
        page = path.read_text(encoding="utf-8")
        style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
        assert style is not None
        digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
        policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        assert f'content="{policy}"' in page
        assert "style=" not in page
        assert "prefers-color-scheme: dark" in page


def test_each_piece_has_its_colour_and_commands_are_marked(tmp_path: Path) -> None:
    page = LexborHTMLParser((written(tmp_path / "report", mail(TEXT))[1]).read_text(encoding="utf-8"))
    pieces = [(each.attributes["class"], words.text()) for each in page.css(".piece") for words in each.css("pre")]
    assert pieces == [
        ("piece fresh", "\n#close\nThanks."),  # a page leaves out the line feed that follows <pre>
        ("piece signature", "-- \nAnn"),
        ("piece quote", "On Sat, 31 Jan 2026 at 11:00, Bob wrote:\n> #close"),
    ]
    assert [node.text() for node in page.css("pre mark")] == ["#close"]


LINE = st.sampled_from(
    ["", "a", "> q", "-- ", "On Sat, 31 Jan 2026 at 11:00, Bob wrote:", "#close", " ", "\u2028", "\x0c"]
)


@given(st.lists(LINE, max_size=12).map("\n".join), st.sets(st.integers(1, 12)))
def test_what_is_marked_are_the_lines_of_the_fresh_words(text: str, lines: set[int]) -> None:
    found = mail(text)
    fresh = found.fresh.split("\n")
    marked = [part.text for piece in coloured(found, lines) for part in piece.parts if part.command]
    expected = [fresh[line - 1] for line in sorted(lines) if line <= len(fresh) and fresh[line - 1].strip()]
    assert [words.strip() for words in marked if words.strip()] == [words.strip() for words in expected]


@given(st.lists(LINE, max_size=12).map("\n".join))
def test_all_of_a_text_is_shown(text: str) -> None:
    shown = "".join(part.text for piece in coloured(mail(text), {1}) for part in piece.parts)
    assert "".join(shown.split()) == "".join(text.split())


def test_a_long_text_is_cut_and_the_page_says_so(tmp_path: Path) -> None:
    page = written(tmp_path / "report", mail("x" * (LONGEST_TEXT + 7)))[1].read_text(encoding="utf-8")
    assert "7 more characters" in page
    assert len(page) < LONGEST_TEXT + 20_000


def test_many_mails_are_many_pages(tmp_path: Path) -> None:
    paths = written(tmp_path / "report", *[mail(TEXT)] * (2 * PER_PAGE + 1))
    assert [path.name for path in paths] == ["index.html", "page-1.html", "page-2.html", "page-3.html"]
    index = LexborHTMLParser(paths[0].read_text(encoding="utf-8"))
    links = {node.attributes["href"] or "" for node in index.css("a")}
    assert {"page-1.html", "page-2.html", "page-3.html"} <= links
    for link in links:
        name, _, anchor = link.partition("#")
        assert not anchor or f'id="{anchor}"' in (tmp_path / "report" / name).read_text(encoding="utf-8")
    assert "page-3.html" in paths[2].read_text(encoding="utf-8")
    assert "page-4.html" not in paths[3].read_text(encoding="utf-8")


def test_no_mail_is_a_report_too(tmp_path: Path) -> None:
    (index,) = written(tmp_path / "report")
    assert "0 mails" in index.read_text(encoding="utf-8")


def test_the_folder_is_its_owners_and_holds_reports_only(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    written(folder, *[mail(TEXT)] * (PER_PAGE + 1))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in written(folder, mail(TEXT))] == ["index.html", "page-1.html"]
    (folder / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match=r"letter\.txt"):
        prepare(folder)
    assert len(list(folder.iterdir())) == 3


def test_a_mail_that_cannot_be_shown_is_not_half_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "report"
    prepare(folder)
    pages = Report(folder, VERBS)
    with monkeypatch.context() as patch:
        patch.setattr(report, "commands", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            pages.add("1.eml", mail(TEXT))
    pages.failed("1.eml", "no")
    assert "1 mail." in pages.end().read_text(encoding="utf-8")
