# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps shared by the cases that boot a kernel from a running one."""

from collections.abc import Sequence

from . import check
from .lab import Lab

BY_KEXEC = "kexec -e"
BY_SYSTEMD = "systemctl kexec"
_BOOT_SECONDS = 480


def boot_twice(lab: Lab, syscall_option: str) -> None:
    """Boot by `kexec -e`, then, from the kernel that came up, by `systemctl kexec`."""
    boot_itself(lab, syscall_option, BY_KEXEC)
    boot_itself(lab, syscall_option, BY_SYSTEMD)


def boot_itself(lab: Lab, option: str, command: str, added: Sequence[str] = ()) -> None:
    """Load the running kernel with one more argument, boot it, and see that this is what runs.

    A reset would end the machine or lose the argument, so that only a kexec can bring it up so.
    What the option brings of arguments is said by added.  An initrd= names a file for the boot
    loader, which --reuse-cmdline leaves out.
    """
    running = lab.agent.check("cat /proc/cmdline").split()
    before = [word for word in running if not word.startswith("initrd=")]
    marker = f"vm_boot={len(before)}"
    lab.agent.check(
        f"kexec {option} -l /boot/vmlinuz-$(uname -r)"
        f" --initrd=/boot/initrd.img-$(uname -r) --reuse-cmdline --append={marker}",
        seconds=120,
    )
    check.equal(
        lab.agent.check("cat /sys/kernel/kexec_loaded").strip(), "1", "/sys/kernel/kexec_loaded"
    )
    lab.agent.fire(command)
    lab.agent.wait_boot(_BOOT_SECONDS)
    cmdline = lab.agent.check("cat /proc/cmdline").split()
    check.equal(cmdline, [*before, marker, *added], "/proc/cmdline")
    check.equal(lab.agent.check("uname -r").strip(), lab.kernel.release, "the kernel that came up")
