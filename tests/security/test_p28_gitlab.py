"""GitLab, 2023: a list of addresses stood where one was expected, and the secret went to all of them."""

from tests.stories.stage import ANN, DANA, MALLORY, SUPPORT, WENDY, Desk

LISTS = (
    f"{WENDY}, {MALLORY}",
    f"{WENDY};{MALLORY}",
    f'"{WENDY}" <{MALLORY}>',
    f"{WENDY} {MALLORY}",
    f"{WENDY}%00{MALLORY}",
)


def test_a_secret_goes_to_one_registered_address(desk: Desk) -> None:
    """P28 (GitLab, CVE-2023-7028): a challenge is written to whom the directory holds, or to nobody."""
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    for number, value in enumerate(LISTS):
        head = f"From: {value}\r\nTo: {SUPPORT}\r\nReply-To: {value}\r\nMessage-ID: <{number}@x.example>"
        desk.arrives(f"{head}\r\nSubject: [CT-1] Images\r\n\r\nclose\r\n".encode(), MALLORY, SUPPORT)
    asked = [post for post in desk.letters() if post.subject.endswith("Was this you?")]
    assert {post.to for post in asked} <= {WENDY}
    assert all("," not in str(post.message["To"]) for post in desk.letters())
    assert desk.status() == "on-partner"
