# SPDX-License-Identifier: GPL-2.0-or-later
"""UEFI: the running kernel boots itself again and again, and the firmware's services stay."""

from harness import check, uefi
from harness.lab import Lab, Needs
from harness.reboot import BY_KEXEC, BY_SYSTEMD, boot_itself

NEEDS = Needs(cmdline="", uefi=True)
_BOOTS = (("-c", BY_KEXEC), ("-s", BY_SYSTEMD), ("-c", BY_KEXEC))


def run(lab: Lab) -> None:
    """By either system call, from the kernel that the other one booted too."""
    services = uefi.runtime_map(lab)
    check.that(services, "the first kernel has no run-time map")
    for number, (option, command) in enumerate(_BOOTS):
        name = f"Boot{number}"
        uefi.set_variable(lab, name, f"before {option}")
        boot_itself(lab, option, command)
        uefi.check_found(lab.agent.check("dmesg"), f"the kernel's log after {command}, {option}")
        check.equal(uefi.runtime_map(lab), services, f"the run-time map after {command}, {option}")
        check.equal(uefi.variable(lab, name), f"before {option}", "the firmware's variable")
