"""One `serve` a data folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from gateway.exits import TRY_LATER, Exit
from gateway.lock import Lock

HOLD = """
import sys
from pathlib import Path
from gateway.lock import Lock
lock = Lock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_the_second_is_refused_and_told_why(tmp_path: Path) -> None:
    """case 42: the lock is the kernel's."""
    path = tmp_path / "serve.lock"
    first = Lock(path)
    with pytest.raises(Exit) as refused:
        Lock(path)
    assert refused.value.code == TRY_LATER
    assert refused.value.lines == (
        f"{path}: another `postern serve` runs on this data folder; stop it first, or use another data_dir.",
    )
    first.release()
    Lock(path).release()


def test_another_folder_has_another_lock(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "a"), Lock(tmp_path / "b")
    first.release()
    second.release()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    """case 42: kill -9 leaves no lock behind."""
    path = tmp_path / "serve.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Exit):
            Lock(path)
        other.kill()
    Lock(path).release()


def test_a_child_does_not_inherit_the_lock(tmp_path: Path) -> None:
    """A reader that outlives its parent by a moment must not keep the next daemon out."""
    first = Lock(tmp_path / "serve.lock")
    program = [sys.executable, "-c", "print(flush=True); input()"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False) as child:
        assert child.stdout is not None
        child.stdout.readline()
        first.release()
        Lock(tmp_path / "serve.lock").release()
        child.communicate(b"\n")


def test_the_lock_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "serve.lock")
    assert (tmp_path / "serve.lock").stat().st_mode & 0o777 == 0o600
    lock.release()
