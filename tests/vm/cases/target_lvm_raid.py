# SPDX-License-Identifier: GPL-2.0-or-later
"""/var, where dumps go, is a volume of LVM on a RAID1 of a SCSI and an NVMe disk."""

from harness import check, crash
from harness.lab import ExtraDisk, Lab, Needs
from harness.target import capture_on_default, device

NEEDS = Needs(
    guest="bookworm-storage",
    disks=(ExtraDisk("one", "virtio-scsi"), ExtraDisk("two", "nvme")),
    reboots=True,
)


def run(lab: Lab) -> None:
    """Two pieces of a volume group, with a gap before and between them, are one file system."""
    one, two = (device(lab, disk) for disk in NEEDS.disks)
    lab.agent.check(
        f"mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --metadata=1.2 {one} {two}"
        " && pvcreate -q /dev/md0 && vgcreate -q vm /dev/md0"
        " && lvcreate -q -n gap -L 100M vm && lvcreate -q -n var -L 200M vm"
        " && lvcreate -q -n more -L 100M vm && lvextend -q -L 500M vm/var"
        " && mkfs.ext4 -q /dev/vm/var && mount /dev/vm/var /mnt"
        " && cp -a /var/. /mnt && umount /mnt",
        seconds=120,
    )
    # udev may be at it already.
    find = r"until grep '\[UU\]' /proc/mdstat; do mdadm -A --scan; sleep 1; done; vgchange -ay vm"
    capture_on_default(lab, "/dev/vm/var", find, place="/var")
    log = crash.capture_log(lab)
    check.shows(log, r"started md array UUID=\S+ \(raid1\), disks: 2", "the console")
    check.shows(log, r"mapped device vm-var", "the console")
