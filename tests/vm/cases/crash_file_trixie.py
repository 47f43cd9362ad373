# SPDX-License-Identifier: GPL-2.0-or-later
"""The crash cycle with kexec_file_load on trixie's cloud kernel."""

from harness import crash
from harness.lab import Lab, Needs

NEEDS = Needs(guest="trixie-cloud", only_by_name=True)


def run(lab: Lab) -> None:
    """Arm, crash, capture with the configuration as installed."""
    crash.use_syscall(lab, "-s")
    crash.capture_on_root(lab).check_readable(lab.readers, elf=False)
