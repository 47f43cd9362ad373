# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs before and after the dump, the files beside it, and power-off at the end.

Modules are loaded with their options. It is the second crash within a day, which is one too many.
"""

import json

from harness import check, crash
from harness.dump import Dump
from harness.lab import Lab, Needs

# A reset would boot the machine again: that it ends says that it was switched off.
NEEDS = Needs(reboots=True)

_HOOK = r"""#!/bin/sh
echo "$0 [$*] [$KDUMP_TARGET] [${KDUMP_FOLDER##*/}] [$KDUMP_VMCORE]" >>"$KDUMP_MOUNT_POINT/ran"
exit %d
"""
# What a module is loaded with is seen by whoever runs in the capture kernel.
_LOOK = r"""#!/bin/sh
read depth </sys/module/virtio_blk/parameters/queue_depth
echo "queue_depth $depth" >>"$KDUMP_MOUNT_POINT/ran"
"""
_OPTIONS = """options virtio_blk queue_depth=64
options virtio_pci force_legacy=perhaps
"""
_CAPTURE_SECONDS = 480
_DAY = 86400


def _write(lab: Lab, path: str, text: str) -> None:
    """A program, on disk before the guest can panic."""
    lab.agent.check(
        f"mkdir -p $(dirname {path}) && cat >{path} <<'EOF'\n{text}EOF\nchmod 755 {path} && sync"
    )


def _hook(lab: Lab, path: str, status: int = 0) -> None:
    """A program that writes down how it was run."""
    _write(lab, path, _HOOK % status)


def run(lab: Lab) -> None:
    """Every program runs once, in order, with what it is told; only kdump_pre has a say."""
    for path, status in (
        ("/opt/pre", 0), ("/opt/post", 1), ("/opt/emergency", 0), ("/etc/kdump/pre.d/20-b", 0),
        ("/etc/kdump/pre.d/10-a", 5), ("/etc/kdump/post.d/a", 0), ("/etc/kdump/emergency.d/a", 0),
    ):
        _hook(lab, path, status)
    _write(lab, "/etc/kdump/pre.d/30-look", _LOOK)
    _write(lab, "/etc/modprobe.d/test.conf", _OPTIONS)
    crash.configure(lab, kdump_pre="/opt/pre", kdump_post="/opt/post",
                    kdump_emergency="/opt/emergency", crash_loop=f"2 {_DAY}")
    earlier = lab.agent.check("date +127.0.0.1-%Y-%m-%d-%H:%M:%S --date='-1 hour'").strip()
    lab.agent.check(f"mkdir -p {crash.DEFAULT_PATH}/{earlier} && sync")
    crash.arm(lab)
    release = lab.agent.check("uname -r").strip()
    uuid = lab.agent.check("findmnt -n -o UUID /").strip()
    crash.panic(lab)
    lab.machine.wait_exit(_CAPTURE_SECONDS, "the capture kernel to save the dump and power off")
    disk = lab.offline_root()
    dump = Dump.only_one_in(disk, crash.DEFAULT_PATH, lab.folder, besides=earlier)
    dump.check_readable(lab.readers, elf=False)
    target, name = f"ext4 UUID={uuid}", dump.folder.name
    check.same_lines(disk.text("/ran", lab.folder).splitlines(), [
        f"/opt/pre [] [{target}] [] []",
        f"/etc/kdump/pre.d/10-a [] [{target}] [] []",
        f"/etc/kdump/pre.d/20-b [] [{target}] [] []",
        "queue_depth 64",
        f"/etc/kdump/post.d/a [0] [{target}] [{name}] [vmcore]",
        f"/opt/post [0] [{target}] [{name}] [vmcore]",
    ], "what ran")
    _check_record(dump, release)
    _check_log(dump)


def _check_record(dump: Dump, release: str) -> None:
    record = json.loads((dump.folder / "capture.json").read_text())
    check.equal(record["result"], "complete", "result")
    check.equal(record["system_kernel"], release, "system_kernel")
    check.equal(record["memory"], "vmcore", "memory")
    check.that(record["collector"].startswith("/usr/bin/makedumpfile -l "), "the collector")
    check.that(0 <= record["epoch"] - record["crash_epoch"] < 300, "the dump is of this crash")
    names = [step["name"] for step in record["steps"]]
    check.equal(names, ["modules", "target", "kdump_pre", "pre.d", "log", "memory", "post.d",
                        "kdump_post"], "steps")
    failed = [step["name"] for step in record["steps"] if step["result"] != "ok"]
    check.equal(failed, ["kdump_post"], "steps that failed")


def _check_log(dump: Dump) -> None:
    text = (dump.folder / "kexec-dmesg.log").read_text(errors="replace")
    check.shows(text, r"\A\[    0\.000000\] Linux version ", "kexec-dmesg.log")
    check.shows(text, r"kdump: /etc/kdump/pre\.d/10-a|pre\.d/10-a: exitcode:5", "kexec-dmesg.log")
    check.shows(text, r"module virtio_pci\.ko does not take 'force_legacy=perhaps': .*, going on$",
                "kexec-dmesg.log")
    check.shows(text, r"\] kdump: saving vmcore complete$", "kexec-dmesg.log")
    check.shows(
        text,
        rf"\] kdump: crash_loop: dump 2 within {_DAY} s, of 2\n.*"
        r"crash_loop: that is enough: powering off in the end, not restarting$",
        "kexec-dmesg.log",
    )
