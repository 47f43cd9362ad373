# SPDX-License-Identifier: GPL-2.0-or-later
"""32-bit and 16-bit entries: the running kernel boots itself by each, then a 32-bit kernel."""

from harness.kernel import Kernel
from harness.lab import Lab, Needs
from harness.reboot import BY_KEXEC, boot_itself

_I386 = Kernel("kernel-i386", "bookworm", "i386", "linux-image-686-pae")
NEEDS = Needs(cmdline="", kernels=(_I386,))
_MARKER = "vm_marker=i386"
_BOOT_SECONDS = 120


def run(lab: Lab) -> None:
    """Each is loaded from the kernel that the one before has brought up."""
    boot_itself(lab, "--entry-32bit", BY_KEXEC)
    boot_itself(lab, "--real-mode", BY_KEXEC, added=["edd=skipmbr"])
    _boot_i386(lab)


def _boot_i386(lab: Lab) -> None:
    """It has no root file system: that it says so is enough, and ends the machine."""
    lab.agent.check(f"cat {_I386.device} >/run/vmlinuz")
    lab.agent.check(f"kexec -l /run/vmlinuz --append='console=ttyS0 panic=-1 {_MARKER}'", 60)
    lab.agent.fire("kexec -e")
    lab.console.wait(r"Linux version \S+-686-pae ", _BOOT_SECONDS)
    lab.console.wait(rf"Kernel command line: .*{_MARKER}", _BOOT_SECONDS)
    lab.console.wait("Unable to mount root fs", _BOOT_SECONDS)
    lab.machine.wait_exit(_BOOT_SECONDS, "the 32-bit kernel to reset the machine")
