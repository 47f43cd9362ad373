# SPDX-License-Identifier: GPL-2.0-or-later
"""Where dumps go to."""

from expect import fresh, refused
from machine import Machine


def dump_path(m: Machine) -> None:
    """The default folder is made, another one has to be there."""
    (m.root / "var/crash").rmdir()
    fresh(m)
    assert (m.root / "var/crash").is_dir()
    m.image.unlink()
    m.write("etc/kdump.conf", "path /srv/x\ncore_collector cp")
    refused(m, "Dump path /srv/x does not exist.\nCreate it: mkdir -p /srv/x\n")


def separate_file_system(m: Machine) -> None:
    """Mount point and bind mounts are taken off the path, links followed."""
    (m.root / "srv/dumps/x").mkdir(parents=True)
    m.link("dumps", "srv/dumps")
    m.write("etc/kdump.conf", "path /dumps/x\ncore_collector cp")
    m.write("proc/self/mountinfo",
            "23 1 254:9 / / rw - btrfs /dev/vdb rw\n"
            "24 1 254:1 /sub /srv/dumps rw - ext4 /dev/vda1 rw")
    fresh(m)
    assert b'path "/sub/x"\n' in m.image_files()["etc/kdump.conf"]


def unhandled_targets(m: Machine) -> None:
    """File systems and devices that the image cannot manage are refused by name."""
    m.write("proc/self/mountinfo", "23 1 0:9 / / rw - btrfs /dev/vda1 rw")
    refused(m, "dump path /var/crash lies on a file system of type btrfs, which the capture image "
               "cannot handle\nLet 'path' in /etc/kdump.conf name a folder on ext2, ext3, ext4 or "
               "xfs.\n")
    for name, what in (("dm-0", "device-mapper (LVM, LUKS, multipath)"),
                       ("md127", "md (software RAID)"), ("loop3", "a loop device")):
        m.write(f"sys/devices/virtual/block/{name}/uevent", "DEVNAME=vda1")
        link = m.root / "sys/dev/block/253:0"
        link.unlink(missing_ok=True)
        m.link("sys/dev/block/253:0", f"sys/devices/virtual/block/{name}")
        m.write("proc/self/mountinfo", "23 1 253:0 / / rw - ext4 /dev/x rw")
        refused(m, f"the dump target's device {name} is {what}, which the capture image cannot "
                   "handle\nChoose a dump path on a plain disk or partition.\n")
