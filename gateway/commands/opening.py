"""Opening and closing what a command works with, faults told as sentences."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gateway import config
from gateway.exits import BAD_CONFIGURATION, TRY_LATER, Exit
from gateway.faults import ConfigFaults
from routing.workflow import WorkflowFaults

if TYPE_CHECKING:
    from gateway.app import Office


@contextmanager
def opened(argument: str | None, *, daemon: bool = False) -> "Iterator[Office]":
    """The office of a configuration, for the length of a command. Raises `Exit` as `faults_told` does."""
    from gateway.app import office

    with faults_told():
        found = office(config.find(argument), daemon=daemon)
        try:
            yield found
        finally:
            found.close()


@contextmanager
def faults_told() -> Iterator[None]:
    """Raises `Exit` 78 with every fault of our files, 75 where the database cannot be reached."""
    from gateway.store.errors import SchemaTooNew, StoreUnavailable

    try:
        yield
    except ConfigFaults as broken:
        raise Exit(BAD_CONFIGURATION, *(str(fault) for fault in broken.faults)) from None
    except WorkflowFaults as broken:
        raise Exit(BAD_CONFIGURATION, *broken.faults) from None
    except SchemaTooNew as newer:
        raise Exit(BAD_CONFIGURATION, str(newer)) from None
    except StoreUnavailable as absent:
        raise Exit(TRY_LATER, f"database: {absent}; see that it runs, then try again.") from None
