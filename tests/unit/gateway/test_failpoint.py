"""The points at which a test can make the process die, fail or wait."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import time
from gateway import failpoint
time.sleep = lambda seconds: print("slept", seconds, flush=True)
for number in range(1, 4):
    try:
        failpoint.reached("other")
        failpoint.reached("point")
    except failpoint.Failure as failure:
        print(failure, flush=True)
    print(number, flush=True)
"""


def run(setting: str | None) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "POSTERN_FAILPOINT"}
    if setting is not None:
        environment["POSTERN_FAILPOINT"] = setting
    return subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=environment, check=False, timeout=60
    )


@pytest.mark.parametrize("setting", [None, "", "elsewhere:1:kill", "point:4:kill"])
def test_a_point_that_nobody_asked_for_does_nothing(setting: str | None) -> None:
    done = run(setting)
    assert done.returncode == 0
    assert done.stdout == "1\n2\n3\n"


def test_it_kills_at_the_time_it_was_told() -> None:
    done = run("point:2:kill")
    assert done.returncode == -9
    assert done.stdout == "1\n"


def test_it_raises_once() -> None:
    assert run("point:2:raise").stdout == "1\nfailpoint point\n2\n3\n"


def test_it_sleeps_once() -> None:
    assert run("point:3:sleep").stdout == "1\n2\nslept 3.0\n3\n"


@pytest.mark.parametrize("setting", ["point:1:dance", "point", "point:x:kill"])
def test_what_cannot_be_meant_is_refused_at_once(setting: str) -> None:
    assert run(setting).returncode == 1
