# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole crash cycle with kexec_file_load, saving an ELF dump."""

from harness import crash
from harness.lab import Lab, Needs

NEEDS = Needs()


def run(lab: Lab) -> None:
    """Arm, crash, capture."""
    crash.use_syscall(lab, "-s")
    crash.configure(lab, core_collector=crash.ELF_COLLECTOR)
    crash.capture_on_root(lab).check_readable(lab.readers, elf=True)
