# SPDX-License-Identifier: GPL-2.0-or-later
"""The crash cycle with the capture kernel entered in 32-bit mode."""

from harness import crash
from harness.lab import Lab, Needs

NEEDS = Needs()


def run(lab: Lab) -> None:
    """Arm, crash, capture."""
    crash.use_syscall(lab, "--entry-32bit")
    crash.capture_on_root(lab).check_readable(lab.readers, elf=False)
