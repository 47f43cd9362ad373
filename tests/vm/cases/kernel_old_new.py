# SPDX-License-Identifier: GPL-2.0-or-later
"""The oldest kernel loads every other one, crashes, and the newest one saves the dump."""

from harness.lab import Lab, Needs
from harness.mixed import capture_with, load_each

NEEDS = Needs(guest="bookworm-kernels", system_kernel=0)


def run(lab: Lab) -> None:
    """By kexec_load."""
    load_each(lab)
    capture_with(lab, lab.guest.kernels[-1], "-c")
