"""Names of files that lead out of their folder: what was published of SEPPmail."""

import io
import zipfile
from pathlib import Path

import pytest

from tests.stories.stage import ANN, DANA, SUPPORT, Desk

NAMES = [
    "../../../../tmp/out.txt",
    "..\\..\\out.txt",
    "/tmp/out.txt",
    "C:\\out.txt",
    "a/../../out.txt",
    "%2e%2e%2fout.txt",
]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_an_attachment_is_a_way(desk: Desk, name: str) -> None:
    """P55 (SEPPmail, CVE-2026-44127): a preview read and deleted what the name pointed at; here it points nowhere."""
    raw = (
        "From: ann@acme.example\r\nTo: support@desk.example\r\nSubject: Tea\r\nMessage-ID: <1@acme.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b\r\n"
        f"Content-Type: text/plain\r\nContent-Disposition: attachment; filename*=utf-8''{name}\r\n\r\nx\r\n--b--\r\n"
    )
    desk.arrives(raw.encode(), ANN, SUPPORT)
    letters = desk.reply(DANA, "#export")
    (zipped,) = [part for post in letters for part in post.message.walk() if part.get_filename() == "CT-1.zip"]
    content = zipped.get_payload(decode=True)
    assert isinstance(content, bytes)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "CT-1/attachments/01-out.txt" in archive.namelist()
        assert len(archive.namelist()) == 3
    assert not list(desk.office.config.path.parents[1].rglob("out.txt"))
    assert not Path("/tmp/out.txt").exists()
