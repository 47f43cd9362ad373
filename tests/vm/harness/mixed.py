# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps shared by the cases in which the kernels that run and that are loaded differ in age."""

import re

from . import check, crash
from .lab import Lab
from .refusal import check_taken
from .system_kernel import SystemKernel


def load_each(lab: Lab) -> None:
    """Each of the guest's kernels can be loaded, by either system call and into either slot."""
    for kernel in lab.guest.kernels:
        for options in ("-c -p", "-s -p", "-c -l", "-s -l"):
            check_taken(lab, options, kernel.release)
            lab.agent.check(f"kexec {options} --unload")


def capture_with(lab: Lab, kernel: SystemKernel, syscall_option: str) -> None:
    """The whole crash cycle with a capture kernel that is not the running one."""
    crash.use_syscall(lab, syscall_option)
    crash.use_kernel(lab, kernel.release)
    crash.configure(lab, core_collector=crash.ELF_COLLECTOR)
    dump = crash.capture_on_root(lab)
    check.shows(crash.capture_log(lab), rf"\A{re.escape(kernel.release)} ", "the capture kernel")
    dump.check_readable(lab.readers, elf=True)
