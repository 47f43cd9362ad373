# SPDX-License-Identifier: GPL-2.0-or-later
"""A collector that fails, and a disk that is full: the fallback, the emergency, the shell."""

import json

from harness import check, crash
from harness.clock import Deadline
from harness.lab import Lab, Needs

NEEDS = Needs(reboots=True)

_CYCLE_SECONDS = 480
_DUMPS = f"{crash.DEFAULT_PATH}/127.0.0.1-*"
# Less than the smallest dump takes, and enough for the log.
_LEFT_MIB = 8


def run(lab: Lab) -> None:
    """One boot after the other, on the same disk."""
    _collector_fails(lab)
    _disk_is_full(lab)


def _program(lab: Lab, path: str, text: str) -> None:
    lab.agent.check(f"cat >{path} <<'EOF'\n#!/bin/sh\n{text}\nEOF\nchmod 755 {path} && sync")


def _record(lab: Lab) -> dict:
    return json.loads(lab.agent.check(f"cat {_DUMPS}/capture.json"))


def _collector_fails(lab: Lab) -> None:
    """makedumpfile takes over, although it was not asked for, and its dump counts."""
    _program(lab, "/opt/collect", "echo partly >$2; exit 3")
    crash.configure(lab, core_collector="/opt/collect")
    crash.arm(lab)
    crash.panic(lab)
    lab.agent.wait_boot(_CYCLE_SECONDS)
    names = lab.agent.check(f"ls {_DUMPS}").split()
    check.equal(names, ["capture.json", "kexec-dmesg.log", "vmcore", "vmcore-dmesg.txt"], "files")
    record = _record(lab)
    check.equal(record["result"], "reduced", "result")
    check.that("makedumpfile -c -d 31 --cyclic-buffer 1024 " in record["collector"], "collector")
    log = lab.agent.check(f"makedumpfile --dump-dmesg {_DUMPS}/vmcore /tmp/log && cat /tmp/log",
                          seconds=120)
    check.shows(log, r"sysrq triggered crash", "the log in the dump")
    lab.agent.check(f"rm -r {_DUMPS}")


def _disk_is_full(lab: Lab) -> None:
    """No dump fits: log and record are there, the emergency program ran, a shell waits."""
    lab.agent.check("udevadm settle", seconds=60)  # late events would make a reload of their own
    _program(lab, "/opt/emergency", "echo emergency: $KDUMP_FOLDER")
    crash.configure(lab, core_collector="makedumpfile -l --message-level 7 -d 31",
                    kdump_emergency="/opt/emergency", failure_action="shell")
    crash.arm(lab)
    # The file system keeps some blocks from fallocate() that it gives to who writes.
    lab.agent.check(
        "eval $(stat -f -c 'free=%f size=%S' /) && fallocate -l $((free * size - 96 * 1048576)) "
        f"/fill; dd if=/dev/zero of=/last bs=1M; truncate -s -{_LEFT_MIB}M /last && sync",
        seconds=120,
    )
    crash.panic(lab)
    wait = Deadline(_CYCLE_SECONDS, "the shell's prompt on the console")
    while "kdump:/# " not in lab.console.text():
        wait.sleep()
    text = lab.console.text().partition("Entering kdump emergency mode.")[0]
    check.shows(text, r"^emergency: /sysroot/var/crash/127\.0\.0\.1-", "the console")
    check.shows(text, r"kdump: saving vmcore failed, ", "the console")
    disk = lab.offline_root()
    name, = disk.names(crash.DEFAULT_PATH)
    folder = f"{crash.DEFAULT_PATH}/{name}"
    check.equal(disk.names(folder), ["capture.json", "kexec-dmesg.log", "vmcore-dmesg.txt",
                                     "vmcore-incomplete"], "files")
    record = json.loads(disk.text(f"{folder}/capture.json", lab.folder))
    check.equal(record["result"], "failed", "result")
    check.equal(record["memory"], None, "memory")
    check.shows(disk.text(f"{folder}/vmcore-dmesg.txt", lab.folder), r"sysrq triggered crash",
                "vmcore-dmesg.txt")
    check.shows(disk.text(f"{folder}/kexec-dmesg.log", lab.folder),
                r"kdump: kdump_emergency: running /opt/emergency$", "kexec-dmesg.log")
