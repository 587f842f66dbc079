"""What needs no configuration, and what says that it does."""

from pathlib import Path

import pytest

from gateway.commands import parse
from gateway.reader import Containment
from tests.rig.command import postern
from tests.rig.site import ANN, RICH, SUPPORT, mail


def test_the_workflow_is_shown(nowhere: Path) -> None:
    for arguments in (("workflow",), ("workflow", "show")):
        done = postern(None, *arguments)
        assert (done.code, done.err) == (0, "")
        for word in ("on-customer", "to web-it-provider", "reopen"):
            assert word in done.out
    (desk,) = postern(None, "workflow", "show", "--json").objects
    assert isinstance(desk["states"], list)
    assert [state["key"] for state in desk["states"]] == ["new", "in-progress", "on-customer", "on-partner", "closed"]


def test_each_shipped_desk_is_shown_drawn_and_set_out(nowhere: Path) -> None:
    for desk in ("several-parties", "partner-desk", "crm-portal", "four-tiers", "field-service"):
        shown = postern(None, "workflow", "show", "--desk", desk, "--json").objects
        assert [one["key"] for one in shown] == [desk]
        rows = postern(None, "workflow", "matrix", "--desk", desk, "--json").objects
        assert {"state", "verb"} < set(rows[0])
        assert {"(none)", "closed"} <= {row["state"] for row in rows}
        done = postern(None, "workflow", "graph", "--desk", desk, "--out", "desk.svg")
        assert (done.code, done.out, done.err) == (0, "wrote desk.svg\n", "")
        assert (nowhere / "desk.svg").read_text(encoding="utf-8").startswith("<svg ")
    assert postern(None, "workflow", "graph").out.startswith("<svg ")
    assert postern(None, "workflow", "--desk", "four-tears").code == 64
    assert postern(None, "workflow", "show", "--out", "desk.svg").code == 64
    assert postern(None, "workflow", "graph", "--out", "no/such/folder/desk.svg").code == 1


def test_a_letter_is_previewed(nowhere: Path) -> None:
    done = postern(None, "templates", "preview", "acknowledgement")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Subject: ")
    assert "<html" in done.out
    assert postern(None, "templates", "preview", "acknowledgment").err == (
        "templates: no letter is called acknowledgment; did you mean acknowledgement?\n"
    )
    assert postern(None, "templates", "preview", "acknowledgment").code == 66


PARSE_KEYS = (
    "file error message_id in_reply_to references date from reply_to to cc subject kind until text reply signature "
    "quoted html attachments bounce tags commands defects"
).split()


def test_what_the_parser_understands(nowhere: Path) -> None:
    (nowhere / "mail.eml").write_bytes(RICH)
    (nowhere / "other.eml").write_bytes(mail(2, subject="Re: [CT-12] [close] Scanner"))
    done = postern(None, "parse", "mail.eml", "other.eml", "--json")
    assert (done.code, done.err) == (0, "")
    first, second = done.objects
    assert list(first) == list(second) == PARSE_KEYS
    assert (first["file"], first["error"], first["message_id"]) == ("mail.eml", None, "<1@acme.example>")
    assert first["from"] == {"name": "Somebody", "address": ANN}
    assert (first["date"], first["text"], first["reply"]) == ("2026-03-02T09:00:00Z", "It beeps.", "It beeps.")
    assert str(first["html"]).strip() == "<p>It <b>beeps</b>.</p>"
    assert second["tags"] == ["CT-12"]
    assert second["commands"] == [{"name": "close", "arguments": [], "source": "subject", "line": 1}]
    assert (second["html"], second["attachments"], second["bounce"], second["until"]) == (None, [], None, None)


def test_parsing_goes_on_after_a_file_that_is_missing(nowhere: Path) -> None:
    (nowhere / "mail.eml").write_bytes(mail())
    done = postern(None, "parse", "nowhere.eml", "mail.eml", "--json")
    assert done.code == 66
    assert done.err == "parse: nowhere.eml: No such file or directory.\n"
    assert [one["file"] for one in done.objects] == ["mail.eml"]


def test_a_message_that_cannot_be_read_is_an_object_with_an_error(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(parse, "Containment", lambda: Containment(memory_bytes=160 * 1024**2))
    (nowhere / "a.eml").write_bytes(mail(1))
    with (nowhere / "b.eml").open("wb") as huge:
        huge.write(b"Subject: huge\r\n\r\n")
        huge.truncate(192 * 1024**2)
    (nowhere / "c.eml").write_bytes(mail(3))
    done = postern(None, "parse", ".", "--json")
    assert done.code == 0
    first, second, third = done.objects
    assert list(second) == PARSE_KEYS
    assert (first["error"], third["error"]) == (None, None)
    assert second["error"] == "the reader died of it (exit 1)"
    assert (second["subject"], second["text"], second["attachments"]) == ("", "", [])
    assert "MemoryError" in capfd.readouterr().err


def test_a_summary_for_people(nowhere: Path) -> None:
    (nowhere / "mail.eml").write_bytes(RICH)
    out = postern(None, "parse", "mail.eml").out
    for fact in ("mail.eml", "from: Somebody <ann@acme.example>", "| It beeps.", "scan.png (29 bytes)"):
        assert fact in out


def test_init_never_overwrites(nowhere: Path) -> None:
    assert postern(None, "init", "desk").code == 0
    files = [nowhere / "desk" / name for name in ("config.toml", "directory.toml", "var/secret")]
    before = [file.read_bytes() for file in files]
    assert files[2].stat().st_mode & 0o777 == 0o600
    files[0].write_bytes(before[0] + b"# mine\n")
    files[1].unlink()
    again = postern(None, "init", "desk")
    assert again.code == 0
    assert "kept desk/config.toml" in again.out
    assert "wrote desk/directory.toml" in again.out
    assert [file.read_bytes() for file in files] == [before[0] + b"# mine\n", before[1], before[2]]
    assert postern(nowhere / "desk" / "config.toml", "check").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("tickets",),
        ("ticket", "CT-1"),
        ("queue",),
        ("inbox",),
        ("log",),
        ("directory", "show"),
        ("check",),
        ("deliver", "--recipient", SUPPORT),
    ],
    ids=" ".join,
)
def test_the_others_say_that_they_need_one(nowhere: Path, arguments: tuple[str, ...]) -> None:
    done = postern(None, *arguments)
    assert (done.code, done.out) == (78, "")
    assert done.err == (
        "config.toml: there is no such configuration; write one with `postern init`, or name yours with -c or "
        "$POSTERN_CONFIG\n"
    )
