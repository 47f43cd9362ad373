# SPDX-License-Identifier: GPL-2.0-or-later
"""The newest kernel loads every other one, crashes, and the oldest one saves the dump."""

from harness.lab import Lab, Needs
from harness.mixed import capture_with, load_each

# Under five-level paging, which the emulated processor has: purgatory wipes a mark of kernels since
# 6.14 out of the page table that those before 6.19 stumble over.
NEEDS = Needs(guest="bookworm-kernels", system_kernel=-1, cmdline="crashkernel=256M")


def run(lab: Lab) -> None:
    """By kexec_load."""
    load_each(lab)
    capture_with(lab, lab.guest.kernels[0], "-c")
