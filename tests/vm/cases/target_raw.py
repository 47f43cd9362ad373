# SPDX-License-Identifier: GPL-2.0-or-later
"""The dump goes to a partition without a file system, and is taken from it at the next start."""

from harness import check, crash
from harness.lab import ExtraDisk, Lab, Needs

NEEDS = Needs(
    guest="bookworm-cloud",
    disks=(ExtraDisk("dumps", "virtio", "ext4"),),
    reboots=True,
    only_by_name=True,
)
_CYCLE_SECONDS = 420
# One partition, from 1 MiB on, in a table with a signature.
_TABLE = (
    r"dd if=/dev/zero of=$disk bs=1M count=4 status=none;"
    r" printf '\x44\x33\x22\x11\0\0\0\0\0\0\x83\0\0\0\0\x08\0\0\0\xf0\x3f\0' |"
    r" dd of=$disk bs=1 seek=440 conv=notrunc status=none;"
    r" printf '\x55\xaa' | dd of=$disk bs=1 seek=510 conv=notrunc status=none"
)


def run(lab: Lab) -> None:
    """What is taken from it can be read like any dump."""
    disk = "disk=$(readlink -f /dev/disk/by-id/virtio-dumps)"
    lab.agent.check(
        f"{disk}; {_TABLE}; blockdev --rereadpt $disk; udevadm settle; [ -b ${{disk}}1 ]",
        seconds=60,
    )
    crash.configure(lab, raw="/dev/disk/by-partuuid/11223344-01")
    crash.arm(lab)
    crash.panic(lab)
    lab.agent.wait_boot(_CYCLE_SECONDS)
    said = lab.agent.check("kdumpctl start", seconds=300)
    check.shows(said, r"^Dump saved to /var/crash/\d{4}-\d\d-\d\d-\d\d:\d\d/vmcore$", "the start")
    log = lab.agent.check(
        "makedumpfile --dump-dmesg /var/crash/*/vmcore /tmp/log >/dev/null && cat /tmp/log",
        seconds=60,
    )
    check.shows(log, r"Kernel panic - not syncing: sysrq triggered crash$", "the dump's log")
