"""Documents made of tickets that read the server's files: what was published of osTicket and ReportLab."""

import io
import tomllib
import zipfile
from pathlib import Path

from tests.stories.stage import DANA, Desk

CANARY = "the canary sings at midnight"


def test_an_export_reads_no_file_and_fetches_nothing(desk: Desk, tmp_path: Path) -> None:
    """P25 (osTicket, CVE-2026-22200), case 121: whatever address a mail names, by whatever scheme."""
    secret = tmp_path / "canary.txt"
    secret.write_text(CANARY)
    schemes = ("file://", "php://filter/convert.base64-encode/resource=", "", "jar:file:", "phar://")
    tags = ("<img src='{}'>", "<iframe src='{}'></iframe>", "<link rel=stylesheet href='{}'>", "<object data='{}'>")
    page = "".join(tag.format(scheme + str(secret)) for tag in tags for scheme in schemes)
    entity = f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file://{secret}'>]><x>&e;</x>"
    desk.write("ann@acme.example", "See the page.", html=page, attached=entity)
    letters = desk.reply(DANA, "#export")
    (zipped,) = [part for post in letters for part in post.message.walk() if part.get_filename() == "CT-1.zip"]
    content = zipped.get_payload(decode=True)
    assert isinstance(content, bytes)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = {name: archive.read(name).decode() for name in archive.namelist()}
    assert "See the page." in found["CT-1/CT-1.txt"]
    assert not any(CANARY in text for text in found.values())
    assert "src=" not in found["CT-1/CT-1.html"]


def test_nothing_here_makes_paged_documents() -> None:
    """P46 (ReportLab, CVE-2019-17626 and CVE-2020-28463), case 121: markup of a mail is never a program's input."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project.get("optional-dependencies", {}).values()
    wanted = " ".join([*project["dependencies"], *(each for extra in extras for each in extra)]).lower()
    for maker in ("reportlab", "weasyprint", "xhtml2pdf", "pdfkit", "wkhtmltopdf", "fpdf", "pyppeteer", "svglib"):
        assert maker not in wanted
