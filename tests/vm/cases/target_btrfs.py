# SPDX-License-Identifier: GPL-2.0-or-later
"""The dump goes to a subvolume of a btrfs on a SCSI and an NVMe disk, mounted for dumps."""

from harness import check, crash
from harness.lab import ExtraDisk, Lab, Needs
from harness.target import capture_on_default, device

NEEDS = Needs(
    guest="bookworm-storage",
    disks=(ExtraDisk("one", "virtio-scsi"), ExtraDisk("two", "nvme")),
    reboots=True,
)
_LABEL = "/dev/disk/by-label/dumps"


def run(lab: Lab) -> None:
    """Another subvolume is the default one, and the checksums want a module of their own."""
    one, two = (device(lab, disk) for disk in NEEDS.disks)
    lab.agent.check(
        "mkfs.btrfs --quiet --csum xxhash --data raid0 --metadata raid1 --label dumps"
        f" {one} {two} && btrfs device scan && mount {one} /mnt &&"
        "btrfs subvolume create /mnt/@crash && btrfs subvolume create /mnt/@other &&"
        "btrfs subvolume set-default /mnt/@other && umount /mnt"
    )
    find = f"until btrfs device ready {_LABEL}; do sleep 0.2; done"
    capture_on_default(lab, f"-o subvol=@crash,compress=zstd {_LABEL}", find)
    log = crash.capture_log(lab)
    check.shows(log, r"btrfs UUID=\S+, disks: 2", "the console")
    check.shows(log, r"saving to .*/@crash/127\.0\.0\.1-", "the console")
