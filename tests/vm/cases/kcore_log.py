# SPDX-License-Identifier: GPL-2.0-or-later
"""vmcore-dmesg reads the log of the running kernel from /proc/kcore."""

from harness.lab import Lab, Needs

NEEDS = Needs()
# With -r alone, dmesg 2.38 prints facilities as if they were levels.
_AS_DMESG = ("-x", "-r -k", "-d -x", "-t", "-l err,warn -x", "-u -x", "--color=always -x -l info")
_MINUTE = 60  # seconds


# The kernel goes on logging while the guest settles: what it said between two readings of dmesg
# says nothing about ours, so a comparison counts only when both dmesgs agree.
_SAME_LOG = r"""
same_log() {
	for try in $(seq 30); do
		dmesg "$@" | sed 's/^ *//' > /run/expected
		vmcore-dmesg "$@" /proc/kcore | sed 's/^ *//' > /run/got
		dmesg "$@" | sed 's/^ *//' > /run/after
		cmp -s /run/expected /run/after && break
		sleep 1
	done
	cmp /run/expected /run/after && diff /run/expected /run/got
}
"""


def run(lab: Lab) -> None:
    """The same lines as dmesg's, one that the test writes included.

    dmesg indents further lines of a message, so blanks at the start do not count.
    """
    lab.agent.check("echo a line of the test > /dev/kmsg")
    lab.agent.check(f"{_SAME_LOG} same_log >&2")
    lab.agent.check("grep 'a line of the test$' /run/got")
    for options in _AS_DMESG:
        lab.agent.check(f"{_SAME_LOG} same_log {options} >&2")
    # There was no crash: the kernel's own line says when it set the clock.
    lab.agent.check("date -d \"$(vmcore-dmesg --time-format iso /proc/kcore | tail -n 1 | "
                    "cut -d, -f1)\" +%s > /run/then; "
                    f"passed=$(($(date +%s) - $(cat /run/then))); echo $passed seconds ago; "
                    f"[ $passed -ge -2 -a $passed -le {_MINUTE} ]")
