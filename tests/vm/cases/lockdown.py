# SPDX-License-Identifier: GPL-2.0-or-later
"""Locked down: kexec_load is explained, kexec_file_load takes and boots what is signed only."""

from harness import uefi
from harness.lab import Lab, Needs
from harness.reboot import BY_KEXEC, boot_itself
from harness.refusal import RUNNING_KERNEL, check_refused, check_taken

NEEDS = Needs(cmdline="crashkernel=256M lockdown=integrity", uefi=True, reboots=True)
_RESET_SECONDS = 480
_ALTERED = "/var/tmp/altered"


def run(lab: Lab) -> None:
    """First without a key to check signatures with, then with the firmware's."""
    for options in ("-l -s", "-p -s", "-l"):
        check_refused(lab, options, "locked down", "sign the kernel with a key")
    for options in ("-l -c", "-p -c"):
        check_refused(lab, options, "locked down", r"use --kexec-file-syscall \(-s\)")

    uefi.trust_signer(lab, lab.kernel.image)
    lab.agent.fire("sync; echo b >/proc/sysrq-trigger")
    lab.agent.wait_boot(_RESET_SECONDS)
    check_taken(lab, "-p -s")
    check_taken(lab, "-p")
    check_refused(lab, "-p -c", "locked down", r"use --kexec-file-syscall \(-s\)")

    lab.agent.check(f"cp {RUNNING_KERNEL} {_ALTERED}")
    lab.agent.check(f"printf altered | dd of={_ALTERED} conv=notrunc bs=1M seek=1")
    check_refused(lab, "-l -s", "locked down", "sign the kernel with a key", kernel=_ALTERED)
    boot_itself(lab, "-s", BY_KEXEC)
    check_taken(lab, "-l -s")
