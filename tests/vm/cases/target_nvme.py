# SPDX-License-Identifier: GPL-2.0-or-later
"""The dump goes to xfs on an NVMe disk mounted in the guest."""

from harness.lab import ExtraDisk, Lab, Needs
from harness.target import capture_on_extra_disk

NEEDS = Needs(
    guest="bookworm-cloud",
    disks=(ExtraDisk("dumps", "nvme", "xfs"),),
    reboots=True,
    only_by_name=True,
)


def run(lab: Lab) -> None:
    """Only path says where the dump goes; what is mounted there is for kdumpctl to find."""
    capture_on_extra_disk(lab, NEEDS.disks[0])
