"""Commands of `postern`, run in this process with streams of their own."""

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from gateway import cli


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, object]]:
        """One JSON object a line, and nothing else."""
        found = [json.loads(line) for line in self.out.splitlines()]
        assert all(isinstance(one, dict) for one in found), self.out
        return found


def postern(config: Path | None, *arguments: str, stdin: bytes = b"") -> Ended:
    """Run one command over a configuration, or without one."""
    out, err = _stream(b""), _stream(b"")
    chosen = [] if config is None else ["-c", str(config)]
    with (
        mock.patch.object(sys, "stdin", _stream(stdin)),
        mock.patch.object(sys, "stdout", out),
        mock.patch.object(sys, "stderr", err),
    ):
        try:
            code = cli.main([*chosen, *arguments])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
    return Ended(code, _said(out), _said(err))


def _stream(data: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), "utf-8", write_through=True)


def _said(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode("utf-8", "surrogateescape")
