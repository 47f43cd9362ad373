# SPDX-License-Identifier: GPL-2.0-or-later
"""crash(8) opens a dump with the kernel's debug symbols (a download of its own; run by name)."""

from harness import check, crash
from harness.recipes import RECIPES
from harness.lab import Lab, Needs

NEEDS = Needs(only_by_name=True)


def run(lab: Lab) -> None:
    """Arm, crash, capture, and ask crash(8) for the cause and the back trace."""
    crash.use_syscall(lab, "-c")
    dump = crash.capture_on_root(lab)
    said = lab.readers.crash_says(RECIPES[NEEDS.guest].suite, lab.kernel.release, dump.vmcore)
    check.shows(said, "PANIC: .*sysrq triggered crash", "crash")
    check.shows(said, r"#\d+ \[[0-9a-f]+\] sysrq_handle_crash at ", "crash")
