# SPDX-License-Identifier: GPL-2.0-or-later
"""The crash cycle with kexec_load, saving an ELF dump: our ELF core header, read by others."""

from harness import crash
from harness.lab import Lab, Needs

NEEDS = Needs()


def run(lab: Lab) -> None:
    """Arm, crash, capture."""
    crash.use_syscall(lab, "-c")
    crash.configure(lab, core_collector=crash.ELF_COLLECTOR)
    crash.capture_on_root(lab).check_readable(lab.readers, elf=True)
