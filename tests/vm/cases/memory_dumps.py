# SPDX-License-Identifier: GPL-2.0-or-later
"""vmcore-dmesg reads what a hypervisor, and then makedumpfile, writes of crashed kernels."""

import re
from pathlib import Path

from harness import bare, check, command
from harness.elf_core import ElfCore
from harness.kernel import Kernel
from harness.lab import Needs, Shelf

NEEDS = Needs(
    guest="bookworm-kernels",
    boots=False,
    kernels=(
        Kernel("arm64", "bookworm", "arm64", "linux-image-cloud-arm64"),
        Kernel("s390x", "bookworm", "s390x", "linux-image-s390x"),
    ),
)
_VMCORE_DMESG = Path(__file__).resolve().parents[3] / "build/vmcore-dmesg"
_TIMESTAMP = re.compile(r"^\[ *\d+\.\d{6}\] ")
_PANIC = "Kernel panic - not syncing: VFS: Unable to mount root fs"
_NOT_ELF = 4  # exit status


def run(shelf: Shelf) -> None:
    """Kernels of amd64, the oldest to the newest, of arm64, and of big-endian s390x."""
    for kernel in shelf.guest.kernels:
        core = _check_kernel(shelf, "amd64", kernel.image)
        if kernel == shelf.guest.kernel:
            _check_compressed(shelf, core)
    for architecture, image in shelf.kernels.items():
        _check_kernel(shelf, architecture, image)


def _check_kernel(shelf: Shelf, architecture: str, image: Path) -> Path:
    """What we read of a machine's memory; the core as /proc/vmcore would have been."""
    crash = bare.crash(architecture, image, shelf.folder)
    ours = _log(crash.core)
    check.shows("\n".join(ours), re.escape(_PANIC), f"the log of {image}")
    known = {_TIMESTAMP.sub("", line) for line in ours}
    for line in crash.console.splitlines():
        if _TIMESTAMP.match(line):
            check.that(_TIMESTAMP.sub("", line) in known, f"the log lacks {line!r} ({image})")

    core = shelf.folder / "vmcore"
    ElfCore(crash.core).with_note(core)
    check.same_lines(_log(core), ours, f"the log of {image} with its note as ELF has it")
    theirs = shelf.readers.vmcore_dmesg_log(core)
    check.same_lines(ours, theirs, f"the log of {image} and Debian's vmcore-dmesg")
    return core


def _check_compressed(shelf: Shelf, core: Path) -> None:
    """What makedumpfile makes of a core: excluded pages, ways to compress, and for a pipe."""
    ours, dump, flat = _log(core), shelf.folder / "dump", shelf.folder / "flat"
    for options in ("-E", "-c", "-l", "-p", "-z"):
        shelf.readers.makedumpfile("-f", options, "-d", "31", core, dump)
        check.same_lines(_log(dump), ours, f"the log after makedumpfile {options} -d 31")
        if options == "-E":
            theirs = shelf.readers.vmcore_dmesg_log(dump)
            check.same_lines(theirs, ours, "Debian's vmcore-dmesg after makedumpfile -E -d 31")
    shelf.readers.makedumpfile_flattened(flat, "-c", "-d", "31", core)
    said = command.text(["sh", "-c", '"$0" "$1" 2>&1', _VMCORE_DMESG, flat],
                        accepted=(0, _NOT_ELF))
    if said.splitlines() != ours:  # libkdumpfile before 0.5.3 cannot
        check.shows(said, "a flattened dump: ", "what vmcore-dmesg says of a flattened dump")
        check.shows(said, "makedumpfile -R", "what vmcore-dmesg says of a flattened dump")
    for path in (dump, flat):
        path.unlink()


def _log(core: Path) -> list[str]:
    return command.text([_VMCORE_DMESG, core], seconds=60).splitlines()
