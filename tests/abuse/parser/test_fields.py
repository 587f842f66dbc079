"""Fields and charsets that nobody writes by accident: read in bounds, or not at all, and never obeyed."""

from email.message import EmailMessage

import pytest

from parsers.intent import commands
from parsers.mail import ParsedMail
from parsers.parts.filenames import file_name
from parsers.read import read
from parsers.verbs import Verb, Verbs

VERBS = Verbs((Verb("close", ("close",)),))


def attached(disposition: str) -> ParsedMail:
    """A mail with one file, which this field names."""
    head = "From: ann@acme.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b\n"
    part = f"Content-Type: application/pdf\nContent-Disposition: {disposition}\n\nx\n--b--\n"
    return read((head + part).encode("utf-8", "surrogateescape"))


def name_of(disposition: str) -> str:
    (attachment,) = attached(disposition).attachments
    return attachment.filename


FLOODS = {
    "brackets": "(" * 1000,
    "angles": "<" * 1000,
    "quotes": '"' * 100_000,
    "semicolons": ";" * 100_000,
    "comments": "(()" * 20_000,
    "escapes": "\\" * 60_000,
    "groups": "a:" * 30_000,
    "commas": "," * 60_000,
    "at signs": "@" * 60_000,
    "routes": "<@a,@b:" * 8_000,
    "words without end": "=?" * 30_000,
    "domain literals": "a@[" * 20_000,
}
NAMES = [
    "From", "To", "Cc", "Reply-To", "Delivered-To", "Message-ID", "In-Reply-To", "References", "Subject", "Date",
    "Content-Type", "Content-Disposition", "Content-Transfer-Encoding", "Content-ID", "Authentication-Results",
    "Auto-Submitted", "List-Id", "Received",
]  # fmt: skip


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS.keys())
@pytest.mark.parametrize("name", NAMES)
def test_a_field_of_signs_without_end_harms_no_other(name: str, flood: str) -> None:
    """case 105: whatever the field; nobody is believed where From is not clean."""
    mail = read(f"{name}: {flood}\nX-Other: 1\n\nHello\n".encode())
    assert "unreadable" not in {defect.code for defect in mail.defects}
    assert (mail.author, mail.text.strip() or "Hello") == (None, "Hello")


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("attachment" + "".join(f"; filename*{n}=x" for n in range(3000)), "x" * 50),
        ("attachment" + "".join(f"; filename*{n}*=%78" for n in range(3000, -1, -1)), ""),
        ("attachment; filename*0=a; filename*2=c.exe", "a"),
        ("attachment; filename*999=a", "a"),
        ("attachment; filename*0*=utf-8''%2e%2e%2f%2e; filename*1*=%2fx.txt", "x.txt"),
        ("attachment; filename=good.pdf; filename*=utf-8''evil.exe", "evil.exe"),
        ("attachment; filename*=utf-8''evil.exe; filename=good.pdf", "evil.exe"),
        ("attachment; filename*0=good.pdf; filename*=utf-8''evil.exe", "evil.exe"),
        ("attachment; filename*=zlib''%78%9c; filename=a.pdf", "x\u0153"),
        ("attachment; filename*='''''", "'''"),
        ("attachment; filename*=utf-8''%00%0d%0a%1b.pdf", "\ufffd .pdf"),
    ],
    ids="flood descending gap late path both both-turned three charset quotes controls".split(),
)
def test_a_name_in_pieces_is_one_name_by_one_rule(disposition: str, name: str) -> None:
    """case 106: the extended form counts, a gap ends it, fifty pieces are read, and cleaning comes last."""
    found = name_of(disposition)
    assert found == (name or found)
    assert len(found.encode()) <= 200
    assert found.isprintable()


CHARSETS = {
    "": True,
    "utf-8": True,
    "UTF8": True,
    "us-ascii": True,
    "iso-8859-1": True,
    "windows-1252": True,
    "cp1251": True,
    "koi8-r": True,
    "shift_jis": True,
    "gb18030": True,
    "big5": True,
    "euc-kr": True,
    "utf-7": False,
    "x-unknown": True,
    "\0": True,
    "punycode": True,
    "idna": True,
    "unicode_escape": True,
    "raw_unicode_escape": True,
    "utf-32": True,
    "utf-32-be": True,
    "cp037": True,
    "cp500": True,
    "ebcdic-us": True,
    "zlib": True,
    "bz2": True,
    "hex": True,
    "base64": True,
    "rot13": True,
    "uu": True,
    "undefined": True,
    "mbcs": True,
    "x" * 10_000: True,
    "../../etc/passwd": True,
    "utf-8\r\n X-Evil: 1": True,
}


@pytest.mark.parametrize("charset", CHARSETS, ids=lambda name: repr(name[:20]))
def test_a_command_reads_the_same_in_every_charset_or_is_none(charset: str) -> None:
    """case 107: no name of a codec turns other bytes into words of a command."""
    head = f'From: ann@acme.example\nContent-Type: text/plain; charset="{charset}"\n\n'
    mail = read(head.encode() + b"#close\n")
    assert mail.text == "#close\n"
    assert [command.name for command in commands(mail, VERBS)] == ["close"]
    assert mail.commands_disagree is not CHARSETS[charset]


@pytest.mark.parametrize("codec", ["utf-32", "utf-16", "cp037", "utf-7", "rot13", "hex", "unicode_escape"])
def test_bytes_that_only_some_codec_makes_a_command_command_nothing(codec: str) -> None:
    """case 107: what a person who looks at the bytes would not see there."""
    disguised = {
        "utf-7": b"+ACM-close",
        "rot13": b"#pybfr",
        "hex": b"23636c6f7365",
        "unicode_escape": rb"\x23\x63\x6c\x6f\x73\x65",
    }
    data = disguised.get(codec) or "#close".encode(codec)
    mail = read(f"From: ann@acme.example\nContent-Type: text/plain; charset={codec}\n\n".encode() + data)
    if codec != "utf-16":
        assert mail.commands_disagree or commands(mail, VERBS) == ()
    assert "\0" not in mail.text


HARMLESS = {
    "../../etc/passwd": "passwd",
    "..\\..\\boot.ini": "boot.ini",
    "/etc/shadow": "shadow",
    "//server/share/x.exe": "x.exe",
    "\\\\server\\share\\x.exe": "x.exe",
    "C:\\Windows\\x.dll": "x.dll",
    "C:x.dll": "x.dll",
    "file:///etc/passwd": "passwd",
    "a/b/c/": "attachment-1.bin",
    ".": "attachment-1.bin",
    "..": "attachment-1.bin",
    "....": "attachment-1.bin",
    "~": "~",
    "~root": "~root",
    ".htaccess": "htaccess",
    "..htaccess": "htaccess",
    ". .htaccess": "htaccess",
    "\u200b.htaccess": "htaccess",
    "\u200b.\u200bhtaccess": "htaccess",
    ".\u00ad.\u2060/x": "x",
    "\ufeff.user.ini": "user.ini",
    "\u202e.htaccess": "htaccess",
    "invoice\u202efdp.exe": "invoicefdp.exe",
    "gpj.\u2066exe\u2069": "gpj.exe",
    "a\u200b\u200c\u200d\u2060.txt": "a.txt",
    "a\0.txt": "a.txt",
    "a.php\0.txt": "a.php.txt",
    "a\r\nX-Evil: 1.txt": "aX-Evil_ 1.txt",
    "a\x1b[31m.txt": "a[31m.txt",
    "a\u2028b.txt": "ab.txt",
    "a\tb.txt": "ab.txt",
    "\ud800a.txt": "a.txt",
    "\ue000a.txt": "a.txt",
    "CON": "_CON",
    "con.txt": "_con.txt",
    "PRN.": "_PRN",
    "AUX .txt": "_AUX .txt",
    "COM1": "_COM1",
    "lpt9.log": "_lpt9.log",
    "NUL": "_NUL",
    "name.txt.": "name.txt",
    "name.txt ": "name.txt",
    "name.txt::$DATA": "name.txt__$DATA",
    "a|b>c<d.txt": "a_b_c_d.txt",
    'a"b.txt': "a_b.txt",
    "what?.txt": "what_.txt",
    "*.*": "_._",
    "$(id).txt": "$(id).txt",
    "`id`.txt": "`id`.txt",
    "; rm -rf x": "; rm -rf x",
    "-rf": "-rf",
    "%2e%2e%2fx": "%2e%2e%2fx",
    "%s%n": "%s%n",
    "{{7*7}}.txt": "{{7_7}}.txt",
    "<script>.html": "_script_.html",
    "cafe\u0301.txt": "café.txt",
    "ﬁle.txt": "ﬁle.txt",
    "\uff0e\uff0e\uff0fx": "\uff0e\uff0e\uff0fx",
    "日本語.txt": "日本語.txt",
    "👩\u200d🔧.png": "👩\u200d🔧.png",
    "a" * 10_000 + ".pdf": "a" * 196 + ".pdf",
    "a." + "b" * 5_000: "a." + "b" * 198,
}


@pytest.mark.parametrize("claimed", HARMLESS, ids=lambda name: ascii(name[:30]))
def test_a_name_is_cleaned_first_and_checked_after(claimed: str) -> None:
    """case 113: for showing only; nothing is stored under it."""
    shown = file_name(claimed, "application/octet-stream", 1)
    assert shown == HARMLESS[claimed]
    assert file_name(shown, "application/octet-stream", 1) == shown


def test_there_are_sixty_names() -> None:
    """case 113: enough for each trick that was published."""
    assert len(HARMLESS) >= 60


def test_the_name_in_a_mail_is_that_of_the_rule() -> None:
    """case 113: whichever way it is encoded on its way."""
    for claimed in ("..\u200b/\u200b.htaccess", "gpj.\u202eexe"):
        mail = EmailMessage()
        mail["From"] = "ann@acme.example"
        mail.set_content("Hello")
        mail.add_attachment(b"x", maintype="application", subtype="octet-stream", filename=claimed)
        (attachment,) = read(mail.as_bytes()).attachments
        assert attachment.filename == file_name(claimed, "application/octet-stream", 1)
