# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole crash cycle with kexec_load under UEFI."""

from harness import crash, uefi
from harness.lab import Lab, Needs

NEEDS = Needs(uefi=True)


def run(lab: Lab) -> None:
    """Arm, crash, capture; the capture kernel has ACPI through UEFI."""
    crash.use_syscall(lab, "-c")
    dump = crash.capture_on_root(lab)
    uefi.check_found(crash.capture_log(lab), "the capture kernel's log")
    dump.check_readable(lab.readers, elf=False)
