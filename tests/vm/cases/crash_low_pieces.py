# SPDX-License-Identifier: GPL-2.0-or-later
"""RAM below 640 KiB in two pieces: both are saved before the capture kernel overwrites them."""

import random
import struct
from pathlib import Path

from harness import check, crash
from harness.lab import Lab, Needs

NEEDS = Needs(cmdline="crashkernel=256M memmap=4K$0x58000")
_PAGE = 4096
# A page in each piece. The kernel keeps its hands off memory below 1 MiB but for the first
# page and a few at the upper end, so what is put there stays.
_PLACES = (0x20000, 0x5A000)
_GIVEN = r"BIOS-e820: \[mem 0x0000000000059000-0x000000000009[0-9a-f]{4}\] usable"


def run(lab: Lab) -> None:
    """Put patterns into both pieces behind the kernel's back, crash, and find them in the dump."""
    iomem = lab.agent.check("cat /proc/iomem")
    check.shows(iomem, r"^0*1000-00057fff : System RAM$", "/proc/iomem")
    check.shows(iomem, r"^00059000-0009[0-9a-f]{4} : System RAM$", "/proc/iomem")
    crash.use_syscall(lab, "-c")
    crash.configure(lab, core_collector=crash.ELF_COLLECTOR)
    patterns = {place: random.randbytes(_PAGE) for place in _PLACES}
    with lab.machine.physical_memory() as memory:
        for place, pattern in patterns.items():
            memory.write(place, pattern)
    dump = crash.capture_on_root(lab)
    check.shows(crash.capture_log(lab), _GIVEN, "console of the capture kernel")
    dump.check_readable(lab.readers, elf=True)
    for place, pattern in patterns.items():
        check.equal(_memory(dump.vmcore, place), pattern, f"the page at {place:#x} of the dump")


def _memory(vmcore: Path, address: int) -> bytes:
    """The page at a physical address, out of an ELF dump."""
    with open(vmcore, "rb") as core:
        offset, = struct.unpack_from("<Q", core.read(64), 32)
        core.seek(56)
        count, = struct.unpack("<H", core.read(2))
        core.seek(offset)
        headers = core.read(count * 56)
        for number in range(count):
            kind, _, at, _, start, size = struct.unpack_from("<IIQQQQ", headers, number * 56)
            if kind == 1 and start <= address and address + _PAGE <= start + size:
                core.seek(at + address - start)
                return core.read(_PAGE)
    return b""
