# SPDX-License-Identifier: GPL-2.0-or-later
"""The crash cycle with kexec_load on trixie's cloud kernel, after a CPU came and went.

That kernel keeps the core header up to date by itself, and purgatory says what it does.
"""

from harness import check, crash
from harness.dump import Dump
from harness.lab import Lab, Needs

NEEDS = Needs(guest="trixie-cloud")
_CAPTURE_SECONDS = 240


def run(lab: Lab) -> None:
    """Arm, take a CPU away and give it back, crash, capture."""
    crash.use_syscall(lab, "-c --hotplug --console-serial")
    crash.arm(lab)
    supported = lab.agent.check("cat /sys/devices/system/cpu/crash_hotplug").strip()
    check.equal(supported, "1", "/sys/devices/system/cpu/crash_hotplug")
    lab.agent.check("cd /sys/devices/system/cpu/cpu1 && echo 0 >online && echo 1 >online")
    crash.check_loaded(lab, "1")

    crash.panic(lab)
    lab.machine.wait_exit(_CAPTURE_SECONDS, "the capture kernel to save the dump and reset")
    said = lab.console.text()
    check.shows(said, "^I'm in purgatory", "the console")
    check.shows(said, "^kexec purgatory: entering the kernel, which is as it was", "the console")
    dump = Dump.only_one_in(lab.offline_root(), crash.DEFAULT_PATH, lab.folder)
    dump.check_readable(lab.readers, elf=False)
