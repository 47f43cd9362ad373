# SPDX-License-Identifier: GPL-2.0-or-later
"""The dump goes to a subvolume of btrfs that is mounted where dumps go by default."""

from harness import check, crash
from harness.lab import ExtraDisk, Lab, Needs
from harness.target import capture_on_default, device

NEEDS = Needs(
    guest="bookworm-storage",
    disks=(ExtraDisk("dumps", "virtio-scsi"),),
    reboots=True,
)
_LABEL = "/dev/disk/by-label/dumps"


def run(lab: Lab) -> None:
    """Another subvolume is the default one, and the checksums want a module of their own."""
    disk = device(lab, NEEDS.disks[0])
    lab.agent.check(
        f"mkfs.btrfs --quiet --csum xxhash --label dumps {disk} && mount {disk} /mnt &&"
        "btrfs subvolume create /mnt/@crash && btrfs subvolume create /mnt/@other &&"
        "btrfs subvolume set-default /mnt/@other && umount /mnt"
    )
    find = f"until [ -e {_LABEL} ]; do sleep 0.2; done"
    capture_on_default(lab, f"-o subvol=@crash,compress=zstd {_LABEL}", find)
    log = crash.capture_log(lab)
    check.shows(log, r"saving to .*/@crash/127\.0\.0\.1-", "the console")
