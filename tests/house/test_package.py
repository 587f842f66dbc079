"""What is shipped: the wheel holds everything that the program reads, and nothing tells of the machine it came from."""

import re
import subprocess
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PACKAGES = ("gateway", "outbound", "parsers", "routing", "templates", "workflows")
# Without their top-level domains, so that this file does not name them either.
REGISTRIES = {"pypi": "org", "pythonhosted": "org", "anaconda": "org", "npmjs": "org", "crates": "io"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The wheel as `pip install .` builds it."""
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("dist")), versions=["standard"])
    with zipfile.ZipFile(built) as archive:
        yield archive


def test_the_wheel_holds_every_file_of_the_packages(wheel: zipfile.ZipFile) -> None:
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    shipped = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert shipped == ours


@pytest.mark.parametrize(
    "pattern",
    [
        r"templates/letters/[^/]+\.jinja",
        r"templates/letters/shared/letter\.html",
        r"templates/languages/[a-z]+\.po",
        r"workflows/several-parties\.toml",
        r"gateway/sample/config\.toml",
        r"gateway/sample/[a-z-]+\.toml",
        r"gateway/store/migrations/.+\.py",
    ],
)
def test_the_wheel_holds_what_is_no_module(wheel: zipfile.ZipFile, pattern: str) -> None:
    assert any(re.fullmatch(pattern, name) for name in wheel.namelist())


def test_the_wheel_brings_the_command_and_the_licence(wheel: zipfile.ZipFile) -> None:
    (entry_points,) = (name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt"))
    assert "postern = gateway.cli:main" in wheel.read(entry_points).decode()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in wheel.namelist())


def pins() -> dict[str, str]:
    """The versions in constraints.txt by the normal form of their names."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = [line.partition("==") for line in lines if line and not line.startswith("#")]
    assert all(equals for _, equals, _ in found)
    return {canonicalize_name(name): version for name, _, version in found}


def needed(wheel: zipfile.ZipFile) -> set[str]:
    """Everything that Postern and its extras pull in here, by the metadata of what is installed."""
    (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    lines = wheel.read(metadata).decode().splitlines()
    first = [Requirement(line.partition(": ")[2]) for line in lines if line.startswith("Requires-Dist: ")]
    found: set[tuple[str, str]] = set()
    waiting = [(requirement.name, extra) for requirement in first for extra in (requirement.extras or {""})]
    waiting += [(requirement.name, "") for requirement in first]
    while waiting:
        name, extra = waiting.pop()
        if (canonicalize_name(name), extra) in found:
            continue
        found.add((canonicalize_name(name), extra))
        try:
            wanted = [Requirement(line) for line in requires(name) or []]
        except PackageNotFoundError:  # an extra that is not installed here
            continue
        for requirement in wanted:
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                waiting += [(requirement.name, inner) for inner in requirement.extras | {""}]
    return {name for name, _ in found}


def test_everything_that_is_installed_is_pinned(wheel: zipfile.ZipFile) -> None:
    assert needed(wheel) - pins().keys() == set()


def test_nothing_else_is_pinned(wheel: zipfile.ZipFile) -> None:
    building = {"hatchling", "packaging", "pathspec", "pluggy", "trove-classifiers"}
    # What the extra `bench` pulls in, which is not installed for the tests.
    assert pins().keys() - needed(wheel) - building - {"lxml"} == set()


def tracked() -> list[Path]:
    """The files under version control, or all where this is no repository."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    )
    if listed.returncode == 0 and listed.stdout:
        return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and not {".venv", ".git"} & set(path.parts)]


def test_no_file_tells_where_packages_came_from_or_where_it_was_written() -> None:
    here = [f"{ROOT}/".encode()] if len(ROOT.parts) > 2 else []
    forbidden = [f"{name}.{top}".encode() for name, top in REGISTRIES.items()] + here
    found = [
        f"{path.relative_to(ROOT)}: {word.decode()}"
        for path in tracked()
        for word in forbidden
        if word in path.read_bytes()
    ]
    assert found == []
