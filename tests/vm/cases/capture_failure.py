# SPDX-License-Identifier: GPL-2.0-or-later
"""A collector that fails on a disk that is full: smaller dumps, emergency, root disk, shell."""

import json

from harness import check, crash
from harness.clock import Deadline
from harness.lab import ExtraDisk, Lab, Needs

NEEDS = Needs(disks=(ExtraDisk("dumps", "virtio", "ext4"),), reboots=True)

_CYCLE_SECONDS = 480
_MOUNT_POINT = "/srv/dumps"
_PATH = f"{_MOUNT_POINT}/crash"
# Less than the smallest dump takes, and enough for the log.
_LEFT_MIB = 8
_FILES = ["capture.json", "kexec-dmesg.log", "vmcore", "vmcore-dmesg.txt"]


def run(lab: Lab) -> None:
    """What fails on the target is saved on the root disk; and where nothing is, a shell waits."""
    _mount(lab)
    _fill(lab)
    _program(lab, "/opt/collect", "echo partly >$2; exit 3")
    _program(lab, "/opt/emergency", "echo emergency: $KDUMP_FOLDER")
    crash.configure(lab, path=_PATH, core_collector="/opt/collect",
                    kdump_emergency="/opt/emergency", failure_action="dump_to_rootfs")
    crash.arm(lab)
    crash.panic(lab)
    lab.agent.wait_boot(_CYCLE_SECONDS)
    _mount(lab)
    _check_target(lab)
    _check_root_disk(lab)
    crash.configure(lab, failure_action="shell")
    lab.agent.check("udevadm settle", seconds=60)  # late events would make a reload of their own
    crash.arm(lab)
    crash.panic(lab)
    wait = Deadline(_CYCLE_SECONDS, "the shell's prompt on the console")
    while "kdump:/# " not in lab.console.text():
        wait.sleep()
    lab.machine.stop()


def _mount(lab: Lab) -> None:
    lab.agent.check(
        f"until [ -e /dev/disk/by-label/dumps ]; do sleep 0.2; done; mkdir -p {_MOUNT_POINT} && "
        f"mount /dev/disk/by-label/dumps {_MOUNT_POINT} && mkdir -p {_PATH}"
    )


def _fill(lab: Lab) -> None:
    """The file system keeps some blocks from fallocate() that it gives to who writes."""
    lab.agent.check(
        f"cd {_MOUNT_POINT} && eval $(stat -f -c 'free=%f size=%S' .) && "
        "fallocate -l $((free * size - 96 * 1048576)) fill; dd if=/dev/zero of=last bs=1M; "
        f"truncate -s -{_LEFT_MIB}M last && sync",
        seconds=120,
    )


def _program(lab: Lab, path: str, text: str) -> None:
    lab.agent.check(f"cat >{path} <<'EOF'\n#!/bin/sh\n{text}\nEOF\nchmod 755 {path} && sync")


def _check_target(lab: Lab) -> None:
    """No dump fits, makedumpfile's own neither: there are log and record, and what there is."""
    dump = f"{_PATH}/127.0.0.1-*"
    names = lab.agent.check(f"ls {dump}").split()
    check.equal([name for name in names if name != "vmcore-incomplete"],
                [name for name in _FILES if name != "vmcore"], "files on the target")
    record = json.loads(lab.agent.check(f"cat {dump}/capture.json"))
    check.equal(record["result"], "failed", "result on the target")
    check.equal(record["memory"], None, "memory on the target")
    check.that("makedumpfile -c -d 31 --cyclic-buffer 1024 " in record["collector"], "collector")
    check.shows(lab.agent.check(f"cat {dump}/vmcore-dmesg.txt"), r"sysrq triggered crash",
                "vmcore-dmesg.txt")
    log = lab.agent.check(f"cat {dump}/kexec-dmesg.log")
    check.shows(log, r"kdump: kdump_emergency: running /opt/emergency$", "kexec-dmesg.log")
    check.shows(lab.console.text(), r"^emergency: /sysroot/crash/127\.0\.0\.1-", "the console")


def _check_root_disk(lab: Lab) -> None:
    """makedumpfile has taken over there, although it was not asked for."""
    dump = f"{crash.DEFAULT_PATH}/127.0.0.1-*"
    check.equal(lab.agent.check(f"ls {dump}").split(), _FILES, "files on the root disk")
    record = json.loads(lab.agent.check(f"cat {dump}/capture.json"))
    check.equal(record["result"], "reduced", "result on the root disk")
    log = lab.agent.check(f"makedumpfile --dump-dmesg {dump}/vmcore /tmp/log && cat /tmp/log",
                          seconds=120)
    check.shows(log, r"sysrq triggered crash", "the log in the dump")
