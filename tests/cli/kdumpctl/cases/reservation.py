# SPDX-License-Identifier: GPL-2.0-or-later
"""What start says when no memory is reserved."""

from expect import FAILED
from machine import Machine

NONE = "No memory reserved for crash kernel"


def check_says(m: Machine, cmdline: str, why: str, remedy: str) -> None:
    """One line says that there is none and why, the next what to do."""
    m.write("sys/kernel/kexec_crash_size", "0")
    m.write("proc/cmdline", cmdline)
    done = m.run("start")
    assert done.returncode == 1 and done.stdout == FAILED, done.stdout
    assert done.stderr == f"{NONE}: {why}\n{remedy}\n", done.stderr


def as_configured(m: Machine) -> None:
    """The place to correct is named, and the command that makes it count."""
    m.write("usr/sbin/update-grub", "")
    m.write("proc/iomem", "100000-800fffff : System RAM")
    for word, why, how in (
            ("crashkernal=128M", "'crashkernal=128M' on the kernel command line looks misspelt",
             "The word is crashkernel=. Correct it"),
            ("crashkernel= 128M", "'crashkernel= 128M' on the kernel command line has no value",
             "No blanks may stand around the '='. Correct it"),
            ("crashkernel=12MB", "crashkernel=12MB: '12MB': 'B' is no unit",
             "A size is a number with K, M or G. Correct it"),
            ("crashkernel=9T",
             "'crashkernel=9T' asks for more than this machine's 2048 MiB of memory",
             "Make it smaller")):
        m.write("etc/default/grub", f'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX="quiet {word}"\n')
        check_says(m, f"ro quiet {word}", why,
                   f"{how} in /etc/default/grub, line 2, run `update-grub`, and reboot.")


def nothing_is_known(m: Machine) -> None:
    """Without boot loader and memory map."""
    check_says(m, "ro", "the kernel was booted without crashkernel=",
               "Run `kdumpctl reset-crashkernel`, and reboot.")
    check_says(m, "ro crashkernel=9T", "the kernel made nothing of 'crashkernel=9T'",
               "Is there that much free memory in one piece? `dmesg | grep -i crashkernel` shows "
               "the kernel's reason.")


def waits_for_a_reboot(m: Machine) -> None:
    """Set, but not yet where the boot loader reads, or not yet booted."""
    m.write("usr/sbin/grub2-mkconfig", "")
    m.write("etc/default/grub", "GRUB_CMDLINE_LINUX='crashkernel=1G'\n")
    check_says(m, "ro", "'crashkernel=1G' stands in /etc/default/grub, but not in what the boot "
               "loader reads", "Run `grub2-mkconfig -o /boot/grub2/grub.cfg`, and reboot.")
    m.write("boot/grub2/grub.cfg", "  linux16 /vmlinuz ro crashkernel=1G\n")
    check_says(m, "ro", "the kernel was booted without crashkernel=; 'crashkernel=1G' stands in "
               "/boot/grub2/grub.cfg",
               "Reboot. If it fails again, the boot loader starts another entry.")


def kernel_says_why(m: Machine) -> None:
    """A machine with too little memory: the kernel's own line is repeated."""
    m.write("proc/iomem", "00100000-3fffffff : System RAM")
    m.write("dev/kmsg", "6,1,0,-;Command line: ro crashkernel=640M\n"
            "4,2,0,-;crashkernel reservation failed - No suitable area found.\n"
            "5,3,0,-;Kernel command line: ro crashkernel=640M\n")
    check_says(m, "ro crashkernel=640M", "the kernel made nothing of 'crashkernel=640M': "
               "crashkernel reservation failed - No suitable area found.",
               "It wants that much in one piece, of 1023 MiB of memory. Make it smaller in the "
               "boot loader's configuration, and reboot.")
