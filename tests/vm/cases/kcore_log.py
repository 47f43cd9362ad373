# SPDX-License-Identifier: GPL-2.0-or-later
"""vmcore-dmesg reads the log of the running kernel from /proc/kcore."""

from harness.lab import Lab, Needs

NEEDS = Needs()


def run(lab: Lab) -> None:
    """The same lines as dmesg's, the last one, which the test writes, included.

    dmesg indents further lines of a message, so blanks at the start do not count.
    """
    lab.agent.check("echo the last line > /dev/kmsg")
    lab.agent.check("dmesg | sed 's/^ *//' > /run/expected")
    lab.agent.check("vmcore-dmesg /proc/kcore | sed 's/^ *//' > /run/got")
    lab.agent.check("tail -n 1 /run/got | grep 'the last line$'")
    lab.agent.check("diff /run/expected /run/got >&2")
