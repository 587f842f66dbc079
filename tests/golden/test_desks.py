"""Who may do what in which state, for each desk that ships. A difference leaves a `.got` file: look at it first."""

from pathlib import Path

import pytest

from gateway import cli
from gateway.settings import shipped_desks

FOLDER = Path(__file__).parent / "desks"


@pytest.mark.parametrize("desk", shipped_desks())
def test_the_matrix_of_a_desk_is_as_expected(desk: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["workflow", "matrix", "--desk", desk]) == 0
    got = capsys.readouterr().out
    expected, difference = FOLDER / f"{desk}.txt", FOLDER / f"{desk}.txt.got"
    if expected.exists() and expected.read_text(encoding="utf-8") == got:
        difference.unlink(missing_ok=True)
        return
    difference.write_text(got, encoding="utf-8")
    pytest.fail(f"{expected.name} is not what the desk now does; see {difference}")


def test_every_expectation_belongs_to_a_desk() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(shipped_desks())
