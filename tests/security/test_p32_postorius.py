"""Postorius, 2021: somebody could act for another address, and learnt who was a member."""

from tests.stories.stage import ANN, BOB, DANA, EMIL, GINA, MALLORY, Desk


def test_nobody_subscribes_unsubscribes_or_speaks_for_another(desk: Desk) -> None:
    """P32 (Postorius, CVE-2021-40347): watch, unwatch, away and on behalf of another address do nothing."""
    desk.write(ANN, "All images are missing.", subject="Images", headers={"Cc": BOB})
    before = desk.ticket().watchers
    for words in (f"#unwatch {BOB}", f"#on behalf of {BOB}", f"#away {DANA}", f"#rate {BOB}", f"#watch {MALLORY}"):
        desk.reply(ANN, words, letter=desk.mailboxes[ANN][0])
    assert desk.ticket().watchers == before
    assert desk.ticket().requester == ANN


def test_nobody_learns_who_takes_part(desk: Desk) -> None:
    """cases 160 and 174, P32 (Postorius, CVE-2021-40347): a ticket of others is as one that is not there."""
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.write(GINA, "The shop is slow.", subject="Shop")
    letter = desk.last(GINA)

    def answered(key: str, words: str) -> list[tuple[str, str]]:
        posts = desk.reply(GINA, words.format(key=key), letter=letter)
        return [(post.to, post.text.replace(key, "KEY")) for post in posts if post.to not in (DANA, EMIL)]

    for words in ("#show {key}", "#export {key}", "#merge {key}", "#merge into {key}", "#watch {key}"):
        assert answered("CT-1", words) == answered("CT-9", words), words
    for owner in (GINA,):
        assert all("Ann" not in post.text and "Bob" not in post.text for post in desk.mailboxes[owner])
