"""The file of keys that sign reply addresses."""

import re
import threading
from datetime import date
from pathlib import Path

import pytest

from gateway import secret
from gateway.cli import main
from gateway.commands import init
from gateway.faults import ConfigFaults
from parsers import address

KEY = "ab" * 32
OTHER = "cd" * 32


def written(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "secret"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_new_secret_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret"
    secret.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert re.fullmatch(r"1 [0-9a-f]{64}\n", path.read_text())
    assert [entry.name for entry in path.parent.iterdir()] == ["secret"]
    keys = secret.read(path)
    assert keys.current == 1
    assert len(keys.secrets[1]) == 32


def test_two_secrets_differ(tmp_path: Path) -> None:
    secret.create(tmp_path / "a")
    secret.create(tmp_path / "b")
    assert (tmp_path / "a").read_text() != (tmp_path / "b").read_text()


def test_a_secret_is_never_overwritten(tmp_path: Path) -> None:
    path = written(tmp_path, f"1 {KEY}\n")
    with pytest.raises(FileExistsError):
        secret.create(path)
    assert path.read_text() == f"1 {KEY}\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret"]


def test_the_last_line_is_in_use_and_the_others_still_verify(tmp_path: Path) -> None:
    keys = secret.read(written(tmp_path, f"7 {KEY}\n2 {OTHER}\n"))
    assert keys.current == 2
    assert keys.secrets == {7: bytes.fromhex(KEY), 2: bytes.fromhex(OTHER)}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o601])
def test_a_secret_that_others_may_open_is_refused(tmp_path: Path, mode: int) -> None:
    """case 177: nothing starts with it."""
    path = written(tmp_path, f"1 {KEY}\n", mode)
    with pytest.raises(ConfigFaults, match="the secret may be opened by other users of this machine; chmod 600"):
        secret.read(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        KEY,
        f"1 {KEY[:-2]}\n",
        f"256 {KEY}\n",
        f"-1 {KEY}\n",
        f"1 {KEY}\n1 {OTHER}\n",
        f"1 {KEY} x\n",
        "1 " + "g" * 64,
    ],
)
def test_what_is_no_key_is_refused_and_never_shown(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigFaults) as caught:
        secret.read(written(tmp_path, text))
    assert KEY[:8] not in str(caught.value)


def test_a_fault_names_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, f"1 {KEY}\nrubbish\n")
    with pytest.raises(ConfigFaults, match=re.escape(f"{path}:2: this line is no key")):
        secret.read(path)


def test_a_missing_secret_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigFaults, match="the secret cannot be read: no such file or directory"):
        secret.read(tmp_path / "secret")


def test_first_starts_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret"
    starters = 8
    together = threading.Barrier(starters)
    found = []

    def start() -> None:
        together.wait()
        found.append(secret.obtain(path).secrets[1])

    threads = [threading.Thread(target=start) for _ in range(starters)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == starters
    assert len(set(found)) == 1


# Rotation


def test_a_new_key_signs_and_the_old_one_still_verifies(tmp_path: Path) -> None:
    path = written(tmp_path, f"1 {KEY}\n")
    before = secret.read(path)
    after = secret.rotate(path)
    day = date(2026, 3, 2)
    assert (before.current, after.current) == (1, 2)
    for keys in (before, after):
        assert address.verify(after, address.mint(keys, 7, day), day) == address.Token(7)
    assert address.verify(before, address.mint(after, 7, day), day) is None
    assert secret.rotate(path).current == 3


def test_a_rotated_secret_is_for_its_owner_alone_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = written(tmp_path, f"1 {KEY}\n")
    secret.rotate(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_secret_that_others_may_open_is_not_rotated(tmp_path: Path) -> None:
    path = written(tmp_path, f"1 {KEY}\n", mode=0o644)
    with pytest.raises(ConfigFaults):
        secret.rotate(path)
    assert path.read_text() == f"1 {KEY}\n"


def test_without_a_number_left_nothing_changes(tmp_path: Path) -> None:
    path = written(tmp_path, f"255 {KEY}\n")
    with pytest.raises(ConfigFaults, match="no number left"):
        secret.rotate(path)
    assert secret.read(path).current == 255


def test_the_command_says_what_signs_now(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init.write(tmp_path)
    assert main(["-c", str(tmp_path / "config.toml"), "secret", "rotate"]) == 0
    said = capsys.readouterr().out
    assert "key 2 signs from now on" in said
    assert secret.read(tmp_path / "var" / "secret").secrets[2].hex() not in said
