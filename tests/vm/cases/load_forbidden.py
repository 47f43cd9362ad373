# SPDX-License-Identifier: GPL-2.0-or-later
"""Where loading is forbidden, kexec says by what: not root, a limit, the switch for all."""

from harness.lab import Lab, Needs
from harness.refusal import check_refused, check_taken

NEEDS = Needs(guest="trixie-cloud")  # a kernel that counts loads, which came with 6.3
_SETTINGS = "/proc/sys/kernel"


def run(lab: Lab) -> None:
    """Forbid more and more; none of it can be taken back before the next boot."""
    for options in ("-l -c", "-l -s", "-p"):
        check_refused(lab, options, "as root", user="nobody")

    lab.agent.check(f"echo 0 >{_SETTINGS}/kexec_load_limit_reboot")
    for options in ("-l -c", "-l -s", "-l"):
        check_refused(lab, options, r"kernel\.kexec_load_limit_reboot is 0")
    check_taken(lab, "-p -c")
    check_taken(lab, "-p -s")

    lab.agent.check(f"echo 0 >{_SETTINGS}/kexec_load_limit_panic")
    for options in ("-p -c", "-p -s", "-p"):
        check_refused(lab, options, r"kernel\.kexec_load_limit_panic is 0")

    lab.agent.check(f"echo 1 >{_SETTINGS}/kexec_load_disabled")
    for options in ("-l -c", "-l -s", "-p -c", "-p -s"):
        check_refused(lab, options, r"kernel\.kexec_load_disabled is 1")
