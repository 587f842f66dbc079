"""Closing with a word, rating with a click, and thanks that wake nobody."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, Desk, Post, told
from tests.unit.routing.clockwork import DESK


@pytest.fixture
def case(stage: Stage, tmp_path: Path) -> Desk:
    """A ticket of Ann on a desk with ratings and resolutions."""
    file = tmp_path / "clockwork.toml"
    file.write_text(DESK)
    desk = stage(gateway=f'workflow = "{file}"')
    desk.write(ANN, "All images are missing.", subject="Images & sounds")
    return desk


def clicks(letter: Post) -> list[tuple[str, str, str]]:
    """What the links of a letter write: address, subject, text."""
    links = re.findall(r'href="mailto:([^?"]+)\?subject=([^&"]+)&amp;body=([^"]+)"', letter.html)
    return [(unquote(to), unquote(subject), unquote(text)) for to, subject, text in links]


def test_one_click_rates_and_closes(case: Desk) -> None:
    case.reply(DANA, "done\n\nThey are back.")
    letter = case.last(ANN)
    found = clicks(letter)
    assert [text for _, _, text in found] == ["#rate 1", "#rate 2", "#rate 3", "#rate 4", "#rate 5"]
    to, subject, text = found[3]
    assert (to, subject) == (letter.reply_to, "Re: [CT-1] Images & sounds")
    assert told(case.write(ANN, text, to=to, subject=subject)) == [ANN, DANA, EMIL]
    assert (case.ticket().rating, case.status()) == (4, "closed")
    assert case.last(DANA).headline == "Ann rated CT-1 with 4 of 5."
    assert case.last(ANN).headline == "Thank you. You rated CT-1 with 4 of 5."


def test_the_text_of_the_letter_says_how_to_rate(case: Desk) -> None:
    case.reply(DANA, "done")
    assert "Reply with the line #rate 5 (very good)" in case.last(ANN).text
    assert not clicks(case.last(DANA))


def test_words_beside_a_rating_do_not_reopen(case: Desk) -> None:
    case.reply(DANA, "done")
    case.reply(ANN, "#rate 5\n\nVery quick, well done.")
    assert (case.status(), case.kinds()) == ("closed", ["opened", "move", "rating"])
    assert case.timeline()[-1].text == "Very quick, well done."


def test_only_the_requester_rates(case: Desk) -> None:
    case.reply(DANA, "done")
    letter = case.last(ANN)
    assert told(case.write(BOB, "#rate 1", to=letter.reply_to)) == [BOB]
    assert told(case.reply(DANA, "#rate 5")) == [DANA]
    assert (case.ticket().rating, case.status()) == (None, "done")


def test_a_rating_without_proof_is_none(case: Desk) -> None:
    case.reply(DANA, "done")
    case.write(ANN, "#rate 1", subject="[CT-1] Images")
    assert case.ticket().rating is None


def test_a_rating_can_be_undone(case: Desk) -> None:
    case.reply(DANA, "done")
    case.reply(ANN, "#rate 1")
    case.reply(ANN, "undo")
    assert (case.ticket().rating, case.status()) == (None, "done")


def test_the_same_click_twice_rates_once(case: Desk) -> None:
    case.reply(DANA, "done")
    to, subject, text = clicks(case.last(ANN))[4]
    case.write(ANN, text, to=to, subject=subject)
    case.write(ANN, text, to=to, subject=subject)
    assert case.kinds() == ["opened", "move", "rating", "refusal"]


def test_where_rating_is_off_done_is_closed(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "clockwork.toml"
    file.write_text(DESK.replace("[rating]\n", "[rating]\nenabled = false\n"))
    desk = stage(gateway=f'workflow = "{file}"')
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "done")
    assert desk.status() == "closed"
    assert not clicks(desk.last(ANN))


@pytest.mark.parametrize("said", ["close duplicate", "#close duplicate", "/close A Duplicate"])
def test_a_ticket_is_closed_with_a_resolution_and_a_summary(case: Desk, said: str) -> None:
    case.reply(DANA, f"{said}\n\nSee the ticket of Bob.")
    assert (case.status(), case.ticket().resolution) == ("closed", "duplicate")
    assert case.last(ANN).headline == "Dana closed CT-1: A duplicate."
    assert "See the ticket of Bob." in case.last(ANN).text


def test_a_resolution_in_the_subject(case: Desk) -> None:
    case.reply(DANA, "See above.", subject="Re: [CT-1] [close resolved] Images")
    assert (case.status(), case.ticket().resolution) == ("closed", "resolved")


def test_a_resolution_that_the_desk_does_not_know(case: Desk) -> None:
    case.reply(DANA, "#close forgotten")
    assert case.status() == "open"
    assert "resolved, duplicate" in case.last(DANA).text


@pytest.mark.parametrize(
    "thanks",
    [
        "Thanks!",
        "Hi Dana,\n\nthank you very much for your quick help!\n\nBest regards,\nAnn",
        "Danke!",
        "merci beaucoup",
    ],
)
def test_thanks_for_a_closed_ticket_are_filed_and_no_more(case: Desk, thanks: str) -> None:
    case.reply(DANA, "close resolved")
    assert case.reply(ANN, thanks) == []
    assert (case.status(), case.kinds()[-1]) == ("closed", "comment")
    assert case.timeline()[-1].text == thanks


@pytest.mark.parametrize("news", ["Thanks, but it is still broken.", "Danke, und wann kommt der Rest?", "Hello again."])
def test_anything_more_brings_the_ticket_back(case: Desk, news: str) -> None:
    case.reply(DANA, "close resolved")
    assert told(case.reply(ANN, news)) == [DANA, EMIL]
    assert case.status() == "open"


def test_thanks_on_an_open_ticket_are_a_comment(case: Desk) -> None:
    assert told(case.reply(ANN, "Thanks!")) == [DANA, EMIL]


def test_thanks_with_something_attached_are_a_comment(case: Desk) -> None:
    case.reply(DANA, "close resolved")
    letter = case.last(ANN)
    assert told(case.write(ANN, "Thanks!", to=letter.reply_to, attached="log")) == [DANA, EMIL]
