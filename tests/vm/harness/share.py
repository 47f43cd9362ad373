# SPDX-License-Identifier: GPL-2.0-or-later
"""A folder that the host shares with a machine through virtiofs."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .clock import Deadline

# Where the package qemu-system-common has it.
_DAEMON = "/usr/lib/qemu/virtiofsd"
TAG = "host"


@dataclass(frozen=True)
class Share:
    """A folder, and the socket through which the machine gets at it."""

    folder: Path
    socket: Path

    def words(self, memory_mib: int) -> Iterator[str]:
        """What makes QEMU use it: the daemon works in the machine's memory."""
        yield "-object"
        yield f"memory-backend-memfd,id=memory,size={memory_mib}M,share=on"
        yield "-machine"
        yield "memory-backend=memory"
        yield "-chardev"
        yield f"socket,id=share,path={self.socket}"
        yield "-device"
        yield f"vhost-user-fs-pci,chardev=share,tag={TAG}"


@contextmanager
def serving(share: Share, log: Path) -> Iterator[None]:
    """Make the folder, and have the daemon run; it would end with the first machine it serves."""
    share.folder.mkdir()
    command = ["setpriv", "--pdeathsig", "KILL", _DAEMON, "-f", f"--socket-path={share.socket}"]
    with open(log, "wb") as output, subprocess.Popen(
        [*command, "-o", f"source={share.folder}", "-o", "sandbox=chroot"],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
    ) as daemon:
        try:
            deadline = Deadline(10, "virtiofsd to open its socket")
            while not share.socket.exists():
                deadline.sleep()
            yield
        finally:
            daemon.kill()
