# SPDX-License-Identifier: GPL-2.0-or-later
"""The host's end of the agent that runs commands in the guest.

The other end, and the protocol, is guest/usr/lib/vm/agent.  The agent is
started anew by every boot and greets with the boot's id; so a new greeting
is how a reboot or a kexec is seen, whatever the console shows.
"""

import base64
import socket
from dataclasses import dataclass
from pathlib import Path

from .clock import Deadline

# The guest ends a command that takes too long; this much later it is the guest that hangs.
_GRACE_SECONDS = 30


class GuestGone(Exception):
    """The machine ended, or booted anew, while an answer was due."""


class GuestCommandFailed(Exception):
    """A command in the guest had another exit status than the case wants."""


@dataclass(frozen=True)
class Result:
    """What came of a command in the guest."""

    script: str
    status: int
    out: str
    err: str

    def __str__(self) -> str:
        parts = [f"in the guest: {self.script}", f"exit status {self.status}"]
        parts += [text.rstrip() for text in (self.out, self.err) if text.strip()]
        return "\n".join(parts)


class Agent:
    """Commands to one machine, one at a time."""

    def __init__(self, path: Path):
        """Connect to QEMU's socket, which may be about to appear."""
        self._socket = _connect(path)
        self._received = b""
        self._commands = 0
        self.boot_id = ""

    def close(self) -> None:
        """Let go of the port."""
        self._socket.close()

    def wait_boot(self, seconds: float) -> None:
        """Wait until a boot other than the one known so far greets."""
        deadline = Deadline(seconds, "the guest to come up")
        while True:
            words = self._read_line(deadline).split()
            if words[:1] == ["hello"] and words[1] != self.boot_id:
                self.boot_id = words[1]
                return

    def run(self, script: str, seconds: float = 30) -> Result:
        """Run a bash script as root; status 124 means that it took longer than seconds."""
        identity = self._send(script, seconds)
        deadline = Deadline(seconds + _GRACE_SECONDS, f"the guest to answer to: {script}")
        while True:
            words = self._read_line(deadline).split()
            if words[:1] == ["hello"]:
                raise GuestGone(f"the guest booted anew during: {script}")
            if words[:2] == ["done", identity]:
                return Result(script, int(words[2]), _decode(words[3]), _decode(words[4]))

    def check(self, script: str, seconds: float = 30) -> str:
        """Run a script that has to succeed; its standard output."""
        result = self.run(script, seconds)
        if result.status != 0:
            raise GuestCommandFailed(str(result))
        return result.out

    def fire(self, script: str) -> None:
        """Start a script from which there is no return."""
        self._send(script, _GRACE_SECONDS)

    def _send(self, script: str, seconds: float) -> str:
        self._commands += 1
        encoded = base64.b64encode(script.encode()).decode()
        line = f"run {self._commands} {seconds:.0f} {encoded}\n"
        self._socket.settimeout(_GRACE_SECONDS)
        self._socket.sendall(line.encode())
        return str(self._commands)

    def _read_line(self, deadline: Deadline) -> str:
        while b"\n" not in self._received:
            self._socket.settimeout(deadline.slice())
            try:
                chunk = self._socket.recv(1 << 16)
            except TimeoutError:
                continue
            if not chunk:
                raise GuestGone(f"the machine ended while waiting for {deadline.what}")
            self._received += chunk
        line, _, self._received = self._received.partition(b"\n")
        return line.decode(errors="replace")


def _decode(field: str) -> str:
    return base64.b64decode(field.removeprefix("=")).decode(errors="replace")


def _connect(path: Path) -> socket.socket:
    deadline = Deadline(10, "QEMU to open its sockets")
    while True:
        link = socket.socket(socket.AF_UNIX)
        try:
            link.connect(str(path))
            return link
        except (FileNotFoundError, ConnectionRefusedError):
            link.close()
            deadline.sleep()
