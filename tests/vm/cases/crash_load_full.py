# SPDX-License-Identifier: GPL-2.0-or-later
"""The crash cycle with kexec_load on bookworm's full kernel."""

from harness import crash
from harness.lab import Lab, Needs

NEEDS = Needs(guest="bookworm-full", only_by_name=True)


def run(lab: Lab) -> None:
    """Arm, crash, capture with the configuration as installed."""
    crash.use_syscall(lab, "-c")
    crash.capture_on_root(lab).check_readable(lab.readers, elf=False)
