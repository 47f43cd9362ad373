# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps shared by the cases that boot a kernel from a running one."""

from . import check
from .lab import Lab

_BOOT_SECONDS = 180


def boot_twice(lab: Lab, syscall_option: str) -> None:
    """Boot by `kexec -e`, then, from the kernel that came up, by `systemctl kexec`.

    A reset would end the machine, so that only a kexec can bring a new boot.
    """
    _load(lab, syscall_option, "vm_marker=first")
    _boot(lab, "kexec -e", "vm_marker=first")
    _load(lab, syscall_option, "vm_marker=second")
    _boot(lab, "systemctl kexec", "vm_marker=first vm_marker=second")


def _load(lab: Lab, syscall_option: str, marker: str) -> None:
    lab.agent.check(
        f"kexec {syscall_option} -l /boot/vmlinuz-$(uname -r)"
        f" --initrd=/boot/initrd.img-$(uname -r) --reuse-cmdline --append={marker}",
        seconds=60,
    )
    check.equal(
        lab.agent.check("cat /sys/kernel/kexec_loaded").strip(), "1", "/sys/kernel/kexec_loaded"
    )


def _boot(lab: Lab, command: str, markers: str) -> None:
    lab.agent.fire(command)
    lab.agent.wait_boot(_BOOT_SECONDS)
    cmdline = lab.agent.check("cat /proc/cmdline").strip()
    check.that(cmdline.endswith(markers), f"/proc/cmdline does not end with {markers!r}: {cmdline}")
    check.equal(lab.agent.check("uname -r").strip(), lab.guest.release, "the kernel that came up")
