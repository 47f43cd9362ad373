# SPDX-License-Identifier: GPL-2.0-or-later
"""What a kernel shows of UEFI: that it can still call the firmware, not only that it was told."""

from . import check
from .lab import Lab

# The vendor's part of the variables' names: nobody's.
_VARIABLE = "/sys/firmware/efi/efivars/{name}-6b657865-6320-766d-7465-737473000000"
# What efivarfs wants before the value: kept over resets, for boot and run time (UEFI, 8.2).
_ATTRIBUTES = r"\7\0\0\0"


def set_variable(lab: Lab, name: str, value: str) -> None:
    """Make the firmware keep a new variable."""
    path = _VARIABLE.format(name=name)
    lab.agent.check(f"printf '%b%s' '{_ATTRIBUTES}' '{value}' >{path}")


def variable(lab: Lab, name: str) -> str:
    """A variable's value, asked of the firmware."""
    return lab.agent.check(f"cat {_VARIABLE.format(name=name)} | tail -c +5")


def runtime_map(lab: Lab) -> str:
    """The memory of the firmware's run-time services, a line each field of each entry."""
    folder = "/sys/firmware/efi/runtime-map"
    return lab.agent.check(f"cd {folder} && grep -r . --exclude=virt_addr | sort")


def check_found(log: str, whose: str) -> None:
    """A kernel's log shows that it found UEFI, and ACPI's tables through it."""
    check.shows(log, r"\] efi: EFI v\d+\.\d+ by ", whose)
    check.shows(log, r"\] ACPI: RSDP 0x[0-9A-F]+ ", whose)
