"""Zendesk (2025-10, 2026-01): tickets opened in the names of victims flooded them with letters of a trusted sender."""

from tests.stories.stage import Desk

VICTIM = "victim@street.example"


def test_a_victim_is_flooded_neither_with_letters_nor_with_words_of_the_attacker(desk: Desk) -> None:
    """P3 (Zendesk mail bombs, 2025): five letters an hour at most, none with a word that the attacker chose."""
    for number in range(7):
        desk.write(
            VICTIM,
            f"You owe us money, pay at cheat{number}.example.",
            name="Your Bank",
            subject=f"Invoice {number} of cheat.example",
            attached="pay at cheat.example",
        )
    letters = desk.mailboxes[VICTIM]
    assert len(letters) == 5
    assert not any(b"cheat" in post.data.lower() or b"bank" in post.data.lower() for post in letters)
    assert {post.subject.partition("] ")[2] for post in letters} == {"We have received your message"}
