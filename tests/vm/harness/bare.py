# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel and nothing else, of any architecture: it panics for want of a root file system.

What is looked at is the machine's memory, as QEMU writes it to an ELF core.
"""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .console import Console
from .monitor import Monitor

_BOOT_SECONDS = 120
_MEMORY_MIB = "256"
_QEMU = {
    "amd64": (
        *("qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max,cx16=off"),
        *("-smp", "2", "-serial", "chardev:console"),
    ),
    "arm64": (
        *("qemu-system-aarch64", "-M", "virt", "-cpu", "max,lpa2=off"),
        *("-serial", "chardev:console"),
    ),
    "s390x": (
        *("qemu-system-s390x", "-M", "s390-ccw-virtio", "-cpu", "max"),
        *("-device", "virtio-serial-ccw", "-device", "sclpconsole,chardev=console"),
    ),
}
_CONSOLE = {"amd64": "ttyS0", "arm64": "ttyAMA0", "s390x": "ttysclp0"}


@dataclass(frozen=True)
class Crash:
    """What is left of a kernel: its memory, and what it wrote to the serial console."""

    core: Path
    console: str


def crash(architecture: str, kernel: Path, folder: Path) -> Crash:
    """Boot a kernel until it panics, and write its memory to folder/core."""
    console, core = folder / "console", folder / "core"
    core.unlink(missing_ok=True)
    console.unlink(missing_ok=True)
    words = [
        *("setpriv", "--pdeathsig", "KILL", *_QEMU[architecture]),
        *("-nodefaults", "-no-user-config", "-display", "none", "-m", _MEMORY_MIB),
        "-no-shutdown",
        *("-kernel", str(kernel), "-append", f"console={_CONSOLE[architecture]}"),
        *("-chardev", f"file,id=console,path={console}"),
        *("-qmp", f"unix:{folder}/monitor,server=on,wait=off"),
    ]
    with _running(words) as process:
        said = Console(console, lambda: process.poll() is None)
        said.wait("^.*Kernel panic - not syncing: .*$", _BOOT_SECONDS)
        said.wait("^.*(end Kernel panic|ret_from_fork)", _BOOT_SECONDS)
        monitor = Monitor(folder / "monitor")
        monitor.execute("stop")
        monitor.execute("dump-guest-memory", paging=False, protocol=f"file:{core}")
        monitor.close()
        # The last line may be half written.
        return Crash(core, said.text().rpartition("\n")[0])


@contextmanager
def _running(words: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            yield process
        finally:
            process.kill()
