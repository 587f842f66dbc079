"""Desk 003, four tiers: customer, partner, distributor, admin; a ticket is with one of them at a time."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, GINA, HUGO, MALLORY, WENDY, Desk, Post, told

DORA = "dora@distri.example"
WILL = "will@webhost.example"
TRUST = '[trust]\nauthserv_ids = ["mx.desk.example"]'


def authentic(domain: str) -> dict[str, str]:
    """What our own mail server says of a mail of that domain."""
    return {"Authentication-Results": f"mx.desk.example; dmarc=pass header.from={domain}"}


def opened(desk: Desk) -> None:
    """Ann has written."""
    desk.write(ANN, "All images are missing.", subject="Images")


def assigned(desk: Desk) -> None:
    """Wendy has taken Ann's ticket."""
    opened(desk)
    desk.reply(WENDY, "#take")


def test_customer_and_partner_are_told_of_a_new_ticket(desk: Desk) -> None:
    """003, created: both get a mail, nobody of the tiers above."""
    assert told(desk.write(ANN, "All images are missing.")) == sorted([ANN, WENDY, WILL])
    ticket = desk.ticket()
    assert (ticket.status, ticket.holder, ticket.substatus) == ("open", "party:webhost", "unassigned")


def test_the_key_says_who_created_it(desk: Desk) -> None:
    """003, keys: CT for a customer's ticket, PT for a partner's."""
    opened(desk)
    desk.write(WENDY, "Our console is down.")
    assert desk.tickets() == ["CT-1", "PT-2"]


def test_everyone_named_when_it_was_created_is_told_of_all(desk: Desk) -> None:
    """003, mails: those whose addresses were given at the beginning."""
    desk.write(ANN, "All images are missing.", headers={"Cc": BOB})
    first = desk.last(WENDY)
    for said in ("We look into it.", "#priority high", f"#assign {WILL}", "close\n\nDone."):
        assert BOB in told(desk.reply(WENDY, said, letter=first)), said


def test_a_partner_creates_a_ticket_for_its_customer(stage: Stage) -> None:
    """003, creating: on behalf of a customer; the key is a partner's, the ticket the customer's."""
    desk = stage(desk="four-tiers", more=TRUST)
    letters = desk.write(WENDY, f"#on behalf of {ANN}\n\nShe called.", headers=authentic("webhost.example"))
    (key,) = desk.tickets()
    assert key.startswith("PT-")
    assert (desk.ticket(key).requester, desk.ticket(key).organisation) == (ANN, "acme")
    assert ANN in told(letters)


def test_a_partner_creates_none_for_the_customer_of_another(stage: Stage) -> None:
    """003, creating: only for those below it."""
    desk = stage(desk="four-tiers", more=TRUST)
    desk.write(WENDY, f"#on behalf of {GINA}\n\nShe called.", headers=authentic("webhost.example"))
    assert [desk.ticket(key).requester for key in desk.tickets()] == [WENDY]


def test_a_technician_is_assigned_reassigned_and_unassigned(desk: Desk) -> None:
    """003, technician: each time with a mail; the sub-status is reset."""
    opened(desk)
    assert WILL in told(desk.reply(WENDY, f"#assign {WILL}"))
    assert (desk.ticket().assignees, desk.ticket().substatus) == ((WILL,), "assigned")
    desk.reply(WILL, "#status in progress")
    assert desk.ticket().substatus == "in-progress"
    assert WENDY in told(desk.reply(WILL, f"#assign {WENDY}"))
    assert (desk.ticket().assignees, desk.ticket().substatus) == ((WENDY,), "assigned")
    letters = desk.reply(WILL, "#release", letter=desk.mailboxes[WILL][0]) + desk.reply(WENDY, "#release")
    assert ANN in told(letters)
    assert (desk.ticket().assignees, desk.ticket().substatus) == ((), "unassigned")


def test_only_people_of_the_tier_that_has_it_are_given_it(desk: Desk) -> None:
    """003, technician: chosen from the list of one's own."""
    opened(desk)
    desk.reply(WENDY, f"#assign {HUGO}")
    desk.reply(WENDY, f"#assign {DORA}")
    assert desk.ticket().assignees == ()


@pytest.mark.parametrize(
    ("said", "substatus"),
    [
        ("in progress", "in-progress"),
        ("awaiting customer response", "awaiting-customer-response"),
        ("waiting for 3rd party", "waiting-for-3rd-party"),
    ],
)
def test_the_sub_status_can_be_set_once_assigned(desk: Desk, said: str, substatus: str) -> None:
    """003, sub-status: enabled by the assignment."""
    opened(desk)
    desk.reply(WENDY, f"#status {said}")
    assert (desk.ticket().substatus, desk.kinds()[-1]) == ("unassigned", "refusal")
    desk.reply(WENDY, "#take")
    desk.reply(WENDY, f"#status {said}")
    assert desk.ticket().substatus == substatus


@pytest.mark.parametrize("priority", ["high", "low"])
def test_the_priority_changes_at_any_time_and_everybody_hears_of_it(desk: Desk, priority: str) -> None:
    """003, priority: after creating, too."""
    opened(desk)
    assert ANN in told(desk.reply(WENDY, f"#priority {priority}"))
    assert desk.ticket().priority == priority
    desk.reply(WENDY, "close\n\nDone.")
    desk.reply(ANN, "#priority normal")
    assert desk.ticket().priority == "normal"


def test_forwarded_up_tier_by_tier(desk: Desk) -> None:
    """003, forward: partner to distributor to admin, each told."""
    opened(desk)
    assert DORA in told(desk.reply(WENDY, "#forward\n\nI cannot repair this."))
    assert desk.ticket().holder == "party:distri"
    letters = desk.reply(DORA, "#forward\n\nNor can I.")
    assert {DANA, EMIL} <= set(told(letters))
    assert desk.ticket().holder == "operator"


def test_forwarded_past_the_distributor(desk: Desk) -> None:
    """003, forward: straight to admin."""
    opened(desk)
    desk.reply(WENDY, "#forward admin")
    assert desk.ticket().holder == "operator"
    assert desk.mailboxes[DORA] == []


def test_the_former_handler_does_nothing_more(desk: Desk) -> None:
    """003, forward: once passed on no action is left."""
    opened(desk)
    letter = desk.last(WENDY)
    desk.reply(WENDY, "#forward")
    for said in ("close\n\nDone.", "#priority high", "#take", "One more thing."):
        desk.reply(WENDY, said, letter=letter)
    assert (desk.status(), desk.ticket().priority, desk.ticket().assignees) == ("open", "normal", ())


def test_a_forwarded_ticket_has_no_technician(desk: Desk) -> None:
    """003, sub-status: forwarding unassigns, so it is reset."""
    assigned(desk)
    desk.reply(WENDY, "#forward")
    assert (desk.ticket().assignees, desk.ticket().substatus) == ((), "unassigned")


def test_help_offers_the_former_handler_nothing_that_it_cannot_do(desk: Desk) -> None:
    """003, forward: who passed it on asks and stops following, no more."""
    opened(desk)
    desk.reply(WENDY, "#forward")
    (letter,) = desk.reply(WENDY, "#help")
    for verb in ("priority", "cc", "merge", "assign", "take", "forward", "on behalf", "close"):
        assert f"#{verb}" not in letter.text
    assert "#show" in letter.text


def test_a_list_counts_as_the_dashboard_does(desk: Desk) -> None:
    """003, dashboard: high priority, open, closed, unassigned."""
    for number in range(3):
        desk.write(ANN, f"Number {number}.")
    desk.reply(WENDY, "#take\n#priority high")
    desk.reply(WENDY, "close\n\nDone.", letter=desk.mailboxes[WENDY][0])
    (letter,) = desk.reply(WENDY, "#list")
    assert "2 open, 1 of high priority, 1 with nobody, 1 closed." in letter.text


def test_help_names_the_tiers_to_forward_to(desk: Desk) -> None:
    """003, forward: up, to a tier by its name, or past all to admin."""
    opened(desk)
    (letter,) = desk.reply(WENDY, "#help")
    assert "#forward up | distri | admin" in letter.text


def test_one_mail_with_several_commands_is_one_letter_to_each(desk: Desk) -> None:
    """003, mails: all that was done, and the words, in one."""
    desk.write(ANN, "All images are missing.", headers={"Cc": BOB})
    letters = desk.reply(WENDY, f"#priority high\n#assign {WILL}\n\nPlease begin with the start page.")
    assert told(letters) == sorted([ANN, BOB, WENDY, WILL])
    for reader in (ANN, WILL):
        text = desk.last(reader).text
        assert "The priority of CT-1 is now high." in text
        assert "Please begin with the start page." in text
    assert "CT-1 is now with Will." in desk.last(ANN).text


def test_replies_with_attachments_go_to_all_named(desk: Desk) -> None:
    """003, reply: by whoever logged it and whoever handles it, with files."""
    desk.write(ANN, "All images are missing.", headers={"Cc": BOB})
    letter = desk.last(WENDY)
    letters = desk.write(WENDY, "See the log.", to=letter.reply_to, subject=f"Re: {letter.subject}", attached="log")
    assert {ANN, BOB} <= set(told(letters))
    assert desk.timeline()[-1].attachments == ("notes.txt",)
    assert {WENDY, WILL} <= set(told(desk.reply(ANN, "Thank you, I see.")))


@pytest.mark.parametrize("resolution", ["resolved", "rejected", "duplicate"])
def test_closed_with_a_summary_and_a_resolution(desk: Desk, resolution: str) -> None:
    """003, close: Resolved, Rejected or Duplicate, with a summary that everybody gets."""
    opened(desk)
    letters = desk.reply(WENDY, f"#close {resolution}\n\nThe certificate had expired.")
    assert (desk.status(), desk.ticket().resolution) == ("closed", resolution)
    assert {ANN, WENDY} <= set(told(letters))
    assert "The certificate had expired." in desk.last(ANN).text


def test_without_a_word_it_is_resolved(desk: Desk) -> None:
    """003, close: the usual resolution."""
    opened(desk)
    desk.reply(WENDY, "close\n\nThe certificate had expired.")
    assert desk.ticket().resolution == "resolved"


def test_a_close_without_summary_is_refused(desk: Desk) -> None:
    """003, close: whoever closes says what was done."""
    opened(desk)
    desk.reply(WENDY, "close")
    assert (desk.status(), desk.kinds()[-1]) == ("open", "refusal")


def test_the_creator_may_close_a_colleague_may_not(desk: Desk) -> None:
    """003, close: by whoever solved it or whoever created it."""
    desk.write(ANN, "All images are missing.", headers={"Cc": BOB})
    desk.reply(WENDY, "We look into it.")
    desk.reply(BOB, "#close\n\nNot needed.")
    assert desk.status() == "open"
    assert "is for whoever" in " ".join(desk.last(BOB).text.split())
    desk.reply(ANN, "#close\n\nIt was our firewall.")
    assert desk.status() == "closed"


def test_the_creator_reopens_with_a_comment(desk: Desk) -> None:
    """003, reopen: by the person who created it, who says why; everybody is told."""
    opened(desk)
    desk.reply(WENDY, "close\n\nDone.")
    desk.reply(ANN, "#reopen")
    assert desk.status() == "closed"
    assert WENDY in told(desk.reply(ANN, "#reopen\n\nIt happens again."))
    assert (desk.status(), desk.ticket().resolution, desk.timeline()[-1].text) == ("open", None, "It happens again.")


def test_nobody_else_reopens(desk: Desk) -> None:
    """003, reopen: not the handler."""
    opened(desk)
    desk.reply(WENDY, "close\n\nDone.")
    desk.reply(WENDY, "reopen\n\nOh.")
    assert desk.status() == "closed"


def test_words_for_technicians_do_not_reach_customers(desk: Desk) -> None:
    """003, sensitive information: partner and above choose, everyone or technicians."""
    opened(desk)
    letters = desk.reply(WENDY, "#staff\n\nThe customer has not paid.")
    assert ANN not in told(letters)
    assert desk.timeline()[-1].audience == "staff"
    desk.reply(ANN, "#staff\n\nThey are slow.")
    assert "not done" in desk.last(ANN).text
    assert all("not paid" not in letter.text for letter in desk.mailboxes[ANN])


def test_duplicates_are_merged_into_the_primary_several_at_once(desk: Desk) -> None:
    """003, merge: closed as Duplicate and linked; only tickets of the same customer."""
    for number in (1, 2, 3):
        desk.write(ANN, "All images are missing.", subject=f"Images {number}")
    desk.write(GINA, "The shop is empty.")
    desk.reply(WENDY, "#merge CT-4", letter=desk.mailboxes[WENDY][0])
    assert desk.ticket("CT-4").merged_into is None
    desk.reply(WENDY, "#merge CT-2 CT-3", letter=desk.mailboxes[WENDY][0])
    assert desk.ticket("CT-1").merged == ("CT-2", "CT-3")
    with desk.office.store.read() as reading:
        found = {ticket.key: ticket for ticket in reading.tickets()}
    assert [(found[key].status, found[key].resolution, found[key].merged_into) for key in ("CT-2", "CT-3")] == [
        ("closed", "duplicate", "CT-1"),
        ("closed", "duplicate", "CT-1"),
    ]


def test_a_merged_ticket_is_unlinked_and_reopened(desk: Desk) -> None:
    """003, unlink: by whoever has the primary; then its creator may reopen it."""
    for number in (1, 2):
        desk.write(ANN, "All images are missing.", subject=f"Images {number}")
    second = desk.mailboxes[ANN][1]
    desk.reply(WENDY, "#merge CT-2", letter=desk.mailboxes[WENDY][0])
    desk.reply(WENDY, "#unmerge CT-2", letter=desk.mailboxes[WENDY][0])
    assert desk.ticket("CT-1").merged == ()
    desk.reply(ANN, "#reopen\n\nIt is another matter.", letter=second)
    assert (desk.status("CT-2"), desk.ticket("CT-2").merged_into) == ("open", None)


def test_lists_by_mail_show_open_closed_mine_and_forwarded(desk: Desk) -> None:
    """003, dashboard: tabs open, closed, mine, forwarded."""
    desk.write(ANN, "One", subject="Scanner")
    desk.write(ANN, "Two", subject="Printer")
    first, second = desk.mailboxes[WENDY][:2]
    desk.reply(WENDY, "#take", letter=first)
    desk.reply(WENDY, "#forward", letter=second)
    desk.reply(WENDY, "#list mine", letter=first)
    assert "Scanner" in desk.last(WENDY).text
    assert "Printer" not in desk.last(WENDY).text.partition("CT-1")[2].replace("Re: Printer", "")
    desk.reply(WENDY, "#list forwarded", letter=first)
    assert "CT-2" in desk.last(WENDY).text


def exported(letter: Post) -> dict[str, str]:
    """The files of an export, by their names."""
    (file,) = [part for part in letter.message.walk() if part.get_filename()]
    content = file.get_payload(decode=True)
    assert isinstance(content, bytes)
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_closed_ticket_is_exported_by_mail(desk: Desk) -> None:
    """003, export: problem, contact, activity and attachments of a closed ticket; as a file beside the letter."""
    opened(desk)
    desk.write(WENDY, "See the log.", to=desk.last(WENDY).reply_to, attached="disk full")
    desk.reply(WENDY, "close\n\nDone.")
    desk.reply(WENDY, "#export")
    files = exported(desk.last(WENDY))
    for words in ("Opened by: Ann", "See the log.", "Resolution: Resolved", "Done.", "Status: Open → Closed"):
        assert words in files["CT-1/CT-1.txt"]
    assert files["CT-1/attachments/01-notes.txt"].strip() == "disk full"


def test_an_export_names_the_merged_tickets(desk: Desk) -> None:
    """003, export: which tickets were merged into it."""
    opened(desk)
    letter = desk.last(WENDY)
    desk.write(ANN, "Still no images.", subject="Images again")
    desk.reply(WENDY, "#merge CT-2", letter=letter)
    desk.reply(WENDY, "#export", letter=letter)
    record = exported(desk.last(WENDY))["CT-1/CT-1.txt"]
    assert "Merged into it: CT-2" in record
    assert "merged with CT-2" in record


def test_an_outsider_with_the_number_does_nothing(desk: Desk) -> None:
    """003, forward: nobody but the tier that has it acts, whatever a mail claims."""
    opened(desk)
    desk.write(WENDY, "#forward admin", subject="[CT-1] Images", sender=MALLORY)
    assert desk.ticket().holder == "party:webhost"
