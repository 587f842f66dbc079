"""django-helpdesk, 2026: the key that a list was sorted by walked through the whole database."""

from tests.stories.stage import ANN, GINA, Desk

KEYS = (
    "password",
    "requester.addresses",
    "queue__email_box_pass",
    "-created_at",
    "%",
    "_",
    "' OR 1=1 --",
    '"; DROP TABLE tickets; --',
    "*",
    "../..",
    "open; closed",
    "subject like shop",
)


def test_a_list_by_mail_has_four_words_and_no_others(desk: Desk) -> None:
    """case 169, P34 (django-helpdesk, GHSA-mxcg): no other word sorts, filters or finds anything."""
    desk.write(GINA, "The shop is slow.", subject="Shop")
    desk.write(ANN, "All images are missing.", subject="Images")
    letter = desk.last(ANN)
    assert "Images" in desk.reply(ANN, "#list open", letter=letter)[0].text
    for key in KEYS:
        for post in desk.reply(ANN, f"#list {key}", letter=letter):
            assert "Shop" not in post.text
            assert "CT-1" not in post.text
    assert desk.tickets() == ["CT-1", "CT-2"]
