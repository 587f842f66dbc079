"""A name server on loopback that answers as it is told: well, late, never, with errors, in circles, with too much."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

HUGE = "v=DKIM1; p=" + "A" * 60_000


@dataclass(slots=True)
class NameServer:
    """What is asked decides the answer by its first label; anything else is a TXT record of `records`.

    `silent` never answers, `servfail`, `refused` and `nxdomain` are those codes, `junk` is no message at all, `circle`
    and `circle2` are each other's CNAME, `long` is a chain of CNAMEs without end, `huge` a record of 60 kB, `cut` says
    that it is truncated and breaks off.
    """

    records: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    address: tuple[str, int] = ("127.0.0.1", 0)

    def answer(self, wire: bytes, *, stream: bool) -> bytes | None:
        """The answer to one question, None for none."""
        question = dns.message.from_wire(wire)
        name = question.question[0].name.to_text()
        self.asked.append(name)
        first, _, rest = name.partition(".")
        reply = dns.message.make_response(question)
        match first:
            case "silent":
                return None
            case "junk":
                return wire[:2] + b"\xff" * 40
            case "servfail" | "refused" | "nxdomain":
                reply.set_rcode(
                    {"servfail": dns.rcode.SERVFAIL, "refused": dns.rcode.REFUSED}.get(first, dns.rcode.NXDOMAIN)
                )
            case "circle" | "circle2":
                other = "circle2" if first == "circle" else "circle"
                reply.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", f"{other}.{rest}"))
            case _ if first.startswith("long"):
                number = int(first.removeprefix("long") or 0)
                reply.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", f"long{number + 1}.{rest}"))
            case "huge" | "cut":
                if not stream:
                    reply.flags |= dns.flags.TC
                elif first == "cut":
                    return None
                else:
                    pieces = " ".join(f'"{HUGE[at : at + 250]}"' for at in range(0, len(HUGE), 250))
                    reply.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", pieces))
            case _:
                known = self.records.get(name.rstrip(".").lower())
                if known is not None:
                    pieces = " ".join(f'"{known[at : at + 250]}"' for at in range(0, len(known), 250))
                    reply.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", pieces))
        return reply.to_wire(max_size=65_535 if stream else 4_096)


@contextmanager
def name_server(records: dict[str, str]) -> Iterator[NameServer]:
    """A running server for UDP and TCP on one port that the system chose."""
    found = NameServer(records)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        udp.bind(("127.0.0.1", 0))
        found.address = udp.getsockname()
        tcp.bind(found.address)
        tcp.listen()
        threads = [
            threading.Thread(target=loop, args=(found, one)) for loop, one in ((_datagrams, udp), (_streams, tcp))
        ]
        for thread in threads:
            thread.start()
        try:
            yield found
        finally:
            for one in (udp, tcp):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            udp.close()
            for thread in threads:
                thread.join(5)


def _datagrams(server: NameServer, door: socket.socket) -> None:
    with suppress(OSError):
        while True:
            wire, peer = door.recvfrom(4_096)
            if not wire:
                return
            answer = server.answer(wire, stream=False)
            if answer is not None:
                door.sendto(answer, peer)


def _streams(server: NameServer, door: socket.socket) -> None:
    with suppress(OSError):
        while True:
            peer, _ = door.accept()
            with peer, suppress(OSError, struct.error):
                (length,) = struct.unpack("!H", peer.recv(2))
                answer = server.answer(peer.recv(length), stream=True)
                if answer is not None:
                    peer.sendall(struct.pack("!H", len(answer)) + answer)
