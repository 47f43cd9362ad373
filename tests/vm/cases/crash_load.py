# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole crash cycle with kexec_load and the default collector, up to the next boot."""

from harness import check, crash
from harness.dump import Dump, check_name
from harness.lab import Lab, Needs

NEEDS = Needs(reboots=True)
_CYCLE_SECONDS = 300


def run(lab: Lab) -> None:
    """Arm, crash, come up again, and find the dump from within and from without."""
    crash.use_syscall(lab, "-c")
    crash.arm(lab)
    crash.panic(lab)
    lab.agent.wait_boot(_CYCLE_SECONDS)

    names = lab.agent.check(f"ls {crash.DEFAULT_PATH}").split()
    check.equal(len(names), 1, "number of dumps after the reboot")
    check_name(names[0])
    crash.check_loaded(lab, "0")
    crash.arm(lab)

    dump = Dump.only_one_in(lab.offline_root(), crash.DEFAULT_PATH, lab.folder)
    dump.check_readable(lab.readers, elf=False)
