"""What is written is flushed, and what is flushed is answered: the order that the kernel sees."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rig import config
from tests.rig.load import Message, Session
from tests.rig.relay import Relay


@pytest.mark.skipif(
    shutil.which("strace") is None and not os.environ.get("POSTERN_REQUIRE_PEERS"),
    reason="needs strace (Debian package strace)",
)
def test_nobody_hears_250_before_the_last_byte_is_flushed(tmp_path: Path) -> None:
    """case 9: of what a power cut takes away, nothing was promised."""
    trace = tmp_path / "trace"
    with Relay() as relay:
        path = config.write(tmp_path / "site", f"sqlite:///{tmp_path}/site/postern.db", relay.port)
        watch = ["strace", "-f", "-y", "-qq", "-s", "40", "-o", str(trace)]
        serve = [sys.executable, "-m", "gateway.cli", "-c", str(path), "serve", "--roles", "smtp"]
        with subprocess.Popen(
            [*watch, "-e", "trace=pwrite64,fdatasync,fsync,sendto", *serve], stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            session = Session(int(process.stderr.readline().rpartition(":")[2]))
            for number in range(5):
                text = f"From: <a@acme.example>\r\nMessage-ID: <{number}@acme.example>\r\n\r\nHelp.\r\n"
                message = Message("", "a@acme.example", "support@desk.example", text.encode())
                assert session.send(message).startswith(b"250")
            session.close()
            (child,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            os.kill(int(child), 15)
            process.wait(30)
    answers, written, flushed = 0, 0, True
    for line in trace.read_text().splitlines():
        if re.search(r"pwrite64\(\d+<[^>]*postern\.db", line):
            written, flushed = written + 1, False
        elif re.search(r"(fdatasync|fsync)\(\d+<[^>]*postern\.db-wal", line):
            flushed = True
        elif "sendto(" in line and "250 2.0.0 Accepted" in line:
            answers += 1
            assert written, "each message is a write of its own"
            assert flushed, f"answer {answers} left before what it promises was flushed"
            written = 0
    assert answers == 5
