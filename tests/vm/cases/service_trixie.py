# SPDX-License-Identifier: GPL-2.0-or-later
"""The service on Debian 13, up to a panic and the boot after it.

This kernel keeps what is loaded up to date by itself when CPUs and memory come and go.
"""

from harness import check, crash, service
from harness.dump import Dump
from harness.lab import Lab, Needs

NEEDS = Needs(
    guest="trixie-cloud",
    # What reset-crashkernel writes.
    cmdline="crashkernel=512M-2G:128M,2G-64G:256M,64G-:512M",
    reboots=True,
    expandable=True,
)
_MODULE_MIB = 256
_ADDED = "grep -q '^1.*-1.*: System RAM' /proc/iomem"


def run(lab: Lab) -> None:
    """Commands, hardware that comes and goes, and a crash."""
    service.check_units(lab)
    service.check_verbs(lab)
    _check_hotplug(lab)
    lab.agent.check("systemctl enable kdump-early && sync")
    path = service.crash_and_come_back(lab)
    service.check_early(lab)
    dump = Dump.only_one_in(lab.offline_root(), crash.DEFAULT_PATH, lab.folder)
    check.equal(path, f"{crash.DEFAULT_PATH}/{dump.folder.name}", "the path in the journal")
    dump.check_readable(lab.readers, elf=False)


def _check_hotplug(lab: Lab) -> None:
    """The kernel sees to it, and nobody loads anything anew."""
    said = lab.agent.check("cat /sys/devices/system/{cpu,memory}/crash_hotplug").split()
    check.equal(said, ["1", "1"], "crash_hotplug of CPUs and memory")
    since = service.journal_cursor(lab)
    with lab.machine.monitor() as monitor:
        monitor.plug_memory(_MODULE_MIB)
    lab.agent.check(
        f"until {_ADDED}; do sleep 0.2; done;"
        " cd /sys/devices/system/cpu/cpu1; echo 0 >online; echo 1 >online",
        seconds=60,
    )
    check.equal(service.reloads(lab, since), 0, "reloads")
    crash.check_loaded(lab, "1")
