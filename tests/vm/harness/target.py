# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps shared by the cases that dump to another disk than the root's."""

from collections.abc import Callable
from pathlib import Path

from . import crash
from .dump import Dump
from .lab import ExtraDisk, Lab

_MOUNT_POINT = "/srv/dumps"
_PATH = f"{_MOUNT_POINT}/crash"
_COPIES = "/var/tmp/dumps"
_CYCLE_SECONDS = 300
_DISK_SECONDS = 30


def capture_on_extra_disk(lab: Lab, extra: ExtraDisk) -> None:
    """Mount the disk, dump to a folder on it, and read the dump after the reboot.

    The next boot copies it to the root disk, because not every file system can
    be read on the host without mounting.
    """
    _mount(lab, extra)
    lab.agent.check(f"mkdir {_PATH}")
    crash.configure(lab, path=_PATH)
    _crash_and_read(lab, extra)


def capture_on_named_disk(lab: Lab, extra: ExtraDisk) -> None:
    """The same for a disk that is not mounted: kdump.conf names it, fstab has it as noauto.

    The folder is not there yet, and comes with the dump.
    """
    name = f"LABEL={extra.id}"
    line = f"{name} {_MOUNT_POINT} {extra.filesystem} ro,noauto,commit=9 0 0"
    lab.agent.check(f"echo '{line}' >> /etc/fstab")
    crash.configure(lab, **{extra.filesystem: name}, path=f"/{Path(_PATH).name}")
    _crash_and_read(lab, extra)


def device(lab: Lab, extra: ExtraDisk) -> str:
    """The node that a disk has in this boot, by its serial number."""
    find = f"lsblk --noheadings --nodeps --output PATH,SERIAL | awk '$2 == \"{extra.id}\"'"
    lab.agent.check(f"until {find} | grep -q .; do sleep 0.2; done", _DISK_SECONDS)
    return lab.agent.check(find).split()[0]


def capture_on_default(
    lab: Lab,
    mount: str,
    find: str,
    place: str = crash.DEFAULT_PATH,
    then: Callable[[Lab], None] | None = None,
) -> None:
    """Dump to /var/crash, which is, or is on, what mount, the end of such a command, mounts.

    A rehearsal comes first: it finds what the capture has to make of disks made already.

    find is what the next boot has to do first for that to be there again; then, what is done to
    it when the machine is armed.
    """
    lab.agent.check(f"mkdir -p {place} && mount {mount} {place}")
    crash.arm(lab)
    lab.agent.check("kdumpctl rehearse", seconds=120)
    if then:
        then(lab)
    panic_and_boot(lab)
    lab.agent.check(f"{find} && mount {mount} /mnt", seconds=120)
    read(lab, f"/mnt{crash.DEFAULT_PATH.removeprefix(place)}")


def _crash_and_read(lab: Lab, extra: ExtraDisk) -> None:
    crash.arm(lab)
    panic_and_boot(lab)
    _mount(lab, extra)
    read(lab, _PATH)


def panic_and_boot(lab: Lab) -> None:
    """Crash the guest, and wait until its system is up again after the capture."""
    crash.panic(lab)
    lab.agent.wait_boot(_CYCLE_SECONDS)


def panic_without(lab: Lab, disk: str, superblock: str) -> None:
    """The same; what tells a disk as a member is overwritten, by dd's words, just before."""
    lab.agent.fire(f"dd if=/dev/zero of={disk} {superblock}; echo c >/proc/sysrq-trigger")
    lab.agent.wait_boot(_CYCLE_SECONDS)


def read(lab: Lab, path: str) -> None:
    """Read the dump, of which there is one, by way of the root disk."""
    lab.agent.check(f"cp -r {path} {_COPIES}", seconds=60)
    dump = Dump.only_one_in(lab.offline_root(), _COPIES, lab.folder)
    dump.check_readable(lab.readers, elf=False)


def _mount(lab: Lab, extra: ExtraDisk) -> None:
    device = f"/dev/disk/by-label/{extra.id}"
    lab.agent.check(f"until [ -e {device} ]; do sleep 0.2; done", _DISK_SECONDS)
    lab.agent.check(
        f"mkdir -p {_MOUNT_POINT} && mount -t {extra.filesystem} {device} {_MOUNT_POINT}"
    )
