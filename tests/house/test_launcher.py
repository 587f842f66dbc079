"""The launcher ./postern, tried with a stand-in for venv and pip: nothing is installed here."""

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds, until a start that hangs fails its test

# What `python -m venv` makes here: a python that notes what it is asked for. Its pip makes the command `postern`, and
# first waits for its turn where there is a pipe to wait at.
VENV = """\
import pathlib, sys
folder = pathlib.Path(sys.argv[-1])
(folder / "bin").mkdir(parents=True, exist_ok=True)
for old in folder.glob("*"):
    if old.name != "bin": old.unlink()
with open(folder.parent / "calls", "a") as calls: calls.write(" ".join(["venv", *sys.argv[1:-1]]) + chr(10))
python = folder / "bin" / "python"
python.write_text('''#!/bin/sh
here=$(dirname "$0")
root=$here/../..
[ "$1" != -c ] || exit 0
printf '%s\\\\n' "$*" >> "$root/calls"
[ "$2" = pip ] || exit 0
if [ -p "$root/turn" ]; then echo begun > "$root/begun"; read -r _ < "$root/turn"; fi
[ ! -e "$root/offline" ] || { echo 'no network' >&2; exit 1; }
printf '#!/bin/sh\\\\necho "postern got:"; for a; do echo "<$a>"; done; exit 7\\\\n' > "$here/postern"
chmod +x "$here/postern"
''')
python.chmod(0o755)
"""


@dataclass(frozen=True)
class Project:
    """A folder with the launcher and its stand-ins."""

    root: Path
    environment: dict[str, str]

    def start(self, *arguments: str, program: Path | None = None) -> "subprocess.Popen[str]":
        """Begin `./postern …` in a session of its own."""
        return subprocess.Popen(
            [program or self.root / "postern", *arguments],
            cwd="/",
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, program: Path | None = None) -> tuple[int, str, str]:
        """`./postern …` to its end: exit code, standard output and standard error."""
        process = self.start(*arguments, program=program)
        out, err = process.communicate(timeout=PATIENCE)
        return process.returncode, out, err

    def hold(self) -> None:
        """Let the next installation wait for `release` after it has begun."""
        for name in ("begun", "turn"):
            os.mkfifo(self.root / name)

    def has_begun(self) -> bool:
        """Wait until the installation that is held has begun."""
        # Open for both, a pipe is there at once, and an installation that never begins fails the test and stops none.
        pipe = os.open(self.root / "begun", os.O_RDWR)
        try:
            return bool(select.select([pipe], [], [], PATIENCE)[0])
        finally:
            os.close(pipe)

    def release(self) -> None:
        """Let the installation go on."""
        (self.root / "turn").write_text("go\n")

    def calls(self, word: str = "-m pip") -> list[str]:
        """What venv and the python in it were asked for."""
        path = self.root / "calls"
        return [line for line in path.read_text().splitlines() if line.startswith(word)] if path.exists() else []


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "a folder"
    root.mkdir()
    for name in ("postern", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, root)
    (tmp_path / "stand-in" / "venv").mkdir(parents=True)
    (tmp_path / "stand-in" / "venv" / "__init__.py").touch()
    (tmp_path / "stand-in" / "venv" / "__main__.py").write_text(VENV)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "POSTERN_"))}
    return Project(root, {**kept, "PYTHONPATH": str(tmp_path / "stand-in"), "POSTERN_PYTHON": sys.executable})


@pytest.mark.parametrize("shell", ["sh", "dash"])
def test_any_posix_shell_can_read_it(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here (Debian package {shell})")
    assert subprocess.run([shell, "-n", ROOT / "postern"], check=False).returncode == 0


def test_the_first_start_installs_and_then_runs_the_command(project: Project) -> None:
    code, out, err = project.run("parse", "two words", "")
    assert (code, out) == (7, "postern got:\n<parse>\n<two words>\n<>\n")
    assert err.startswith("postern: installing into ")
    assert err.count("\n") == 1
    assert project.calls("venv") == ["venv --clear"]
    assert project.calls() == ["-m pip install -qq --disable-pip-version-check -c constraints.txt -e ."]


def test_later_starts_install_nothing_and_say_nothing(project: Project) -> None:
    project.run("x")
    assert project.run("x") == (7, "postern got:\n<x>\n", "")
    assert len(project.calls()) == 1


def test_it_runs_through_symbolic_links(project: Project, tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "first").symlink_to("second")
    (tmp_path / "links" / "second").symlink_to("../a folder/postern")
    assert project.run("x", program=tmp_path / "links" / "first")[0] == 7
    assert (project.root / ".venv").is_dir()


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_changed_dependencies_are_installed(project: Project, name: str) -> None:
    project.run("x")
    with (project.root / name).open("a") as file:
        file.write("# changed\n")
    assert project.run("x")[0] == 7
    assert len(project.calls()) == 2
    assert len(project.calls("venv")) == 1


def test_a_project_that_was_moved_is_installed_again(project: Project, tmp_path: Path) -> None:
    project.run("x")
    moved = Project(project.root.rename(tmp_path / "moved"), project.environment)
    assert moved.run("x")[0] == 7
    assert len(moved.calls()) == 2


def test_the_tests_bring_their_own_packages(project: Project) -> None:
    project.run("x")
    code, _, _ = project.run("test", "-k", "two words")
    assert code == 0
    assert project.calls()[1].endswith("-e .[test]")
    assert project.calls("-m pytest") == ["-m pytest -k two words"]
    project.run("test")
    project.run("x")
    assert len(project.calls()) == 2


def test_an_installation_that_failed_says_so_and_is_repaired(project: Project) -> None:
    (project.root / "offline").touch()
    code, out, err = project.run("x")
    assert (code, out) == (1, "")
    assert err.endswith(
        "no network\npostern: the installation failed, for the reason above; mend that and start again\n"
    )
    (project.root / "offline").unlink()
    assert project.run("x")[0] == 7
    assert project.calls("venv") == ["venv --clear"] * 2


def test_an_installation_that_was_killed_is_repaired(project: Project) -> None:
    project.hold()
    killed = project.start("x")
    assert project.has_begun()
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate(timeout=PATIENCE)
    (project.root / "turn").unlink()
    assert project.run("x")[0] == 7
    assert project.calls("venv") == ["venv --clear"] * 2


def test_two_first_starts_at_once_install_once(project: Project) -> None:
    project.hold()
    first = project.start("first")
    assert project.has_begun()
    second = project.start("second")
    assert second.stderr is not None
    assert second.stderr.readline() == "postern: waiting for the installation that another start has begun\n"
    project.release()
    assert first.communicate(timeout=PATIENCE)[0] == "postern got:\n<first>\n"
    assert second.communicate(timeout=PATIENCE)[0] == "postern got:\n<second>\n"
    assert len(project.calls()) == 1


def test_an_environment_of_the_users_own_is_kept(project: Project) -> None:
    project.run("x")
    for stamp in (project.root / ".venv").glob(".postern-*"):
        stamp.unlink()
    assert project.run("x")[0] == 7
    assert len(project.calls("venv")) == 1


def without_python(project: Project, pythons: Sequence[tuple[str, int]], tmp_path: Path) -> tuple[int, str, str]:
    """A start where the only Pythons are some that end their examination with the codes given."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "dirname", "readlink", "cat", "cksum"):
        found = shutil.which(name)
        assert found
        (programs / name).symlink_to(found)
    for name, code in pythons:
        (programs / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (programs / name).chmod(0o755)
    environment = {name: value for name, value in project.environment.items() if name != "POSTERN_PYTHON"}
    return Project(project.root, {**environment, "PATH": str(programs)}).run("x")


def test_a_missing_python_is_named(project: Project, tmp_path: Path) -> None:
    code, _, err = without_python(project, [("python3", 3), ("python3.12", 127)], tmp_path)
    assert code == 1
    assert err.startswith("postern: Python 3.11 or later was not found; install it")


def test_a_missing_venv_is_named(project: Project, tmp_path: Path) -> None:
    code, _, err = without_python(project, [("python3", 3), ("python3.11", 4)], tmp_path)
    assert code == 1
    assert err.startswith("postern: python3.11 cannot make virtual environments; install the package python3-venv")


def test_a_python_that_was_named_and_will_not_do_is_told(project: Project) -> None:
    code, _, err = Project(project.root, {**project.environment, "POSTERN_PYTHON": "/no/python"}).run("x")
    assert code == 1
    assert "$POSTERN_PYTHON is /no/python, which is no Python 3.11 or later" in err


def test_the_build_server_runs_the_same_tests() -> None:
    assert subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=False).returncode == 0
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
