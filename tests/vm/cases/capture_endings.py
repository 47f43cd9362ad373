# SPDX-License-Identifier: GPL-2.0-or-later
"""Each way to end: halt, reset and power-off, by either action, and out of the shell."""

from harness import check, crash
from harness.clock import Deadline
from harness.disk import OfflineDisk
from harness.dump import Dump
from harness.lab import ExtraDisk, Lab, Needs

NEEDS = Needs(
    disks=(ExtraDisk("dumps", "virtio"),),
    reboots=True,
    keyboard=True,
    only_by_name=True,
)
_CYCLE_SECONDS = 480
_DISK = "disk=$(readlink -f /dev/disk/by-id/virtio-dumps)"
# An MBR (the UEFI specification has it, 5.2.1) with two partitions of 240 MiB, one behind the other.
_ENTRIES = r"\0\0\0\0\x83\0\0\0\0\x08\0\0\0\x80\x07\0\0\0\0\0\x83\0\0\0\0\x88\x07\0\0\x80\x07\0"
_PREPARE = (
    rf"printf '{_ENTRIES}' | dd of=$disk bs=1 seek=446 conv=notrunc status=none;"
    r" printf '\x55\xaa' | dd of=$disk bs=1 seek=510 conv=notrunc status=none;"
    " blockdev --rereadpt $disk; udevadm settle;"
    " printf 'LABEL=three /srv ext3 noauto 0 0\\nLABEL=two /srv ext2 noauto 0 0\\n' >>/etc/fstab;"
    " mkfs.ext3 -q -L three ${disk}1 && mkfs.ext2 -q -L two ${disk}2 && udevadm settle"
)
_LABEL = "/dev/disk/by-label"
_FIRST_SECTOR, _SECTORS = 0x78800, 0x78000  # of the second partition
_KEPT = "/var/three"


def run(lab: Lab) -> None:
    """What is saved is on a partition that kdump.conf names by its label."""
    lab.agent.check(f"{_DISK}; {_PREPARE}", seconds=60)
    _halts_after_saving(lab)
    _restarts_when_refused(lab)
    _halts_without_target(lab)
    _leaves_shell(lab)
    _powers_off_after_saving(lab)


def _arm(lab: Lab, **directives: str) -> None:
    _configure(lab, **directives)
    lab.agent.check("udevadm settle", seconds=60)  # late events would make a reload of their own
    crash.arm(lab)


def _configure(lab: Lab, **directives: str) -> None:
    """All else as it was installed."""
    lab.agent.check("[ -e /root/installed ] || cp /etc/kdump.conf /root/installed;"
                    " cp /root/installed /etc/kdump.conf && sync")
    crash.configure(lab, **directives)


def _panics(lab: Lab, *lines: str, before: str = "true") -> None:
    """Crash, and wait until the capture kernel has written all these, in this order.

    before: what is done just before the crash.
    """
    seen = len(lab.console.text())
    lab.agent.fire(f"{before}; echo c >/proc/sysrq-trigger")
    deadline = Deadline(_CYCLE_SECONDS, f"{lines} on the console")
    for line in lines:
        while line not in lab.console.text()[seen:]:
            deadline.sleep()
        seen += lab.console.text()[seen:].index(line)


def _reset(lab: Lab) -> None:
    """The machine is still there, halted; its administrator comes."""
    with lab.machine.monitor() as monitor:
        monitor.reset()
    lab.agent.wait_boot(_CYCLE_SECONDS)


def _halts_after_saving(lab: Lab) -> None:
    _arm(lab, ext3="LABEL=three", path="/", final_action="halt")
    _panics(lab, "kdump: saving vmcore complete", "kdump: halting", "System halted")
    _reset(lab)
    lab.agent.check(f"mount -o ro {_LABEL}/three /mnt && mkdir {_KEPT}"
                    f" && cp -r /mnt/127.0.0.1-* {_KEPT} && umount /mnt", seconds=60)


def _restarts_when_refused(lab: Lab) -> None:
    """What kdump_pre refuses is not saved, and is no failure."""
    lab.agent.check("printf '#!/bin/sh\\nexit 1\\n' >/opt/pre && chmod 755 /opt/pre && sync")
    _arm(lab, ext2="LABEL=two", path="/", kdump_pre="/opt/pre", failure_action="poweroff")
    _panics(lab, "kdump: kdump_pre", "kdump: restarting")
    lab.agent.wait_boot(_CYCLE_SECONDS)
    check.equal(lab.agent.check(f"mount -o ro {_LABEL}/two /mnt && ls /mnt").split(),
                ["lost+found"], "files on the target")
    lab.agent.check("umount /mnt")


def _lose_target(lab: Lab) -> str:
    """What makes the target's superblock go, and a copy of it be kept."""
    lab.agent.check(f"dd if={_LABEL}/two of=/root/superblock bs=1024 skip=1 count=1 && sync")
    return f"dd if=/dev/zero of=$(readlink -f {_LABEL}/two) bs=1024 seek=1 count=1 oflag=direct"


def _find_target(lab: Lab) -> None:
    lab.agent.check(f"{_DISK}; dd if=/root/superblock of=${{disk}}2 bs=1024 seek=1 && sync"
                    " && udevadm trigger --settle ${disk}2", seconds=60)


def _halts_without_target(lab: Lab) -> None:
    _arm(lab, ext2="LABEL=two", path="/", failure_action="halt")
    _panics(lab, "kdump: halting", "System halted", before=_lose_target(lab))
    _reset(lab)
    _find_target(lab)


def _leaves_shell(lab: Lab) -> None:
    """The end is final_action's, as said before the shell."""
    _arm(lab, ext2="LABEL=two", path="/", failure_action="shell")
    _panics(lab, "kdump:/# ", before=_lose_target(lab))
    with lab.machine.typed("exit\r"):
        lab.console.wait(r"kdump:/# exit(?s:.*)^kdump: restarting", _CYCLE_SECONDS)
    lab.agent.wait_boot(_CYCLE_SECONDS)
    _find_target(lab)


def _powers_off_after_saving(lab: Lab) -> None:
    """Both file systems that dumps are on are looked at on the host."""
    _arm(lab, ext2="LABEL=two", path="/crash", final_action="poweroff")
    crash.panic(lab)
    lab.machine.wait_exit(_CYCLE_SECONDS, "the capture kernel to save the dump and power off")
    two = lab.folder / "two.img"
    with open(lab.folder / "dumps.img", "rb") as image:
        image.seek(_FIRST_SECTOR * 512)
        two.write_bytes(image.read(_SECTORS * 512))
    for disk, path, into in ((OfflineDisk(two), "/crash", "ext2"), (lab.offline_root(), _KEPT, "ext3")):
        folder = lab.folder / into
        folder.mkdir()
        dump = Dump.only_one_in(disk, path, folder)
        dump.check_readable(lab.readers, elf=False)
