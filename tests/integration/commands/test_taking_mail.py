"""`postern deliver` and `postern import`."""

import mailbox
import re
from pathlib import Path

import pytest

from tests.rig.command import Ended
from tests.rig.site import ANN, DANA, EMIL, SUPPORT, Site, mail


def test_a_delivered_message_is_durable(site: Site) -> None:
    done = site.run("deliver", "--sender", ANN, "--recipient", SUPPORT, stdin=mail())
    assert done == Ended(0, "", "")
    assert [x["state"] for x in site.objects("inbox")] == ["waiting"]
    assert site.run("deliver", "--recipient", SUPPORT, stdin=mail()).code == 0
    assert len(site.objects("inbox")) == 1


@pytest.mark.parametrize(
    "recipient", ["nobody@desk.example", f"support+{'a' * 31}@desk.example", "ann@acme.example", ""]
)
def test_a_message_for_nobody_here_is_refused(site: Site, recipient: str) -> None:
    done = site.run("deliver", "--recipient", recipient, stdin=mail())
    assert (done.code, done.out) == (67, "")
    assert "No such mailbox here" in done.err
    assert site.objects("inbox") == []


def test_a_message_of_a_stranger_is_refused_where_strangers_are(site: Site) -> None:
    text_ = site.config.read_text().replace("[[address]]", '[[address]]\nunknown_senders = "refuse"', 1)
    site.config.write_text(re.sub(r'"refuse" +#', '"refuse"\n#', text_))
    assert site.run("deliver", "--sender", "eve@elsewhere.example", "--recipient", SUPPORT, stdin=mail()).code == 67
    assert site.run("deliver", "--sender", ANN, "--recipient", SUPPORT, stdin=mail()).code == 0


def test_a_message_that_is_too_big_or_loops_is_refused(site: Site) -> None:
    site.config.write_text(site.config.read_text().replace("[smtp]", '[smtp]\nmax_size = "1 KB"', 1))
    for raw in (mail(body="x" * 1025), b"Received: x\r\n" * 51 + mail()):
        done = site.run("deliver", "--recipient", SUPPORT, stdin=raw)
        assert (done.code, done.out) == (65, "")
    assert site.objects("inbox") == []


def test_whatever_else_goes_wrong_is_tried_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> object:
        raise RuntimeError("password")

    monkeypatch.setattr("gateway.store.store.Store.accept", fail)
    done = site.run("deliver", "--recipient", SUPPORT, stdin=mail())
    assert (done.code, done.out) == (75, "")
    assert "password" not in done.err
    broken = site.config.read_text()
    site.config.write_text("[")
    assert site.run("deliver", "--recipient", SUPPORT, stdin=mail()).code in (75, 78)
    site.config.write_text(broken.replace("sqlite:///", "sqlite:///nowhere/"))
    assert site.run("deliver", "--recipient", SUPPORT, stdin=mail()).code == 75


def counts(done: Ended) -> tuple[int, ...]:
    assert done.code == 0, done.err
    last = done.out.splitlines()[-1]
    found = re.fullmatch(r"messages (\d+): done (\d+), held (\d+), already here (\d+); skipped (\d+)", last)
    assert found, last
    total, *parts = map(int, found.groups())
    assert total == sum(parts[:3])
    return (total, *parts)


def old_mail(folder: Path) -> str:
    (folder / "old").mkdir()
    box = mailbox.mbox(folder / "old" / "box", create=True)
    for number in (1, 2):
        box.add(mail(number, subject=f"Old {number}").replace(b"\r\n", b"\n"))
    box.close()
    (folder / "old" / "three.eml").write_bytes(mail(3, subject="Old 3", body="#close\r\n\r\nDone."))
    (folder / "old" / "again.eml").write_bytes(
        b"Received: by a\r\n" + mail(3, subject="Old 3", body="#close\r\n\r\nDone.")
    )
    (folder / "old" / "README").write_text("How to use this folder\n")
    (folder / "old" / "index.json").write_text("{}\n")
    return str(folder / "old")


def test_old_mail_is_walked_to_the_end_and_tells_nobody(site: Site) -> None:
    old = old_mail(site.folder)
    assert counts(site.run("import", old)) == (4, 3, 0, 1, 2)
    assert sorted(str(x["subject"]) for x in site.objects("tickets")) == ["Old 1", "Old 2", "Old 3"]
    assert {x["state"] for x in site.objects("tickets")} == {"new"}
    assert site.objects("queue") == []
    before = site.contents()
    assert counts(site.run("import", old)) == (4, 0, 0, 4, 2)
    assert site.contents()["tickets"] == before["tickets"]
    assert site.contents()["events"] == before["events"]


def test_old_mail_is_told_of_where_that_is_wished(site: Site) -> None:
    assert counts(site.run("import", site.file(mail()), "--notify")) == (1, 1, 0, 0, 0)
    assert sorted(str(x["to"]) for x in site.objects("queue")) == [ANN, DANA, EMIL]


def test_old_mail_goes_to_the_address_it_was_for_or_the_one_named(site: Site) -> None:
    second = '\n[[address]]\naddress = "sales@desk.example"\nqueue = "sales"\n\n[relay]\n'
    site.config.write_text(site.config.read_text().replace("\n[relay]\n", second, 1))
    site.file(mail(1).replace(b"To: support@", b"To: sales@"), "old/1.eml")
    site.file(mail(2).replace(b"To: support@desk", b"To: elsewhere@other"), "old/2.eml")
    assert counts(site.run("import", str(site.folder / "old")))[:2] == (2, 2)
    site.file(mail(3), "new/3.eml")
    assert counts(site.run("import", str(site.folder / "new"), "--to", "sales@desk.example"))[:2] == (1, 1)
    assert [x["recipient"] for x in sorted(site.objects("inbox"), key=lambda x: int(str(x["id"])))] == [
        "sales@desk.example",
        SUPPORT,
        "sales@desk.example",
    ]


def test_mail_that_is_held_counts_as_held(site: Site) -> None:
    site.config.write_text(site.config.read_text().replace("[smtp]", 'unknown_senders = "hold"\n\n[smtp]', 1))
    raw = mail(7, "eve@elsewhere.example")
    assert counts(site.run("import", site.file(raw), "--notify")) == (1, 0, 1, 0, 0)


def test_what_cannot_be_imported(site: Site) -> None:
    done = site.run("import", "/nowhere", site.file(mail()))
    assert (done.code, done.err) == (66, "import: /nowhere: there is no such file or folder.\n")
    assert site.objects("inbox") == []
    assert site.run("import", site.file(mail()), "--to", "nobody@desk.example").code == 67
    directory = site.folder / "directory.toml"
    directory.write_text(directory.read_text().replace('kind = "operator"', 'kind = "boss"'))
    done = site.run("import", site.file(mail()))
    assert done.code == 78
    assert done.err.startswith(f"{directory}:")
