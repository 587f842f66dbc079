"""Who has a ticket: given by itself, offered, taken, given back, transferred; and who is away or wants no letters."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, EMIL, GINA, MALLORY, WENDY, Desk, Post, threading, told
from tests.stories.together import waits, walk_together

UMA = "uma@desk.example"
PEOPLE = """
[[person]]
name = "Uma"
addresses = ["uma@desk.example"]
organisation = "example-support"
role = "moderator"
"""
RULES = """
key = "small"
name = "Small"
bare_phrases = ["operator"]

[states]
open = {{ name = "Open", kind = "open" }}
assigned = {{ name = "Assigned", kind = "open" }}
closed = {{ name = "Closed", kind = "closed" }}

[roles]
web-it-provider = "Web-IT Provider"
2nd-level-provider = "2nd Level Provider"

[acts]
assign = ["operator"]
take = ["operator"]
release = ["operator"]
transfer = ["operator"]
away = ["operator"]
priority = ["operator"]
internal = ["operator"]

[told]
take = ["requester"]

[assignment]
{assignment}

[opening]
status = "open"
holder = "operator"
notify = []
template = "opened"
acknowledgement = "acknowledgement"

[[comment]]
who = ["customer", "partner"]
from = ["open", "assigned", "closed"]
to = "open"
holder = "operator"
notify = ["assignee"]
template = "comment"

[[comment]]
who = ["operator"]
from = ["open", "assigned", "closed"]
notify = ["requester", "assignee"]
template = "comment"

[[move]]
verb = "close"
label = "Close"
phrases = ["close"]
from = ["open", "assigned"]
to = "closed"
holder = "operator"
who = ["customer", "operator"]
notify = ["requester", "assignee"]
template = "closed"
"""
FOLLOWS = 'assigned = { open = "assigned" }\nreleased = { assigned = "open" }\nfits = []\n'
Setting: TypeAlias = Callable[..., Desk]


@pytest.fixture
def small(stage: Stage, tmp_path: Path) -> Setting:
    """Opens a desk with these lines in its table `assignment`; Uma is its moderator."""

    def setting(assignment: str, people: str = PEOPLE) -> Desk:
        file = tmp_path / "small.toml"
        file.write_text(RULES.format(assignment=FOLLOWS + assignment))
        return stage(gateway=f'workflow = "{file}"', people=people)

    return setting


def letters(posts: list[Post], words: str) -> list[str]:
    """Who got a letter that begins with these words."""
    return told([post for post in posts if words in post.headline])


def refusal(posts: list[Post]) -> str:
    """The one letter that comes back, which says that nothing came of it."""
    (post,) = posts
    assert "was not done" in post.headline or "was not passed on" in post.headline
    return post.text


# By itself


def test_a_ticket_goes_to_whoever_has_the_fewest_open_ones(small: Setting) -> None:
    desk = small('automatic = "fewest"')
    for _ in range(9):
        desk.write(ANN, "The scanner is silent.")
    assignees = [desk.ticket(key).assignees[0] for key in desk.tickets()]
    assert {name: assignees.count(name) for name in (DANA, EMIL, UMA)} == {DANA: 3, EMIL: 3, UMA: 3}
    assert {desk.status(key) for key in desk.tickets()} == {"assigned"}
    busy = desk.ticket("CT-1").assignees[0]
    for key in [key for key in desk.tickets() if desk.ticket(key).assignees == (busy,)][:2]:
        letter = next(post for post in desk.mailboxes[busy] if f"[{key}]" in post.subject)
        desk.reply(busy, "close", letter=letter)
    for _ in range(2):
        desk.write(GINA, "Where is my order?")
    assert [desk.ticket(f"CT-{number}").assignees for number in (10, 11)] == [(busy,), (busy,)]


def test_the_letter_to_whoever_has_it_says_what_it_is_about(small: Setting) -> None:
    desk = small('automatic = "fewest"')
    posts = desk.write(ANN, "The scanner is silent.", subject="Scanner")
    (holder,) = desk.ticket().assignees
    assert told(posts) == sorted([ANN, holder])
    letter = desk.last(holder)
    assert letter.headline == "CT-1 is yours: Scanner"
    assert "The scanner is silent." in letter.text
    assert told(desk.reply(holder, "Is it switched on?")) == [ANN]


def test_who_is_away_gets_no_new_tickets_until_the_day(small: Setting) -> None:
    desk = small('automatic = "fewest"\nroles = ["agent"]')
    desk.write(ANN, "One.")
    desk.write(ANN, "Two.")
    (receipt,) = desk.reply(EMIL, "#away until 2026-03-04")
    assert "Wednesday, 2026-03-04" in receipt.text
    desk.office.apply_directory()
    assert [desk.write(ANN, "More.") and desk.ticket(key).assignees for key in ("CT-3", "CT-4")] == [(DANA,), (DANA,)]
    desk.moment = desk.moment.replace(day=4)
    desk.write(ANN, "Five.")
    assert desk.ticket("CT-5").assignees == (EMIL,)
    desk.reply(EMIL, "away")
    desk.write(ANN, "Six.")
    assert desk.ticket("CT-6").assignees == (DANA,)
    desk.reply(EMIL, "#away off")
    desk.write(ANN, "Seven.")
    assert desk.ticket("CT-7").assignees == (EMIL,)


def test_a_ticket_that_nobody_can_have_is_put_before_all_agents(small: Setting) -> None:
    desk = small('automatic = "fewest"\nskills = ["network"]')
    assert told(desk.write(ANN, "The scanner is silent.")) == [ANN, DANA, EMIL]
    assert desk.ticket().assignees == ()


# By command


def test_a_ticket_is_assigned_with_words_released_and_taken(small: Setting) -> None:
    desk = small('skills = []\nautomatic = "fewest"\nroles = ["moderator", "agent"]')
    desk.write(ANN, "The scanner is silent.", subject="Scanner")
    (first,) = desk.ticket().assignees
    other = next(name for name in (DANA, EMIL, UMA) if name != first)
    posts = desk.reply(first, f"#assign {other}\n\nThe key is under the mat.")
    assert told(posts) == sorted([ANN, first, other])
    assert desk.last(other).headline.endswith("gave CT-1 to you: Scanner")
    assert "under the mat" in desk.last(other).text
    assert desk.last(first).headline.startswith("CT-1 is now with")
    desk.reply(other, "#release")
    assert (desk.status(), desk.ticket().assignees) == ("open", ())
    assert told(desk.reply(first, "take")) == sorted([ANN, first])
    assert (desk.status(), desk.ticket().assignees) == ("assigned", (first,))


def test_a_ticket_is_transferred_with_a_note_that_no_client_reads(small: Setting) -> None:
    desk = small('automatic = "fewest"\nroles = ["agent"]')
    desk.write(ANN, "The shop is down.", subject="Shop")
    (first,) = desk.ticket().assignees
    other = EMIL if first == DANA else DANA
    posts = desk.reply(
        first, f"#transfer {other} account globex product globex-shop\n\nShe wrote from the wrong address."
    )
    assert told(posts) == sorted([first, other])
    assert "wrong address" in desk.last(other).text
    ticket = desk.ticket()
    assert (ticket.assignees, ticket.organisation, ticket.system) == ((other,), "globex", "globex-shop")
    assert desk.timeline()[-1].audience == "internal"
    assert ANN not in told(desk.reply(other, "I see."))
    assert desk.timeline()[-1].audience == "internal"


# Offers


@pytest.fixture
def offered(small: Setting) -> Desk:
    """A ticket of Ann that was offered to Dana, Emil and Uma."""
    desk = small('automatic = "offer"')
    assert letters(desk.write(ANN, "The scanner is silent.", subject="Scanner"), "Can you take") == [DANA, EMIL, UMA]
    return desk


def test_the_first_one_has_it_and_the_others_are_told(offered: Desk) -> None:
    assert "#take" in offered.last(EMIL).text
    assert "The scanner is silent." in offered.last(EMIL).text
    posts = offered.reply(EMIL, "take")
    assert letters(posts, "Emil has taken CT-1.") == [DANA, UMA]
    assert told(posts) == [ANN, DANA, EMIL, UMA]
    assert (offered.status(), offered.ticket().assignees) == ("assigned", (EMIL,))
    late = offered.reply(DANA, "#take", letter=offered.mailboxes[DANA][0])
    assert "Emil was first and has CT-1." in refusal(late)
    assert offered.ticket().assignees == (EMIL,)


def test_of_two_at_the_same_time_one_has_it_and_the_other_learns_who(offered: Desk) -> None:
    for name in (DANA, EMIL):
        waits(offered, name, "#take", offered.last(name))
    walk_together(offered)
    (winner,) = offered.ticket().assignees
    loser = EMIL if winner == DANA else DANA
    headlines = [post.headline for post in offered.mailboxes[loser]]
    assert any("has taken CT-1" in line for line in headlines)
    assert f"{winner.partition('@')[0].title()} was first" in offered.last(loser).text
    assert offered.kinds().count("assignment") == 2


def test_a_take_that_comes_again_does_nothing_more(offered: Desk) -> None:
    offered.reply(EMIL, "#take")
    before = offered.timeline()
    assert offered.again() == []
    assert offered.timeline() == before


def test_nobody_takes_a_ticket_through_a_letter_of_another_one(offered: Desk) -> None:
    offered.write(MALLORY, "#take", to=offered.last(EMIL).reply_to, headers={"From": f"Emil <{MALLORY}>"})
    offered.write(WENDY, "#take", to=offered.last(EMIL).reply_to, headers=threading(offered.last(EMIL)))
    offered.write(ANN, "#take", to=offered.last(EMIL).reply_to)
    offered.reply(ANN, "#take")
    offered.write(EMIL, "#take", subject="[CT-1] Scanner")
    assert offered.ticket().assignees == ()


def test_members_write_only_once_the_ticket_is_theirs(small: Setting) -> None:
    desk = small('automatic = "offer"\nseveral = true\nwrite_after_assignment = ["agent"]\nassigners = ["moderator"]')
    desk.write(ANN, "The scanner is silent.")
    text = refusal(desk.reply(DANA, "I am on my way."))
    assert 'write "#take" on the first line' in text
    assert desk.timeline()[-1].text == "I am on my way."
    assert desk.timeline()[-1].audience == "staff"
    assert "for the role" not in refusal(desk.reply(DANA, "#priority high"))
    assert "role moderator" in refusal(desk.reply(DANA, f"#assign {DANA}"))
    assert "Did you mean #take?" in refusal(desk.reply(DANA, "#tkae\n\nI am on my way."))
    assert "comment" not in desk.kinds()
    assert ANN in told(desk.reply(DANA, "#take\n\nI am on my way."))
    assert desk.timeline()[-1].kind == "comment"
    assert ANN in told(desk.reply(UMA, "Both of you, please."))
    desk.reply(UMA, f"#assign {EMIL}")
    assert desk.ticket().assignees == (DANA, EMIL)
    assert ANN in told(desk.reply(EMIL, "I come, too."))


def test_a_ticket_that_everybody_gave_back_is_offered_again(offered: Desk) -> None:
    offered.reply(EMIL, "#take")
    posts = offered.reply(EMIL, "#release\n\nI am ill.")
    assert letters(posts, "Can you take CT-1") == [DANA, UMA]
    assert offered.status() == "open"
    assert "was not offered to you" in refusal(offered.reply(EMIL, "#take"))
    offered.reply(DANA, "#release")
    assert offered.ticket().offered == (UMA,)


def test_people_choose_which_letters_they_get(small: Setting) -> None:
    wants = PEOPLE.rstrip() + '\nnotify = { offer = "none", default = "mine" }\n'
    desk = small('automatic = "offer"', wants)
    assert letters(desk.write(ANN, "The scanner is silent."), "Can you take") == [DANA, EMIL]
    assert UMA in desk.ticket().offered
    desk.registers('offer = "none"', 'offer = "digest"')
    assert letters(desk.write(ANN, "The scanner is silent."), "Can you take") == [DANA, EMIL]
    desk.registers('offer = "digest"', 'offer = "all"')
    assert letters(desk.write(ANN, "The scanner is silent."), "Can you take") == [DANA, EMIL, UMA]
