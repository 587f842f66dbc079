"""`postern queue` and `postern inbox`."""

import json

import pytest

from tests.rig.command import Ended
from tests.rig.site import ANN, DANA, EMIL, RICH, SUPPORT, Site, is_time, mail

QUEUE_KEYS = "id ticket to state attempts next_at reason message_id".split()


def test_the_queue_lists_letters_under_way(site: Site) -> None:
    assert site.objects("queue") == []
    site.takes(mail())
    found = site.objects("queue", "list")
    assert [list(x) for x in found] == [QUEUE_KEYS] * 3
    assert sorted(str(x["to"]) for x in found) == [ANN, DANA, EMIL]
    assert {(x["ticket"], x["state"], x["attempts"], x["reason"]) for x in found} == {("CT-1", "waiting", 0, None)}
    assert all(is_time(x["next_at"]) and str(x["message_id"]).endswith("@desk.example>") for x in found)
    assert site.run("queue").out.splitlines()[0].startswith("ID     Ticket")


def test_letters_are_held_released_retried_and_dropped(site: Site) -> None:
    site.takes(mail())

    def state(row: int) -> list[tuple[object, object]]:
        return [(x["state"], x["reason"]) for x in site.objects("queue") if x["id"] == row]

    assert site.run("queue", "hold", "1", "out-2") == Ended(0, "out-1: hold\nout-2: hold\n", "")
    assert state(1) == state(2) == [("held", "held by hand")]
    assert site.run("queue", "release", "1").code == 0
    assert state(1) == [("waiting", None)]
    assert site.run("queue", "retry", "2").code == 0
    assert state(2) == [("waiting", None)]
    assert site.objects("queue", "drop", "3") == [{"id": 3, "action": "drop"}]
    assert state(3) == []
    logged = [(f["id"], f["outcome"]) for f in site.objects("log", "--step", "queue")]
    assert logged == [("out-1", "hold"), ("out-2", "hold"), ("out-1", "release"), ("out-2", "retry"), ("out-3", "drop")]


def test_what_a_letter_does_not_allow_is_told_and_the_others_are_done(site: Site) -> None:
    site.takes(mail())
    done = site.run("queue", "release", "1", "2")
    assert (done.code, done.out) == (65, "")
    assert done.err == "".join(f"queue release: Letter {n} is waiting: it cannot be released.\n" for n in (1, 2))
    done = site.run("queue", "drop", "99", "3")
    assert (done.code, done.out) == (66, "out-3: drop\n")
    assert done.err == "queue drop: There is no letter 99.\n"


@pytest.mark.parametrize(
    "arguments", [("queue", "retry"), ("queue", "retry", "x"), ("inbox", "replay", "-"), ("inbox", "show")]
)
def test_an_id_is_needed(site: Site, arguments: tuple[str, ...]) -> None:
    done = site.run(*arguments)
    assert (done.code, done.out) == (64, "")
    assert done.err.count("\n") == 1


def test_the_shape_of_the_queue_tells_how_long_letters_wait_for_whom(site: Site) -> None:
    assert site.objects("queue", "shape") == []
    site.takes(mail())
    site.run("queue", "hold", "1")
    domains = {str(x["domain"]): x for x in site.objects("queue", "shape")}
    assert list(domains) == ["desk.example", "acme.example"]
    keys = ["domain", "total", "5m", "1h", "4h", "1d", "5d", "older", "held"]
    assert all(list(x) == keys for x in domains.values())
    assert sum(int(str(x["total"])) for x in domains.values()) == 3
    assert sum(int(str(x["held"])) for x in domains.values()) == 1
    assert sum(int(str(x["5m"])) for x in domains.values()) == 2
    lines = site.run("queue", "shape").out.splitlines()
    assert lines[0].split() == ["Domain", "Total", "-5m", "-1h", "-4h", "-1d", "-5d", "older", "held"]
    assert lines[1].split() == ["TOTAL", "3", "2", "0", "0", "0", "0", "0", "1"]


INBOX_KEYS = "id from recipient state reason received_at ticket".split()


def held(site: Site) -> None:
    """A mail of a stranger that the desk holds."""
    site.config.write_text(site.config.read_text().replace("[smtp]", 'unknown_senders = "hold"\n\n[smtp]', 1))
    site.takes(mail(7, "eve@elsewhere.example"), "eve@elsewhere.example")


def test_the_inbox_lists_failed_messages_first(site: Site) -> None:
    site.takes(mail(1))
    held(site)
    site.takes(mail(2))
    found = site.objects("inbox")
    assert [list(x) for x in found] == [INBOX_KEYS] * 3
    assert [x["state"] for x in found] == ["held", "done", "done"]
    assert [x["id"] for x in found] == [2, 3, 1]
    assert (found[0]["from"], found[0]["ticket"]) == ("eve@elsewhere.example", None)
    assert found[0]["reason"]
    assert (found[1]["recipient"], found[1]["reason"], found[1]["ticket"]) == (SUPPORT, None, "CT-2")
    assert all(is_time(x["received_at"]) for x in found)


def test_a_message_is_shown_as_it_came(site: Site) -> None:
    site.takes(RICH)
    done = site.run("inbox", "show", "in-1")
    assert done.code == 0
    facts, _, original = done.out.partition("\n\n")
    assert original.encode() == RICH
    assert f"from: {ANN}\n" in facts
    shown = site.one("inbox", "show", "1")
    assert list(shown) == [*INBOX_KEYS, "raw"]
    assert shown["raw"] == RICH.decode()
    assert site.run("inbox", "show", "9").code == 66


@pytest.mark.parametrize(("queue", "wrong", "right"), [("queue", "in-1", "out-12"), ("inbox", "out-1", "in-12")])
def test_an_id_of_the_other_queue_is_not_mistaken(site: Site, queue: str, wrong: str, right: str) -> None:
    site.takes(mail())
    done = site.run(queue, "drop", wrong)
    assert (done.code, done.out) == (64, "")
    assert done.err == f"'{wrong}' is no ID of the {queue}; they look like 12 or {right}.\n"


def test_a_held_message_is_replayed_or_dropped(site: Site) -> None:
    held(site)
    site.config.write_text(site.config.read_text().replace('unknown_senders = "hold"', ""))
    assert site.run("inbox", "replay", "1") == Ended(0, "in-1: replay\n", "")
    assert [x["state"] for x in site.objects("inbox")] == ["waiting"]
    site.walk()
    assert [(x["state"], x["ticket"]) for x in site.objects("inbox")] == [("done", "CT-1")]
    done = site.run("inbox", "replay", "1")
    assert (done.code, done.out) == (65, "")
    assert done.err == "inbox replay: Message 1 has done its work; to replay it would do it twice.\n"
    assert site.run("inbox", "drop", "1").code == 65
    assert site.run("inbox", "drop", "9").code == 66


def test_a_dropped_message_stays_and_can_be_replayed(site: Site) -> None:
    held(site)
    assert site.objects("inbox", "drop", "1") == [{"id": 1, "action": "drop"}]
    assert [x["state"] for x in site.objects("inbox")] == ["dropped"]
    assert site.run("inbox", "replay", "1").code == 0


def test_lists_are_json_and_nothing_else(site: Site) -> None:
    site.takes(mail())
    for arguments in (("tickets",), ("queue",), ("inbox",), ("log",), ("directory", "show")):
        for line in site.run(*arguments, "--json").out.splitlines():
            assert isinstance(json.loads(line), dict)
