# SPDX-License-Identifier: GPL-2.0-or-later
"""The newest kernel loads every other one, crashes, and the oldest one saves the dump."""

from harness.lab import Lab, Needs
from harness.mixed import capture_with, load_each

# Without five-level paging: since 6.14 a kernel leaves a mark in the page tables that others are
# entered with, which those before 6.19 take for a part of an address when they go back to four.
NEEDS = Needs(guest="bookworm-kernels", system_kernel=-1, cmdline="crashkernel=256M no5lvl")


def run(lab: Lab) -> None:
    """By kexec_load."""
    load_each(lab)
    capture_with(lab, lab.guest.kernels[0], "-c")
