"""What leaves this machine beside TCP: datagrams as they pass its interfaces.

Where the system lets nobody watch an interface, what is sent to groups is overheard by joining them.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

MDNS = ("224.0.0.251", 5353)
_PATIENCE_S = 0.1


@dataclass(frozen=True)
class Datagram:
    """One UDP packet: where it went, and what it holds."""

    address: str
    port: int
    data: bytes


@dataclass
class Overheard:
    """What was heard so far."""

    datagrams: list[Datagram] = field(default_factory=list)

    def to_many(self) -> list[Datagram]:
        """Those that went to groups or to everybody."""
        return [d for d in self.datagrams if _is_for_many(d.address)]

    def to(self, address: str) -> list[Datagram]:
        return [d for d in self.datagrams if d.address == address]


@contextmanager
def overhearing() -> Iterator[Overheard]:
    """Listen until the end of the block.

    Raises:
        OSError: nothing can be heard on this machine.
    """
    try:
        ears, read = [_raw()], _datagram
    except (OSError, AttributeError):
        ears, read = [_group()], lambda data: Datagram(*MDNS, data)
    heard, done = Overheard(), threading.Event()

    def listen(ear: socket.socket) -> None:
        while not done.is_set():
            with suppress(TimeoutError):
                found = read(ear.recv(65_535))
                if found is not None:
                    heard.datagrams.append(found)

    threads = [threading.Thread(target=listen, args=(ear,)) for ear in ears]
    for thread in threads:
        thread.start()
    try:
        yield heard
    finally:
        done.set()
        for thread in threads:
            thread.join()
        for ear in ears:
            ear.close()


def call_out(said: bytes) -> None:
    """Send one datagram to the group of multicast DNS, as a browser would."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
        mouth.sendto(said, MDNS)


def _raw() -> socket.socket:
    """All packets of all interfaces; for root on Linux."""
    every_protocol = socket.ntohs(3)
    ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, every_protocol)
    ear.settimeout(_PATIENCE_S)
    return ear


def _group() -> socket.socket:
    """What is sent to the group of multicast DNS on any interface."""
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with suppress(OSError, AttributeError):
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    ear.bind(("", MDNS[1]))
    for index, _ in socket.if_nameindex():
        with suppress(OSError):
            joined = struct.pack("4s4si", socket.inet_aton(MDNS[0]), b"\0" * 4, index)
            ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
    ear.settimeout(_PATIENCE_S)
    return ear


def _datagram(frame: bytes) -> Datagram | None:
    """The datagram in an Ethernet frame (RFC 894, RFC 2464), if it holds one."""
    kind, packet = frame[12:14], frame[14:]
    if kind == b"\x08\x00" and len(packet) > 28 and packet[9] == socket.IPPROTO_UDP:
        head = (packet[0] & 15) * 4
        address, rest = socket.inet_ntop(socket.AF_INET, packet[16:20]), packet[head:]
    elif kind == b"\x86\xdd" and len(packet) > 48 and packet[6] == socket.IPPROTO_UDP:
        address, rest = socket.inet_ntop(socket.AF_INET6, packet[24:40]), packet[40:]
    else:
        return None
    return Datagram(address, struct.unpack("!H", rest[2:4])[0], rest[8:])


def _is_for_many(address: str) -> bool:
    if ":" in address:
        return address.startswith("ff")
    return address.endswith(".255") or 224 <= int(address.split(".")[0]) < 240
