# SPDX-License-Identifier: GPL-2.0-or-later
"""The dump goes to a RAID1 one of whose disks does not come back after the panic."""

from harness import check, crash
from harness.lab import ExtraDisk, Lab, Needs
from harness.target import device, panic_without, read

NEEDS = Needs(
    guest="bookworm-storage",
    disks=(ExtraDisk("one", "virtio-scsi"), ExtraDisk("two", "nvme")),
    reboots=True,
    only_by_name=True,
)
_SUPERBLOCK = "bs=4096 seek=1 count=1 oflag=direct"


def run(lab: Lab) -> None:
    """What tells the disk as a member is overwritten just before the panic."""
    one, two = (device(lab, disk) for disk in NEEDS.disks)
    lab.agent.check(
        "mdadm --create /dev/md0 --run --assume-clean --level=1 --raid-devices=2 --metadata=1.2"
        f" {one} {two}"
        f" && mkfs.ext4 -q /dev/md0 && mkdir -p {crash.DEFAULT_PATH}"
        f" && mount /dev/md0 {crash.DEFAULT_PATH} && rmdir {crash.DEFAULT_PATH}/lost+found",
        seconds=120,
    )
    crash.arm(lab)
    # As soon as it has nothing more to write, and would write this, too.
    lab.agent.check("sync; until [ $(cat /sys/block/md0/md/array_state) = clean ]; do sleep 1; done")
    panic_without(lab, two, _SUPERBLOCK)
    # As the administrator does who finds the array not started after a disk failed.
    one = device(lab, NEEDS.disks[0])
    lab.agent.check(
        f"{{ mdadm --stop --scan; mdadm --assemble --run /dev/md0 {one}; }} >&2"
        " && mount /dev/md0 /mnt",
        seconds=120,
    )
    read(lab, "/mnt")
    log = crash.capture_log(lab)
    check.shows(log, r"waiting for the disks of md array UUID=\S+: 5 of 60 s", "the console")
    check.shows(log, r"1 of 2 disks of md array UUID=\S+ appeared, going on", "the console")
    check.shows(log, r"started md array UUID=\S+ \(raid1\), disks: 1", "the console")
