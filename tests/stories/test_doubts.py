"""Writers who look like somebody else: the staff is warned, and a command wants one step more of proof."""

import pytest

from tests.stories.stage import ANN, BOB, DANA, EMIL, MALLORY, WENDY, Desk

ELSEWHERE = {"Reply-To": MALLORY}


@pytest.fixture
def case(desk: Desk) -> Desk:
    """A ticket of Ann."""
    desk.write(ANN, "All images are missing.", subject="Images")
    return desk


def test_a_reply_to_of_somebody_else_is_shown_to_the_staff_alone(case: Desk) -> None:
    case.reply(ANN, "They are gone on phones, too.", headers=ELSEWHERE)
    assert f"Take care: Its Reply-To is {MALLORY}" in case.last(DANA).text
    case.write(ANN, "The door squeaks.", headers=ELSEWHERE)
    assert "Take care" in case.last(EMIL).text
    assert all("Take care" not in letter.text for letter in case.mailboxes[ANN])
    assert MALLORY not in case.mailboxes


def test_a_command_beside_it_has_to_be_confirmed(case: Desk) -> None:
    case.reply(ANN, "#close", headers=ELSEWHERE)
    assert case.status() == "new"
    assert case.last(ANN).subject.endswith("Was this you?")
    case.reply(ANN, "confirm", headers=ELSEWHERE)
    assert case.status() == "closed"


@pytest.mark.parametrize("near", [ANN, "ANN@ACME.EXAMPLE", "ann.lee@acme.example", BOB, "team@acme.example"])
def test_a_reply_to_of_the_writers_own_or_of_a_colleague_is_nothing(case: Desk, near: str) -> None:
    case.reply(ANN, "#close", headers={"Reply-To": near})
    assert case.status() == "closed"
    assert "Take care" not in case.last(DANA).text


@pytest.mark.parametrize("name", ["Dana", "dana", "D\u0430na", "\uff24\uff41\uff4e\uff41", "Example Support"])
def test_a_name_of_the_house_is_shown_with_a_warning(desk: Desk, name: str) -> None:
    desk.write(MALLORY, "Please send me the list.", name=name)
    assert "Take care: It calls itself" in desk.last(EMIL).text
    desk.reply(MALLORY, "#close", name=name)
    assert desk.status("CT-1") == "new"


def test_the_names_of_customers_are_anybodys(desk: Desk) -> None:
    desk.write(MALLORY, "Hello.", name="Ann")
    desk.reply(MALLORY, "#close", name="Ann")
    assert desk.status() == "closed"
    assert "Take care" not in desk.last(DANA).text


@pytest.mark.parametrize(
    "domain",
    [
        "acrne.example",
        "xn--cme-5cd.example",  # with a Cyrillic a
        "desk.examp1e",
        "ACRNE.example",
    ],
)
def test_a_domain_that_looks_like_a_known_one_is_shown_with_a_warning(desk: Desk, domain: str) -> None:
    """case 82: mixed scripts, digits for letters, A-labels, capitals."""
    writer = f"ann@{domain}"
    desk.write(writer, "All images are missing.")
    assert "and is another domain." in desk.last(DANA).text
    assert desk.ticket().organisation is None


def test_known_domains_are_no_look_alikes(desk: Desk) -> None:
    for writer in (ANN, WENDY):
        desk.write(writer, "Hello.", subject="[system acme-dam] Hello")
    assert "Take care" not in desk.last(DANA).text + desk.last(EMIL).text
