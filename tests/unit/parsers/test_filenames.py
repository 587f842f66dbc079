"""Names of attachments for showing: cleaned first, checked after (case 113)."""

import pytest

from parsers.parts.filenames import file_name


@pytest.mark.parametrize(
    ("claimed", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("/abs/olute.txt", "olute.txt"),
        (r"C:\Users\ann\x.doc", "x.doc"),
        ("C:x.doc", "x.doc"),
        (".htaccess", "htaccess"),
        ("\u200b.htaccess", "htaccess"),
        ("..\u200b/x.txt", "x.txt"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("a\0b\r\nc.txt", "abc.txt"),
        ("name.txt.", "name.txt"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("e\u0301.txt", "é.txt"),
        ("管理.doc", "管理.doc"),
        ("می\u200cخواهم.pdf", "می\u200cخواهم.pdf"),
        ("👩\u200d🔧.png", "👩\u200d🔧.png"),
        ("a\u200db\u200c.exe", "ab.exe"),
    ],
)
def test_a_claimed_name_is_made_harmless(claimed: str, shown: str) -> None:
    assert file_name(claimed, "application/octet-stream", 1) == shown


@pytest.mark.parametrize(
    ("content_type", "shown"),
    [
        ("application/pdf", "attachment-3.pdf"),
        ("message/rfc822", "attachment-3.eml"),
        ("image/jpeg", "attachment-3.jpg"),
        ("image/jpg", "attachment-3.jpg"),
        ("audio/wav", "attachment-3.wav"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "attachment-3.docx",
        ),
        ("x/y", "attachment-3.bin"),
    ],
)
@pytest.mark.parametrize("claimed", ["", "..", "/", "\u200b", " . "])
def test_a_missing_name_is_made_from_the_type(claimed: str, content_type: str, shown: str) -> None:
    assert file_name(claimed, content_type, 3) == shown


def test_a_long_name_keeps_its_ending() -> None:
    shown = file_name("ü" * 10_000 + ".pdf", "application/pdf", 1)
    assert len(shown.encode()) <= 200
    assert shown.endswith("ü.pdf")


def test_p22_a_long_ending_is_none() -> None:
    assert len(file_name("a." + "b" * 5_000, "application/pdf", 1)) == 200
