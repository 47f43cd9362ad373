# SPDX-License-Identifier: GPL-2.0-or-later
"""One byte of the loaded capture kernel is overwritten: purgatory says so and resets."""

import re

from harness import check, crash
from harness.bzimage import BzImage
from harness.gdb import PhysicalMemory
from harness.lab import Lab, Needs

NEEDS = Needs()
_WINDOW = re.compile(r"([0-9a-f]+)-([0-9a-f]+) : Crash kernel")
_MESSAGE = r"purgatory: .*SHA-256 mismatch"
_KERNEL_BANNER = "Linux version "
_RESET_SECONDS = 60
# Far enough into the kernel that nothing of its set-up is there.
_OFFSET = 1 << 20
_SAMPLE_BYTES = 64


def run(lab: Lab) -> None:
    """Load, damage from outside, crash."""
    lab.agent.check(
        "kexec -p -c /boot/vmlinuz-$(uname -r) --initrd=/boot/initrd.img-$(uname -r)"
        " --append='console=ttyS0 nr_cpus=1 panic=-1'",
        seconds=60,
    )
    crash.check_loaded(lab, "1")
    window = _WINDOW.search(lab.agent.check("cat /proc/iomem"))
    check.that(window, "/proc/iomem shows no crash kernel window")
    start, end = (int(bound, 16) for bound in window.groups())

    with lab.machine.physical_memory() as memory:
        address = _find(memory, BzImage(lab.kernel.image), range(start, end)) + _OFFSET
        (byte,) = memory.read(address, 1)
        memory.write(address, bytes([byte ^ 0xFF]))

    boots = lab.console.text().count(_KERNEL_BANNER)
    crash.panic(lab)
    lab.console.wait(_MESSAGE, _RESET_SECONDS)
    lab.machine.wait_exit(_RESET_SECONDS, "purgatory to reset the machine")
    check.equal(lab.console.text().count(_KERNEL_BANNER), boots, "kernels that said their version")


def _find(memory: PhysicalMemory, kernel: BzImage, window: range) -> int:
    """Where the kernel lies in the window, found by what it holds."""
    sample = kernel.protected_mode[_OFFSET : _OFFSET + _SAMPLE_BYTES]
    for base in range(window.start, window.stop - len(kernel.protected_mode), kernel.alignment):
        if memory.read(base + _OFFSET, _SAMPLE_BYTES) == sample:
            return base
    raise check.CheckFailed("the capture kernel is nowhere in the crash kernel window")
