# SPDX-License-Identifier: GPL-2.0-or-later
"""The capture kernel boots the whole system, where the service saves the dump (slow).

Runs only when it is named: it is loaded so by hand, as none of our images does it.
"""

from harness import check, crash, service
from harness.dump import Dump
from harness.lab import Lab, Needs

NEEDS = Needs(cmdline="crashkernel=512M", only_by_name=True)
_CYCLE_SECONDS = 900


def run(lab: Lab) -> None:
    """With the system's own initrd; the service is enabled, and not told of anything."""
    service.control(lab, "enable --now")
    lab.agent.check(
        "kexec -p /boot/vmlinuz-$(uname -r) --initrd=/boot/initrd.img-$(uname -r)"
        " --command-line='root=/dev/vda rw console=ttyS0 panic=-1 irqpoll nr_cpus=1"
        " reset_devices systemd.journald.forward_to_console=1'",
        seconds=120,
    )
    crash.panic(lab)
    lab.machine.wait_exit(_CYCLE_SECONDS, "the whole system to save the dump and restart")
    log = crash.capture_log(lab)
    check.shows(log, r"This kernel was started by the crash of another one", "the console")
    dump = Dump.only_one_in(lab.offline_root(), crash.DEFAULT_PATH, lab.folder)
    dump.check_readable(lab.readers, elf=False)
