# SPDX-License-Identifier: GPL-2.0-or-later
"""vmcore-dmesg reads the log of the running kernel from /proc/kcore."""

from harness.lab import Lab, Needs

NEEDS = Needs()
# With -r alone, dmesg 2.38 prints facilities as if they were levels.
_AS_DMESG = ("-x", "-r -k", "-d -x", "-t", "-l err,warn -x", "-u -x", "--color=always -x -l info")
_MINUTE = 60  # seconds


def run(lab: Lab) -> None:
    """The same lines as dmesg's, the last one, which the test writes, included.

    dmesg indents further lines of a message, so blanks at the start do not count.
    """
    lab.agent.check("echo the last line > /dev/kmsg")
    lab.agent.check("dmesg | sed 's/^ *//' > /run/expected")
    lab.agent.check("vmcore-dmesg /proc/kcore | sed 's/^ *//' > /run/got")
    lab.agent.check("tail -n 1 /run/got | grep 'the last line$'")
    lab.agent.check("diff /run/expected /run/got >&2")
    for options in _AS_DMESG:
        lab.agent.check(f"dmesg {options} > /run/expected; "
                        f"vmcore-dmesg {options} /proc/kcore > /run/got; "
                        "diff /run/expected /run/got >&2")
    # There was no crash: the kernel's own line says when it set the clock.
    lab.agent.check("date -d \"$(vmcore-dmesg --time-format iso /proc/kcore | tail -n 1 | "
                    "cut -d, -f1)\" +%s > /run/then; "
                    f"passed=$(($(date +%s) - $(cat /run/then))); echo $passed seconds ago; "
                    f"[ $passed -ge -2 -a $passed -le {_MINUTE} ]")
