# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's physical memory, through QEMU's gdbstub.

As much of GDB's remote protocol as it takes to read and write bytes behind
the back of everything that runs in the guest.
"""

import socket
from pathlib import Path

from .clock import Deadline

_ANSWER_SECONDS = 30
# Two hex digits a byte have to fit QEMU's packet buffer of 4 KiB.
_CHUNK_BYTES = 1024


class ProtocolError(Exception):
    """The stub answered something that was not to be expected."""


class PhysicalMemory:
    """Stops the machine on connecting; let_go() lets it run on."""

    def __init__(self, path: Path):
        self._received = b""
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.connect(str(path))
            self._ask(b"?")
            self._expect_ok(b"Qqemu.PhyMemMode:1")
        except BaseException:
            self._socket.close()
            raise

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def let_go(self) -> None:
        """Go back to the view that the processor has, and let the machine run on."""
        self._expect_ok(b"Qqemu.PhyMemMode:0")
        self._expect_ok(b"D")

    def read(self, address: int, size: int) -> bytes:
        """The bytes from address on."""
        found = b""
        while len(found) < size:
            count = min(_CHUNK_BYTES, size - len(found))
            answer = self._ask(b"m%x,%x" % (address + len(found), count))
            if answer.startswith(b"E"):
                raise ProtocolError(f"cannot read memory at {address + len(found):#x}")
            found += bytes.fromhex(answer.decode())
        return found

    def write(self, address: int, data: bytes) -> None:
        """Put data at address."""
        for start in range(0, len(data), _CHUNK_BYTES):
            chunk = data[start : start + _CHUNK_BYTES]
            request = b"M%x,%x:%s" % (address + start, len(chunk), chunk.hex().encode())
            self._expect_ok(request)

    def _expect_ok(self, request: bytes) -> None:
        answer = self._ask(request)
        if answer != b"OK":
            raise ProtocolError(f"{request[:40]!r} was answered with {answer!r}")

    def _ask(self, request: bytes) -> bytes:
        deadline = Deadline(_ANSWER_SECONDS, "the gdbstub to answer")
        self._socket.settimeout(_ANSWER_SECONDS)
        self._socket.sendall(b"$%s#%02x" % (request, sum(request) % 256))
        while True:
            packet = self._read_packet(deadline)
            # A stop reply can come unasked; only "?" asks for one.
            if request == b"?" or not packet.startswith((b"T", b"S")):
                return packet

    def _read_packet(self, deadline: Deadline) -> bytes:
        while True:
            _, dollar, rest = self._received.partition(b"$")
            body, end, after = rest.partition(b"#")
            if dollar and end and len(after) >= 2:
                self._received = after[2:]
                self._socket.sendall(b"+")
                return body
            self._socket.settimeout(deadline.slice())
            try:
                chunk = self._socket.recv(1 << 16)
            except TimeoutError:
                continue
            if not chunk:
                raise ProtocolError("the gdbstub hung up")
            self._received += chunk
