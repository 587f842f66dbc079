"""RT: fields that the program writes for itself were believed when they came from outside."""

from tests.stories.stage import ANN, DANA, EMIL, MALLORY, Desk, told

FIELDS = {
    "RT-Send-Cc": MALLORY,
    "X-RT-Send-Cc": MALLORY,
    "RT-Squelch-Replies-To": DANA,
    "X-RT-Incoming-Encryption": "Success",
    "X-RT-Privilege": "Yes",
    "X-Postern-Send-Cc": MALLORY,
    "X-Postern-Proof": "STRONG",
}


def test_fields_of_the_house_that_come_from_outside_do_nothing(desk: Desk) -> None:
    """P14 (RT, CVE-2012-4735, CVE-2023-41259): nobody more is told, nobody less, and nothing counts as proven."""
    assert told(desk.write(ANN, "All images are missing.", headers=FIELDS)) == [ANN, DANA, EMIL]
    desk.write(ANN, "#close", subject="[CT-1] Images", headers=FIELDS, sender=MALLORY)
    assert (desk.status(), desk.kinds()[-1]) == ("new", "unverified")
    assert MALLORY not in desk.mailboxes
    assert told(desk.reply(ANN, "Still missing.", letter=desk.mailboxes[ANN][0], headers=FIELDS)) == [DANA, EMIL]
    assert all(name not in post.message for post in desk.letters() for name in FIELDS)
