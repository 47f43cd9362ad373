# SPDX-License-Identifier: GPL-2.0-or-later
"""kexec_load: the running kernel boots itself, from there once more, and then memtest86+."""

from harness.kernel import Kernel
from harness.lab import Lab, Needs
from harness.reboot import boot_twice

_MEMTEST = Kernel("memtest86", "bookworm", "amd64", "memtest86+", "boot/memtest86+x64.bin")
NEEDS = Needs(cmdline="", kernels=(_MEMTEST,))
_MEMTEST_SECONDS = 120


def run(lab: Lab) -> None:
    """Load with segments and purgatory, what is Linux and what only looks like it."""
    boot_twice(lab, "-c")
    lab.agent.check(f"cat {_MEMTEST.device} >/run/memtest")
    lab.agent.check("kexec -l /run/memtest --append=console=ttyS0,115200", 60)
    lab.agent.fire("kexec -e")
    lab.console.wait(r"Memtest86\+", _MEMTEST_SECONDS)
