"""Configuration files for tests, and what is said of them."""

from pathlib import Path

import pytest

from gateway import config
from gateway.config import Config
from gateway.faults import ConfigFaults

SMALLEST = '[[address]]\naddress = "support@desk.example"\n\n[relay]\nkind = "keep"\n'


def written(folder: Path, text: str) -> Path:
    """A configuration file in a folder."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def loaded(folder: Path, text: str) -> Config:
    return config.load(written(folder, text))


def refused(folder: Path, text: str) -> list[str]:
    """The sentences with which a configuration is refused, without the file's name."""
    path = written(folder, text)
    with pytest.raises(ConfigFaults) as caught:
        config.load(path)
    return [str(fault).removeprefix(f"{path}:") for fault in caught.value.faults]
