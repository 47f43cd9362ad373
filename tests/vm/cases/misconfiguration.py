# SPDX-License-Identifier: GPL-2.0-or-later
"""Each way to get crashkernel= wrong shows its line, and the remedy, in the service's status.

The kernel was booted with a reservation that this machine has no room for; all other words are
shown to the service in /proc/cmdline's place.
"""

from harness import check, crash, service
from harness.lab import Lab, Needs

NEEDS = Needs(guest="bookworm-grub", cmdline="crashkernel=900M", memory_mib=1024)
_START_SECONDS = 120
_UPDATE_GRUB_SECONDS = 300
_NONE = "No memory reserved for crash kernel: "
_CORRECT = "Correct it in the boot loader's configuration, run `update-grub`, and reboot."
_BLANK = f"No blanks may stand around the '='. {_CORRECT}"
_SIZE = "Give it a size, e.g. crashkernel=256M, in the boot loader's configuration"
# What the kernel was given, what the status says of it, how its next line begins.
_WORDS = (
    ("crashkernal=256M", "'crashkernal=256M' on the kernel command line looks misspelt",
     f"The word is crashkernel=. {_CORRECT}"),
    ("crash_kernel=256M", "'crash_kernel=256M' on the kernel command line looks misspelt",
     f"The word is crashkernel=. {_CORRECT}"),
    ("crashkernel= 128M", "'crashkernel= 128M' on the kernel command line has no value", _BLANK),
    ("crashkernel =128M", "'crashkernel =128M' on the kernel command line has no value", _BLANK),
    ("crashkernel=128X", "crashkernel=128X: '128X': 'X' is no unit",
     f"A size is a number with K, M or G. {_CORRECT}"),
    ("crashkernel=auto", "this kernel made nothing of 'crashkernel=auto'",
     "Only RHEL's kernels know 'auto', up to RHEL 8,"),
    ("crashkernel=2G-:256M", "no range of 'crashkernel=2G-:256M' is for this machine's 1023 MiB",
     _SIZE),
    ("", "the kernel was booted without crashkernel=",
     "Run `kdumpctl reset-crashkernel`, and reboot."),
)
_DEFAULT_GRUB = "GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT=quiet\nGRUB_CMDLINE_LINUX="
_OTHER_WORDS = "root=/dev/vda rw console=ttyS0 panic=-1"


def run(lab: Lab) -> None:
    """What the kernel refused; what it did not understand; and what it was not told."""
    lab.agent.check(f"mkdir /boot/grub; printf '{_DEFAULT_GRUB}' >/etc/default/grub")
    _check_fails(lab, f"{_NONE}the kernel made nothing of 'crashkernel=900M': crashkernel "
                 "reservation failed - No suitable area found.",
                 "It wants that much in one piece, of 1023 MiB of memory. Make it smaller")
    for words, line, remedy in _WORDS:
        _show(lab, words)
        _check_fails(lab, f"{_NONE}{line}", remedy)
    _check_boot_loader(lab)


def _check_boot_loader(lab: Lab) -> None:
    """What waits in GRUB's files is told, also when reset-crashkernel put it there."""
    lab.agent.check("sed -i '$s/$/\"crashkernel= 200M\"/' /etc/default/grub")
    _show(lab, "crashkernel= 200M")
    _check_fails(lab, f"{_NONE}'crashkernel= 200M' on the kernel command line has no value",
                 "No blanks may stand around the '='. Correct it in /etc/default/grub, line 3, ")
    lab.agent.check("sed -i 's/= 200M/=200M/' /etc/default/grub")
    _show(lab, "")
    _check_fails(lab, f"{_NONE}'crashkernel=200M' stands in /etc/default/grub, but not in what "
                 "the boot loader reads", "Run `update-grub`, and reboot.")

    lab.agent.check("sed -i 's/crashkernel=200M//' /etc/default/grub")
    lab.agent.check("kdumpctl reset-crashkernel", seconds=_UPDATE_GRUB_SECONDS)
    value = lab.agent.check("kdumpctl get-default-crashkernel").strip()
    _check_fails(lab, f"{_NONE}the kernel was booted without crashkernel=; "
                 f"'crashkernel={value}' stands in /boot/grub/grub.cfg",
                 "Reboot. If it fails again, the boot loader starts another entry.")
    entry = lab.agent.check("grep -m 1 -o 'crashkernel=.*' /boot/grub/grub.cfg").strip()
    check.equal(entry, f"crashkernel={value}", "crashkernel= of GRUB's first entry")


def _show(lab: Lab, words: str) -> None:
    """Let the service find other words on the kernel's command line."""
    lab.agent.check(
        f"echo \"{_OTHER_WORDS} {words}\" >/run/cmdline;"
        " mountpoint -q /proc/cmdline || mount --bind /run/cmdline /proc/cmdline"
    )


def _check_fails(lab: Lab, line: str, remedy: str) -> None:
    """The service does not start, and its status says why and what to do."""
    started = lab.agent.run("systemctl start kdump", _START_SECONDS)
    check.that(started.status not in (0, 124), f"systemctl start kdump did not fail: {started}")
    said = service.status(lab)
    check.shows(said, r"Active: failed \(Result: exit-code\)", "the status")
    service.check_lines(said, line, remedy)
    crash.check_loaded(lab, "0")
