"""Whose letters are in which language: the person's, the organisation's, the desk's."""

from pathlib import Path

import pytest

from gateway import config, directory_file
from gateway.directory_file import Surroundings
from gateway.faults import ConfigFaults

DIRECTORY = """
[[organisation]]
key = "acme"
name = "Acme Corp"
kind = "customer"
language = "de"

[[person]]
name = "Ann"
addresses = ["ann@acme.example"]
organisation = "acme"

[[person]]
name = "Bob"
addresses = ["bob@acme.example"]
organisation = "acme"
language = "fr"

[[person]]
name = "Eve"
addresses = ["eve@elsewhere.example"]
"""
CONFIG = """
[[address]]
address = "support@desk.example"
[relay]
kind = "keep"
[letters]
"""


def test_the_language_of_a_person_goes_before_that_of_the_organisation(tmp_path: Path) -> None:
    file = tmp_path / "directory.toml"
    file.write_text(DIRECTORY)
    people = {one.name: one.language for one in directory_file.load(file, Surroundings()).people}
    assert people == {"Ann": "de", "Bob": "fr", "Eve": ""}


def test_the_letters_of_a_site_are_named_beside_its_configuration(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "comment.txt").write_text("{{ key }}")
    (tmp_path / "config.toml").write_text(CONFIG + 'folder = "ours"\nlanguage = "es"\n')
    letters = config.load(tmp_path / "config.toml").letters
    assert (letters.folder, letters.language) == (tmp_path / "ours", "es")
    assert letters.renderer("Support").faults() == ()


def test_what_never_leaves_is_named_by_ending_or_type(tmp_path: Path) -> None:
    never = 'attachments = "name"\nattachment_size = "2 MB"\nnever_attach = ["*.ZIP", ".exe", "text/HTML"]'
    (tmp_path / "config.toml").write_text(CONFIG + never)
    policy = config.load(tmp_path / "config.toml").letters.policy()
    assert (policy.attach, policy.room) == (False, 2 * 1024**2)
    assert policy.never == {"zip", "exe", "text/html"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('folder = "nowhere"', "is no folder; make it, or take the line out"),
        ('language = "German!"', 'cannot be "German!"; write a language such as'),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "config.toml").write_text(CONFIG + line + "\n")
    with pytest.raises(ConfigFaults, match=said):
        config.load(tmp_path / "config.toml")


def test_check_tries_the_letters_of_a_site(tmp_path: Path) -> None:
    from gateway.commands.check import faults

    (tmp_path / "comment.txt").write_text("\n{{ oops }}")
    (tmp_path / "config.toml").write_text(CONFIG + 'folder = "."\n')
    (fault,) = faults(config.draft(tmp_path / "config.toml"))
    assert fault.startswith(f"{tmp_path}/comment.txt, line 2: 'oops' is undefined.")
