"""Letters repeat what was said before, as far as their reader may see it; and the answer to them repeats nothing."""

from collections.abc import Callable

import pytest

from parsers.read import read
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, HUGO, WENDY, Desk, Post, told


def earlier(letter: Post) -> str:
    """What a letter repeats, without the marks of a quote; empty for nothing."""
    lines = letter.text.partition("\nEarlier, ")[2].splitlines()
    return "\n".join(line[2:] for line in lines if line.startswith(">"))


def test_a_letter_repeats_what_was_said_last(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.\n\nSince nine.")
    desk.reply(DANA, "to customer\n\nWhich browser?")
    assert (
        "Earlier, Ann wrote (2026-03-02 09:01 UTC):\n\n> All images are missing.\n>\n> Since nine."
        in desk.last(ANN).text
    )
    desk.reply(ANN, "All of them.")
    assert earlier(desk.last(DANA)) == "Which browser?"
    assert "<blockquote" in desk.last(DANA).html
    assert "Which browser?" in desk.last(DANA).html.partition("<blockquote")[2]


def test_what_has_no_words_is_passed_over(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to customer")
    desk.reply(DANA, "close")
    assert earlier(desk.last(ANN)) == "All images are missing."


def test_who_joins_late_reads_how_it_began(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to customer\n\nWhich browser?")
    desk.reply(ANN, "All of them.")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    shown = desk.last(WENDY).text
    assert shown.index("> All images are missing.") < shown.index("> All of them.")
    assert "Which browser?" not in shown
    desk.reply(WENDY, "It is the application.")
    desk.reply(DANA, "to 2nd level provider\n\nYour turn.")
    assert earlier(desk.last(HUGO)) == "All images are missing.\nIt is the application."
    desk.reply(HUGO, "Mended.")
    desk.reply(DANA, "to 2nd level provider\n\nAnd the thumbnails?")
    assert earlier(desk.last(HUGO)) == "Mended."


def test_what_is_internal_is_repeated_to_colleagues_alone(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    first = desk.last(DANA)
    desk.reply(DANA, "#internal\n\nINTERNAL: they did not pay.")
    desk.reply(EMIL, "I know.")
    assert earlier(desk.last(DANA)) == "INTERNAL: they did not pay."
    desk.reply(EMIL, "to customer\n\nWhich browser?", letter=desk.mailboxes[EMIL][0])
    assert earlier(desk.last(ANN)) == "All images are missing."
    desk.reply(DANA, "to web-it provider\n\nPlease look.", letter=first)
    assert "INTERNAL" not in desk.last(WENDY).text


def test_words_that_were_taken_back_are_not_repeated(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to customer\n\nWrong ticket, sorry.")
    desk.reply(DANA, "undo")
    desk.reply(DANA, "to customer\n\nWhich browser?", letter=desk.mailboxes[DANA][0])
    assert "Wrong ticket" not in desk.last(ANN).text
    desk.reply(ANN, "All of them.")
    assert earlier(desk.last(DANA)) == "Which browser?"


def test_neither_machines_nor_the_unproven_are_repeated(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to customer\n\nWhich browser?")
    desk.reply(ANN, "I am away.", headers={"Auto-Submitted": "auto-replied"})
    desk.write(BOB, "Nobody proves me.", subject="[CT-1] Images")
    desk.reply(ANN, "All of them.", letter=desk.mailboxes[ANN][-1])
    assert earlier(desk.last(DANA)) == "Which browser?"


def test_much_is_shortened(desk: Desk) -> None:
    desk.write(ANN, "\n".join(f"line {number} of a long report" for number in range(500)))
    desk.reply(DANA, "to customer\n\nThank you.")
    shown = earlier(desk.last(ANN))
    assert shown.startswith("line 0 of a long report\nline 1")
    assert shown.endswith("[…]")
    assert len(shown) < 1600


def test_a_site_that_repeats_nothing(stage: Stage) -> None:
    desk = stage(more='[letters]\nquote = "none"')
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to customer\n\nWhich browser?")
    assert earlier(desk.last(ANN)) == ""
    assert "<blockquote" not in desk.last(ANN).html


def _marked(letter: Post) -> str:
    return "\n".join(f"> {line}".rstrip() for line in letter.text.splitlines())


PROGRAMS: dict[str, Callable[[Post], str]] = {
    "as plain text": lambda letter: "On Mon, 2 Mar 2026, Example Support wrote:\n" + _marked(letter),
    "without a lead": _marked,
    "as Outlook does": lambda letter: f"-----Original Message-----\nFrom: Example Support\n\n{letter.text}",
    "unmarked": lambda letter: letter.text,
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_answer_that_quotes_a_letter_repeats_nothing_of_it(desk: Desk, program: str) -> None:
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to customer\n\nWhich browser?")
    letter = desk.last(ANN)
    assert earlier(letter)
    letters = desk.reply(ANN, f"All of them.\n\n{PROGRAMS[program](letter)}")
    assert desk.timeline()[-1].text == "All of them."
    assert told(letters) == [DANA, EMIL]


def test_the_page_of_a_letter_is_a_quote_in_an_answer(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.reply(DANA, "to customer\n\nWhich browser?")
    page = desk.last(ANN).html
    body = page[page.index("<body") :].replace("<body", "<div").replace("</body>", "</div>").replace("</html>", "")
    for frame in ('<blockquote type="cite">{}</blockquote>', '<div class="gmail_quote">{}</div>', "<hr>{}"):
        html = f"<html><body><p>All of them.</p>{frame.format(body)}</body></html>"
        raw = f"From: ann@acme.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}".encode()
        assert read(raw).fresh == "All of them."
