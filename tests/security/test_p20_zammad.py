"""Zammad: what one view hid another one showed."""

from pathlib import Path

from tests.stories import lanes
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, GINA, WENDY

NOTE = "Internal: the customer has not paid since March."


def test_no_question_shows_a_note(stage: Stage, tmp_path: Path) -> None:
    """case 159, P20 (Zammad, CVE-2020-29158, CVE-2022-48022): by no question, on no ticket."""
    desk = lanes.opened(stage, tmp_path, lanes=False)
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.write(GINA, "The shop is slow.", subject="Shop")
    first = {owner: desk.mailboxes[owner][0] for owner in (ANN, DANA, GINA)}
    desk.reply(DANA, f"#internal\n\n{NOTE}", letter=first[DANA])
    for owner in (ANN, GINA):
        for words in ("#show", "#show all", "#export", "#list", "#list open", "#help", "#show CT-1", "#show CT-2"):
            desk.reply(owner, words, letter=first[owner])
        assert desk.mailboxes[owner]
    for owner in (ANN, BOB, GINA, WENDY):
        assert all(NOTE not in post.text and b"not paid" not in post.data for post in desk.mailboxes.get(owner, []))
    assert all("slow" not in post.text for post in desk.mailboxes[ANN])
