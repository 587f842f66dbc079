"""The first thing that anybody sees: `postern demo --once`, as a process, with nothing to configure."""

import os
import re
import subprocess
import sys

import pytest

STEPS = (
    "CT-1: opened; status New",
    "CT-1: comment added; status In Progress",
    "CT-1: moved; status On Customer",
    "CT-1: comment added; status New",
    "CT-1: moved; status On Partner",
    "CT-1: comment added; status New",
    "CT-1: moved; status On Partner",
    "CT-1: refused, nothing moved; status On Partner",
    "CT-1: moved; status Closed",
    "CT-1: kept for the operator's eyes only, nothing moved; status Closed",
)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What it prints, from a folder that has nothing to do with it."""
    folder = tmp_path_factory.mktemp("anywhere")
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "demo", "--once"],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    return done.stdout


def test_it_plays_the_whole_conversation(played: str) -> None:
    assert tuple(re.findall(r"^    => (.*)$", played, re.MULTILINE)) == STEPS


def test_its_first_line_tells_the_door_and_its_last_ones_the_next_steps(played: str) -> None:
    first, *_, last = played.splitlines()
    assert re.fullmatch(r"Postern demo: SMTP on 127\.0\.0\.1:\d+, data in .+", first)
    assert last.startswith("Configuration: ")
    for command in ("deliver --sender", "demo --board", "tickets", "log -f"):
        assert command in played[played.index("Send a mail:") :]


def test_nobody_reads_what_is_not_for_them(played: str) -> None:
    board = played[played.index("What each party received") :]
    assert "Wendy, Webhost" in board
    assert "Please send me the whole history" not in board.partition("Dana, Example Support")[0]
    assert "mallory" not in board.lower()
