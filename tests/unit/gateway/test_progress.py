"""The progress line."""

import io
import time

import pytest

from gateway import progress as module
from gateway.progress import WIDTH, Progress


class Terminal(io.StringIO):
    """A stream that somebody watches."""

    def isatty(self) -> bool:
        return True


def test_nobody_watches_nothing_is_said() -> None:
    stream = io.StringIO()
    progress = Progress("parsing", stream, 4)
    progress.at(2)
    progress.end()
    assert stream.getvalue() == ""


def test_the_bar_fills(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OFTEN", 0.0)
    stream = Terminal()
    progress = Progress("parsing", stream, 4)
    progress.at(2)
    progress.at(4, "2 messages")
    progress.at(5)
    progress.end()
    half, full = "█" * (WIDTH // 2) + "░" * (WIDTH // 2), "█" * WIDTH
    assert stream.getvalue() == f"\rparsing {half} 2/4 \rparsing {full} 2 messages \rparsing {full} 5/4 \n"


def test_without_a_total_it_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OFTEN", 0.0)
    stream = Terminal()
    Progress("importing", stream).at(7)
    assert stream.getvalue() == "\rimporting 7 "


def test_it_is_not_drawn_for_every_message_but_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OFTEN", 1e9)
    stream = Terminal()
    progress = Progress("parsing", stream, 1000)
    progress._drawn = time.monotonic()
    for count in range(1, 1001):
        progress.at(count)
    assert stream.getvalue().count("\r") == 1
    assert "1000/1000" in stream.getvalue()
