# SPDX-License-Identifier: GPL-2.0-or-later
"""The dump goes to a btrfs one of whose disks does not come back after the panic."""

from harness import check, crash
from harness.lab import ExtraDisk, Lab, Needs
from harness.target import device, panic_without, read

NEEDS = Needs(
    guest="bookworm-storage",
    disks=(ExtraDisk("one", "virtio-scsi"), ExtraDisk("two", "nvme")),
    reboots=True,
    only_by_name=True,
)
_SUPERBLOCK = "bs=65536 seek=1 count=1 oflag=direct"


def run(lab: Lab) -> None:
    """What tells the disk as a member is overwritten just before the panic."""
    one, two = (device(lab, disk) for disk in NEEDS.disks)
    lab.agent.check(
        f"mkfs.btrfs --quiet --data raid1 --metadata raid1 {one} {two} && btrfs device scan"
        f" && mkdir -p {crash.DEFAULT_PATH} && mount {one} {crash.DEFAULT_PATH}"
    )
    crash.arm(lab)
    lab.agent.check("sync")
    panic_without(lab, two, _SUPERBLOCK)
    one = device(lab, NEEDS.disks[0])
    lab.agent.check(f"mount -o degraded {one} /mnt")
    read(lab, "/mnt")
    log = crash.capture_log(lab)
    check.shows(log, r"waiting for the disks of btrfs UUID=\S+: 5 of 60 s", "the console")
    check.shows(log, r"1 of 2 disks of btrfs UUID=\S+ appeared, going on", "the console")
    check.shows(log, r"mounted \S+ without the devices that are missing", "the console")
