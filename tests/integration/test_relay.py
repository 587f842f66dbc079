"""The scripted relay of the rig: what it took survives its own death."""

import subprocess
import sys
from pathlib import Path

from outbound.courier import Courier
from outbound.letter import Letter, Sent
from outbound.relay import Relay as NextHop
from tests.rig.relay import Relay, read_ledger

ROOT = Path(__file__).parents[2]


def letter(number: int) -> Letter:
    message_id = f"<l{number}@desk.example>"
    return Letter(
        "support@desk.example", "ann@acme.example", message_id, f"Message-ID: {message_id}\r\n\r\nHi\r\n".encode()
    )


def test_the_ledger_survives_a_kill(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    command = [sys.executable, "-m", "tests.rig.relay", "--ledger", str(ledger)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        courier = Courier(NextHop("127.0.0.1", port, "none", "desk.example"))
        assert [type(courier.send(letter(n))) for n in range(3)] == [Sent] * 3
        process.kill()
        courier.close()
    with ledger.open("a") as file:
        file.write('{"sender": "cut off by the ki')
    taken = read_ledger(ledger)
    assert [delivery.message_id for delivery in taken] == [f"<l{n}@desk.example>" for n in range(3)]
    assert [delivery.data for delivery in taken] == [letter(n).data for n in range(3)]


def test_a_relay_waits_for_letters(tmp_path: Path) -> None:
    with Relay(ledger=tmp_path / "ledger.jsonl") as relay:
        courier = Courier(NextHop("127.0.0.1", relay.port, "none", "desk.example"))
        courier.send(letter(1))
        courier.close()
        assert relay.wait_for(1) == read_ledger(tmp_path / "ledger.jsonl") == relay.deliveries


def test_a_ledger_that_nobody_wrote_is_empty(tmp_path: Path) -> None:
    assert read_ledger(tmp_path / "none") == []
