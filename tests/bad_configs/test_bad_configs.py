"""Each folder here is a configuration that `check` refuses: expected.txt is what it says, to the letter."""

import io
from pathlib import Path

import pytest

from gateway.commands import check

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/config.toml"))


def test_there_are_cases() -> None:
    assert len(CASES) >= 15


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_configuration_is_told_as_expected(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("never-shown", raising=False)
    out, err = io.StringIO(), io.StringIO()
    code = check.run(case / "config.toml", False, out, err)
    said = err.getvalue().replace(f"{case}/", "")
    expected = case / "expected.txt"
    got = case / "expected.txt.got"
    if not expected.exists() or said != expected.read_text(encoding="utf-8"):
        got.write_text(said, encoding="utf-8")
        pytest.fail(f"{case.name} is told otherwise than expected; compare {got} with {expected}")
    got.unlink(missing_ok=True)
    assert code == 78
    assert out.getvalue() == ""
    assert "never-shown" not in said
