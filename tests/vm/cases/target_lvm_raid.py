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


# Where the first piece of the volume is before it is moved, in extents of 4 MiB.
_OLD_PLACE = "/dev/md0:25-49"
_UUID = "blkid -p -o value -s UUID"
_SUM = "sha256sum /dev/vm/other"
_SNAPSHOT = "lvcreate -q -s -n hourly -l 2 vm/var"


def _take_snapshot(lab: Lab) -> None:
    """One comes and goes, of which nothing is to be made but a warning."""
    lab.agent.check(
        f"{_SNAPSHOT} && touch /root/before"
        " && kdumpctl condrestart 2>&1 | grep 'the dump target has LVM snapshots'"
        " && kdumpctl rehearse && lvremove -qq -y vm/hourly"
        " && ! find /boot -name '*kdump.img' -newer /root/before | grep .",
        seconds=120,
    )


def _move(lab: Lab) -> None:
    """Another volume takes the place of the target's first piece, superblock and all.

    What is armed is not told of it; of an extension before it is.
    """
    lab.agent.check(
        "touch /root/before && lvextend -q -l +1 vm/var"
        " && until find /boot -name '*kdump.img' -newer /root/before | grep ."
        " && systemctl show kdump-storage -p ActiveState | grep =inactive; do sleep 1; done",
        seconds=120,
    )
    lab.agent.check("systemctl stop kdump-storage.path")
    _take_snapshot(lab)
    lab.agent.check(
        f"pvmove -q -i 1 --alloc anywhere -n var {_OLD_PLACE} /dev/md0:200-224"
        f" && lvcreate -q -Z n -W n -n other -l 25 vm {_OLD_PLACE}"
        f" && [ $({_UUID} /dev/vm/other) = $({_UUID} /dev/vm/var) ]"
        f" && {_SUM} > /root/other && {_SNAPSHOT} && sync",
        seconds=120,
    )


def run(lab: Lab) -> None:
    """Two pieces of a volume group, with a gap before and between them, are one file system.

    One of them is elsewhere when the kernel panics, and its old place is another volume's. There
    is a snapshot of it, too, which the dump costs, and that LVM has to know.
    """
    one, two = (device(lab, disk) for disk in NEEDS.disks)
    lab.agent.check(
        f"mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --metadata=1.2 {one} {two}"
        " && pvcreate -q /dev/md0 && vgcreate -q vm /dev/md0"
        " && lvcreate -q -n gap -L 100M vm && lvcreate -q -n var -L 100M vm"
        " && lvcreate -q -n more -L 100M vm && lvextend -q -L 500M vm/var"
        " && mkfs.ext4 -q /dev/vm/var && mount /dev/vm/var /mnt"
        " && cp -a /var/. /mnt && umount /mnt",
        seconds=120,
    )
    # udev may be at it already.
    find = (
        r"until grep '\[UU\]' /proc/mdstat; do mdadm -A --scan; sleep 1; done;"
        f" vgchange -ay vm && {_SUM} | diff - /root/other"
        " && lvs --noheadings -o lv_snapshot_invalid vm/hourly | grep 'snapshot invalid'"
    )
    capture_on_default(lab, "/dev/vm/var", find, place="/var", then=_move)
    log = crash.capture_log(lab)
    check.shows(log, r"started md array UUID=\S+ \(raid1\), disks: 2", "the console")
    check.shows(log, r"mapped device vm-var is not where it was", "the console")
    check.shows(log, r"LVM snapshot hourly is given up for the dump, and marked", "the console")
