# SPDX-License-Identifier: GPL-2.0-or-later
"""kexec_load: Xen by Multiboot 1."""

from harness import xen
from harness.lab import Lab, Needs

NEEDS = Needs(guest="bookworm-xen", cmdline="")


def run(lab: Lab) -> None:
    """Its image has the headers of both versions: ask for the older one."""
    xen.boot(lab, "-t multiboot-x86", "vm_boot=xen1", "multiboot-x86")
