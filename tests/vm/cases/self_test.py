# SPDX-License-Identifier: GPL-2.0-or-later
"""kdumpctl test crashes the machine, and knows afterwards whether that was saved."""

from harness import check, crash
from harness.lab import Lab, Needs

NEEDS = Needs(reboots=True)
_CYCLE_SECONDS = 300
_NOTICE = r"Notice: Last successful vmcore creation test on \d{4}-\d\d-\d\d "


def run(lab: Lab) -> None:
    """Once; the next crash has nothing to do with it."""
    crash.arm(lab)
    lab.agent.fire("kdumpctl test --force")
    lab.agent.wait_boot(_CYCLE_SECONDS)

    names = lab.agent.check(f"ls {crash.DEFAULT_PATH}").split()
    check.equal(len(names), 1, "number of dumps after the reboot")
    check.shows(names[0], r"^kdump-test-\d+-\d{9}$", "the dump's folder")
    folder = f"{crash.DEFAULT_PATH}/{names[0]}"
    check.equal(lab.agent.check(f"cat {folder}/vmcore-creation.status"),
                f"success kdump_test_id={names[0].removeprefix('kdump-test-')}\n", "its status")
    check.shows(lab.agent.check(f"cat {folder}/vmcore-dmesg.txt"), "sysrq: Trigger a crash",
                "the dump's log")
    lab.agent.check(f"test -s {folder}/vmcore")
    check.shows(lab.agent.run("kdumpctl status").out, _NOTICE, "kdumpctl status")
    check.shows(crash.arm(lab), _NOTICE, "systemctl status kdump")
    check.equal(lab.agent.check("journalctl -q MESSAGE_ID=c853169f17ac4c6f8a6f1633948a8495"), "",
                "the journal about dumps that nobody asked for")
