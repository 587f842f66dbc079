"""Doors for the tests of this folder."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.smtp.bounds import Manners
from gateway.smtp.logins import Logins, hashed
from parsers.address import Keys
from tests.integration.smtp.certified import PASSWORD, Authority
from tests.integration.smtp.house import MANNERS, Build, House, building
from tests.integration.store.samples import ANN


@pytest.fixture
def build(tmp_path: Path, migrated: Path, keys: Keys) -> Iterator[Build]:
    """Makes doors as a test wants them."""
    with building(tmp_path, migrated, keys) as make:
        yield make


@pytest.fixture
def house(build: Build) -> House:
    """One SMTP door of the usual manners."""
    return build()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Who signs certificates, and what a client that trusts it has."""
    return Authority(tmp_path, ssl.create_default_context())


@pytest.fixture
def manners(authority: Authority, tmp_path: Path) -> Manners:
    """Those of doors with TLS, at which Ann may log in."""
    path = tmp_path / "logins"
    path.write_text(f"# who may log in\n\n{ANN} {hashed(PASSWORD)}\n")
    path.chmod(0o600)
    return replace(MANNERS, certificate=authority.issue(), logins=Logins(path))
