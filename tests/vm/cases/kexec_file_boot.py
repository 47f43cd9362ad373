# SPDX-License-Identifier: GPL-2.0-or-later
"""kexec_file_load: the running kernel boots itself, and from there once more."""

from harness.lab import Lab, Needs
from harness.reboot import boot_twice

NEEDS = Needs(cmdline="")


def run(lab: Lab) -> None:
    """Let the kernel place everything."""
    boot_twice(lab, "-s")
