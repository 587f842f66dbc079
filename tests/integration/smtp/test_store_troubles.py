"""A database that is locked or gone, a disk that is full: 4xx, one line in the log, and back by itself."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.store import engine
from tests.integration.smtp.house import Build, House, numbered

ROOT = os.geteuid() == 0
MEGABYTES = 6


def recovered(house: House) -> list[str]:
    return [fact["reason"] for fact in house.logged() if fact["outcome"] == "recovered"]


def temporary(house: House) -> list[str]:
    return [fact["reason"] for fact in house.logged() if fact["outcome"] == "temporary"]


def refused_and_recovered(house: House, times: int) -> None:
    assert len(temporary(house)) == 1
    assert recovered(house) == [f"store: it is over; refused {times} times"]


def test_a_database_that_another_process_holds(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """case 11: 451 while it lasts, one line in the log, and back by itself."""
    monkeypatch.setitem(engine.PRAGMAS, "busy_timeout", 50)
    house = build()
    with house.peer() as peer, closing(sqlite3.connect(house.database.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(3):
            assert peer.deliver().startswith("451 4.3.0 ")
        other.execute("ROLLBACK")
        assert peer.deliver().startswith("250")
    refused_and_recovered(house, 3)


def test_a_database_file_that_vanishes(house: House, tmp_path: Path) -> None:
    """Nothing is written into a file that nobody finds again."""
    path, away = Path(house.database.removeprefix("sqlite:///")), tmp_path / "away.db"
    with house.peer() as peer:
        assert peer.deliver(numbered(1)).startswith("250")
        path.rename(away)
        for _ in range(2):
            assert peer.deliver(numbered(2)).startswith("451 4.3.0 ")
        assert not path.exists()
        away.rename(path)
        assert peer.deliver(numbered(2)).startswith("250")
    assert len(house.rows()) == 2
    refused_and_recovered(house, 2)


def test_a_database_file_that_is_replaced(house: House, tmp_path: Path) -> None:
    """What is restored from a copy is the database from then on."""
    path, copy = Path(house.database.removeprefix("sqlite:///")), tmp_path / "copy.db"
    with house.peer() as peer:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        assert peer.deliver(numbered(1)).startswith("250")
        for side in ("-wal", "-shm"):
            Path(f"{path}{side}").unlink()
        copy.rename(path)
        assert peer.deliver(numbered(2)).startswith("250")
    assert [row.raw for row in house.rows()] == [numbered(2)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "postern-test", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False) if ROOT else None
    if mounted is None or mounted.returncode:
        pytest.skip(f"needs to mount a small file system: {mounted.stderr.strip() if mounted else 'needs root'}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_runs_full(build: Build, small_disk: Path) -> None:
    """case 6: what was answered with 250 stays, the rest is 452, and mail flows again once there is room."""
    house = build(data=small_disk, bounds={"size": 600_000, "line_length": 600_000})
    taken, refused = [], 0
    with house.peer() as peer:
        for number in range(40):
            raw = numbered(number) + b"x" * 400_000 + b"\r\n"
            answer = peer.deliver(raw)
            assert answer[:9] in ("250 2.0.0", "452 4.3.1")
            refused += answer.startswith("452")
            if answer.startswith("250"):
                taken.append(raw)
            if refused == 3:
                break
        assert taken
        assert refused == 3
        assert len(temporary(house)) == 1
        subprocess.run(["mount", "-o", "remount,size=40m", str(small_disk)], check=True)
        again = numbered(99)
        assert peer.deliver(again).startswith("250")
    assert sorted(row.raw for row in house.rows()) == sorted([*taken, again])
    refused_and_recovered(house, 3)
