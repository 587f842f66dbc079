"""One ticket, and each of its readers in a language of its own."""

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import DANA, Desk, told

CARL = "carl@initech.example"
EVA = "eva@initech.example"
INITECH = f"""
[[organisation]]
key = "initech"
name = "Initech"
kind = "customer"
language = "de"

[[person]]
name = "Carl"
addresses = ["{CARL}"]
organisation = "initech"

[[person]]
name = "Eva"
addresses = ["{EVA}"]
organisation = "initech"
language = "es-MX"
"""


@pytest.fixture
def several(stage: Stage) -> Desk:
    desk = stage(people=INITECH)
    desk.write(CARL, "Die Bilder fehlen.", subject="Bilder", headers={"Cc": EVA})
    return desk


def test_each_reader_is_told_in_its_own_language(several: Desk) -> None:
    assert told(several.reply(DANA, "to customer\n\nWhich browser?")) == [CARL, DANA, EVA]
    assert several.last(CARL).headline == "Dana hat CT-1 an Initech übergeben."
    assert several.last(EVA).headline == "Dana ha pasado CT-1 a Initech."
    assert several.last(DANA).headline == "CT-1 went to Initech and is now On Customer."
    assert {several.last(one).subject for one in (CARL, EVA, DANA)} == {"[CT-1] Bilder"}


def test_what_the_desk_says_to_a_command_is_in_the_language_of_who_wrote_it(several: Desk) -> None:
    several.reply(DANA, "to customer\n\nWhich browser?")
    several.reply(CARL, "#close\n\nDanke.")
    assert several.status() == "closed"
    assert several.last(CARL).headline == "CT-1 ist jetzt: Geschlossen."
    several.reply(CARL, "#close\n\nNoch einmal.")
    assert "„Schließen“ geht nicht, solange das Ticket im Status „Geschlossen“ ist." in several.last(CARL).text


def test_an_answer_to_a_letter_in_another_language_is_read_without_its_quote(several: Desk) -> None:
    several.reply(DANA, "to customer\n\nWhich browser?")
    several.reply(CARL, "Alle.", quoting=True)
    assert several.timeline()[-1].text == "Alle."
