"""`postern init`: a folder to begin with."""

import io
from pathlib import Path

import pytest

from gateway import config, secret
from gateway.commands import check, init
from gateway.exits import Exit
from gateway.fields import Endpoint


def test_what_init_writes_passes_check(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "desk"
    said = io.StringIO()
    assert init.run(folder, said) == 0
    assert (folder / "var" / "secret").stat().st_mode & 0o777 == 0o600
    assert secret.read(folder / "var" / "secret").current == 1
    out, err = io.StringIO(), io.StringIO()
    assert check.run(folder / "config.toml", False, out, err, version=(3, 14, 3)) == 0
    assert config.load(folder / "config.toml").relay.kind == "keep"


def test_it_says_what_it_wrote_and_what_comes_next(tmp_path: Path) -> None:
    folder = tmp_path / "a b"
    said = io.StringIO()
    init.run(folder, said)
    assert said.getvalue() == (
        f"wrote {folder}/config.toml\nwrote {folder}/directory.toml\nwrote {folder}/var/secret\n"
        "\nNext: put your address and your relay into config.toml, your people into directory.toml, then\n"
        f"  postern -c '{folder}/config.toml' check\n  postern -c '{folder}/config.toml' serve\n"
    )


def test_it_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("mine")
    init.run(tmp_path, io.StringIO())
    key = (tmp_path / "var" / "secret").read_text()
    (tmp_path / "directory.toml").write_text("mine too")
    said = io.StringIO()
    assert init.run(tmp_path, said) == 0
    assert (tmp_path / "config.toml").read_text() == "mine"
    assert (tmp_path / "directory.toml").read_text() == "mine too"
    assert (tmp_path / "var" / "secret").read_text() == key
    assert said.getvalue().startswith(f"kept {tmp_path}/config.toml, which was there\n")


def test_where_to_listen_can_be_told(tmp_path: Path) -> None:
    assert all(new for _, new in init.write(tmp_path, listen="127.0.0.1:0"))
    assert config.load(tmp_path / "config.toml").smtp.listen == Endpoint("127.0.0.1", 0)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Exit) as caught:
        init.run(tmp_path / "file" / "folder", io.StringIO())
    assert caught.value.code == 1
    assert "name a folder that you may write in" in caught.value.lines[0]


@pytest.mark.parametrize("desk", ["several-parties", "partner-desk", "crm-portal", "four-tiers", "field-service"])
def test_each_desk_that_ships_has_a_sample_that_passes_check(tmp_path: Path, desk: str) -> None:
    assert init.run(tmp_path, io.StringIO(), desk) == 0
    out, err = io.StringIO(), io.StringIO()
    assert check.run(tmp_path / "config.toml", False, out, err, version=(3, 14, 3)) == 0
    assert config.load(tmp_path / "config.toml").gateway.workflow.stem == desk
