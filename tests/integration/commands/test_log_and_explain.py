"""`postern log` and `postern explain`."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gateway.reader import Reader
from tests.rig.command import Ended
from tests.rig.site import ANN, BOB, DANA, EMIL, Site, is_time, mail

LOG_KEYS = "at id step outcome ticket address message_id reason".split()


def test_the_log_tells_each_step_of_a_message(site: Site) -> None:
    site.takes(mail())
    found = site.objects("log", "--id", "in-1")
    assert all(sorted(fact) == sorted(LOG_KEYS) for fact in found)
    assert [(f["step"], f["outcome"]) for f in found[:2]] == [("accept", "accepted"), ("decide", "opened")]
    assert {f["address"] for f in found if f["step"] == "tell"} == {ANN, DANA, EMIL}
    assert {f["ticket"] for f in found[1:]} == {"CT-1"}
    assert all(is_time(f["at"]) for f in found)
    assert site.run("log", "--id", "in-1").out.count("\n") == len(found)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (("--ticket", "ct-1"), 4),
        (("--address", DANA.upper()), 1),
        (("--message", "<1@acme.example>"), 5),
        (("--outcome", "opened", "--step", "decide"), 1),
        (("--outcome", "opened", "--step", "accept"), 0),
        (("--id", "in-9"), 0),
    ],
    ids=["ticket", "address", "message", "outcome and step", "no such outcome", "no such id"],
)
def test_the_log_is_filtered(site: Site, filters: tuple[str, ...], count: int) -> None:
    site.takes(mail())
    assert len(site.objects("log", *filters)) == count


def test_no_log_is_no_lines(tmp_path: Path, reader: Reader) -> None:
    found = Site(tmp_path / "site", reader)
    assert found.run("log") == Ended(0, "", "")
    assert not (found.folder / "postern.db").exists(), "the log needs no database"


def test_a_followed_log_shows_new_lines_and_survives_rotation(site: Site) -> None:
    path = site.folder / "var" / "mail.log"
    path.write_text("id=in-1 step=accept\n")
    command = [sys.executable, "-m", "gateway.cli", "-c", str(site.config), "log", "-f", "--step", "accept"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as follower:
        assert follower.stdout is not None
        try:
            assert follower.stdout.readline() == "id=in-1 step=accept\n"
            with path.open("a") as log:
                log.write("id=in-2 step=decide\nid=in-2 st")
                log.flush()
                log.write("ep=accept\n")
            assert follower.stdout.readline() == "id=in-2 step=accept\n"
            with path.open("a") as log:
                log.write("id=in-3 step=accept\n")
            path.rename(path.with_suffix(".1"))
            path.write_text("id=in-4 step=accept\n")
            assert [follower.stdout.readline() for _ in range(2)] == ["id=in-3 step=accept\n", "id=in-4 step=accept\n"]
        finally:
            follower.kill()


EXPLAIN_KEYS = "clues proof kind commands events told not_told".split()


def test_an_explanation_tells_all_and_writes_nothing(site: Site) -> None:
    site.takes(mail())
    before, logged = site.contents(), (site.folder / "var" / "mail.log").read_bytes()
    file = site.file(mail(2, DANA, body="to customer\r\n\r\nWhich scanner?"))
    found = site.one("explain", file, "--recipient", site.signed(DANA))
    assert [key for key in EXPLAIN_KEYS if key not in found] == []
    assert (found["proof"], found["kind"], found["outcome"], found["ticket"]) == ("TOKEN", "personal", "moved", "CT-1")
    assert found["commands"] == [{"name": "to-customer", "arguments": [], "source": "body", "line": 1}]
    (event,) = _list(found["events"])
    assert (event["kind"], event["changes"]["status"]) == ("move", ["new", "on-customer"])
    assert {one["address"] for one in _list(found["told"])} == {ANN, BOB, DANA}
    assert all(set(one) == {"address", "why"} for one in _list(found["not_told"]))
    assert isinstance(found["clues"], dict)
    assert found["clues"]["author"] == DANA
    site.run("explain", file)
    assert site.contents() == before
    assert (site.folder / "var" / "mail.log").read_bytes() == logged


def test_why_somebody_is_told_at_once_or_later_is_explained(site: Site) -> None:
    """Dana is not to be disturbed; Emil reads of all but comments once an hour."""
    directory = site.folder / "directory.toml"
    text = directory.read_text()
    choices = {"Dana": 'quiet = "00:00-24:00"', "Emil": 'notify = { all = "hourly", comment = "at-once" }'}
    for name, choice in choices.items():
        text = text.replace(f'name = "{name}"\n', f'name = "{name}"\n{choice}\n')
    directory.write_text(text)
    assert site.run("directory", "apply").code == 0
    site.takes(mail())
    told = {fact["address"]: (fact["outcome"], str(fact["reason"])) for fact in site.objects("log", "--step", "tell")}
    assert told[EMIL] == ("gathered", "this person reads letters of this kind in a digest, once an hour")
    assert told[DANA][0] == "opened"
    assert told[DANA][1].startswith("waits for the end of the reader's quiet hours")
    (line,) = (line for line in site.objects("queue") if line["to"] == DANA)
    assert (line["state"], line["reason"]) == ("waiting", told[DANA][1])
    file = site.file(mail(2, ANN, body="It beeps again."))
    found = site.one("explain", file, "--recipient", site.signed(ANN))
    why = {one["address"]: one["why"] for one in _list(found["told"])}
    assert why[EMIL] == "comment: this person wants letters of this kind at once"
    assert why[DANA].startswith("comment: waits for the end of the reader's quiet hours")


def _list(value: object) -> list[dict[str, Any]]:
    assert isinstance(value, list)
    return value


def test_an_explanation_for_people(site: Site) -> None:
    done = site.run("explain", site.file(mail()))
    assert done.code == 0
    for line in ("writer   ann@acme.example", "proof    NONE", "outcome  opened", "event    opened (everyone)"):
        assert line in done.out.splitlines() or any(x.startswith(line) for x in done.out.splitlines()), line


def test_what_cannot_be_explained(site: Site) -> None:
    done = site.run("explain", "/nowhere/mail.eml")
    assert (done.code, done.err) == (66, "explain: /nowhere/mail.eml: No such file or directory.\n")
    done = site.run("explain", site.file(mail()), "--recipient", "nobody@desk.example")
    assert done.code == 67
    assert "nobody@desk.example" in done.err
