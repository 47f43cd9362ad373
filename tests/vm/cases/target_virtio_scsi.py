# SPDX-License-Identifier: GPL-2.0-or-later
"""The dump goes to ext4 on a SCSI disk that kdump.conf names by its label."""

from harness.lab import ExtraDisk, Lab, Needs
from harness.target import capture_on_named_disk

NEEDS = Needs(
    guest="bookworm-cloud",
    disks=(ExtraDisk("dumps", "virtio-scsi", "ext4"),),
    reboots=True,
    only_by_name=True,
)


def run(lab: Lab) -> None:
    """The disk is not mounted while the machine runs."""
    capture_on_named_disk(lab, NEEDS.disks[0])
