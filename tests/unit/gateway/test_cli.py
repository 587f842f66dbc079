"""The command line: what can be said, how it ends, and what stays unloaded until it is needed."""

import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from gateway import cli, exits
from gateway.exits import Exit

COMMANDS = (
    "init secret check serve demo deliver import parse explain tickets ticket log queue inbox directory workflow "
    "templates"
).split()
HEAVY = ("sqlalchemy", "alembic", "aiosmtpd", "apscheduler", "mailparser", "jinja2", "pydantic")


def ended(*arguments: str) -> int | str | None:
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    return end.value.code


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("dance",),
        ("ticket",),
        ("deliver",),
        ("serve", "--fast"),
        ("queue", "burn", "1"),
        ("import",),
        ("templates", "preview"),
        ("-c",),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_64_and_says_how_it_goes(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(*arguments) == 64
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("usage: postern")
    assert "\npostern: " in said.err


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(command, "--help") == 0
    assert capsys.readouterr().out.startswith(f"usage: postern {command}")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("--help") == 0
    text = capsys.readouterr().out
    assert [name for name in COMMANDS if f"\n    {name} " not in text] == []


def loaded(*arguments: str) -> set[str]:
    """The heavy packages that a command line loads."""
    program = (
        "import sys\nfrom gateway.cli import main\n"
        f"try:\n    main({list(arguments)!r})\nexcept SystemExit:\n    pass\n"
        f"print(*(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stderr.split("\n")[-2].split())


def test_help_loads_nothing_heavy() -> None:
    assert loaded("--help") == set()
    assert loaded("serve", "--help") == set()


def test_the_log_loads_no_database() -> None:
    assert loaded("-c", "/nowhere/config.toml", "log") & {"sqlalchemy", "alembic", "aiosmtpd"} == set()


def test_the_codes_are_those_of_sysexits() -> None:
    assert (exits.USAGE, exits.BAD_INPUT, exits.NO_INPUT, exits.NO_RECIPIENT) == (64, 65, 66, 67)
    assert (exits.UNAVAILABLE, exits.TRY_LATER, exits.BAD_CONFIGURATION) == (69, 75, 78)


def run(monkeypatch: pytest.MonkeyPatch, command: Callable[[object], int]) -> int:
    monkeypatch.setattr(cli, "import_module", lambda _name: SimpleNamespace(command=command))
    return cli.main(["tickets"])


def test_a_command_that_ends_says_its_sentences_and_gives_its_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(_arguments: object) -> int:
        raise Exit(66, "There is none.", "Look elsewhere.")

    assert run(monkeypatch, command) == 66
    assert capsys.readouterr() == ("", "There is none.\nLook elsewhere.\n")


def test_a_reader_that_goes_away_is_no_fault() -> None:
    """`postern parse … | head -1`."""
    program = "from gateway.cli import main; import sys; sys.exit(main(['workflow']))"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        child.stdout.close()
        assert child.stderr is not None
        said = child.stderr.read()
    assert (child.returncode, said) == (0, "")


def test_an_interrupt_ends_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def command(_arguments: object) -> int:
        raise KeyboardInterrupt

    assert run(monkeypatch, command) == 130
    assert capsys.readouterr() == ("", "")
