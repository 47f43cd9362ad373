# SPDX-License-Identifier: GPL-2.0-or-later
"""kexec -p loads a capture kernel and kexec -p -u takes it out, by either system call."""

from harness import crash
from harness.lab import Lab, Needs

NEEDS = Needs()
_LOAD_SECONDS = 60


def run(lab: Lab) -> None:
    """With segments, by the kernel, by whatever is the default; and unload each."""
    for option in ("-c", "-s", ""):
        lab.agent.check(
            f"kexec {option} -p /boot/vmlinuz-$(uname -r)"
            " --initrd=/boot/initrd.img-$(uname -r) --reuse-cmdline",
            _LOAD_SECONDS,
        )
        crash.check_loaded(lab, "1")
        lab.agent.check(f"kexec {option} -p -u")
        crash.check_loaded(lab, "0")
