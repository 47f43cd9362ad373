# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole crash cycle with kexec_file_load and a reload before it, saving an ELF dump."""

from harness import crash
from harness.lab import Lab, Needs

NEEDS = Needs()


def run(lab: Lab) -> None:
    """Arm, reload, crash, capture."""
    crash.use_syscall(lab, "-s")
    crash.configure(lab, core_collector=crash.ELF_COLLECTOR)
    crash.arm(lab)
    lab.agent.check("systemctl reload kdump", seconds=60)
    crash.check_loaded(lab, "1")
    crash.capture_on_root(lab).check_readable(lab.readers, elf=True)
