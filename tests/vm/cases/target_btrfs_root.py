# SPDX-License-Identifier: GPL-2.0-or-later
"""The root file system, with /var/crash on it, is a subvolume of btrfs (slow).

Runs only when it is named: the guest is copied to that file system, and booted from it by kexec.
"""

from harness import check, crash
from harness.lab import ExtraDisk, Lab, Needs
from harness.target import device, panic_and_boot, read

_CMDLINE = "crashkernel=256M"
NEEDS = Needs(
    guest="bookworm-storage",
    cmdline=_CMDLINE,
    disks=(ExtraDisk("copy", "virtio"),),
    reboots=True,
    only_by_name=True,
)
# As Debian's installer calls it; the file system's own top is not what is mounted by default.
_SUBVOLUME = "@rootfs"
_INITRD = "/tmp/initrd"
_BOOT_SECONDS = 480
_COPY_SECONDS = 300


def run(lab: Lab) -> None:
    """Nothing is configured: the service starts on it as it comes, and the capture finds it."""
    disk = device(lab, NEEDS.disks[0])
    _copy_root(lab, disk)
    _make_initrd(lab)
    _boot_copy(lab)
    said = crash.arm(lab)
    check.shows(said, rf"target btrfs UUID=\S+:/{_SUBVOLUME}/var/crash", "the status")
    lab.agent.check("kdumpctl rehearse", seconds=120)
    panic_and_boot(lab)
    log = crash.capture_log(lab)
    check.shows(log, rf"saving to .*/{_SUBVOLUME}/var/crash/127\.0\.0\.1-", "the console")
    lab.agent.check(f"mount -o subvol={_SUBVOLUME} {device(lab, NEEDS.disks[0])} /mnt", seconds=60)
    read(lab, f"/mnt{crash.DEFAULT_PATH}")


def _copy_root(lab: Lab, disk: str) -> None:
    """The running system as it is."""
    lab.agent.check(
        f"mkfs.btrfs --quiet --label root-copy {disk} && mount {disk} /mnt"
        f" && btrfs subvolume create /mnt/{_SUBVOLUME}"
        f" && cp -ax /. /mnt/{_SUBVOLUME} && umount /mnt",
        seconds=_COPY_SECONDS,
    )


def _make_initrd(lab: Lab) -> None:
    """That of the guest, with what mounts a btrfs behind it: to make one anew takes minutes."""
    lab.agent.check(
        "rel=$(uname -r); dir=lib/modules/$rel; mkdir -p /tmp/more/usr /tmp/more/conf && cd /usr"
        " && cp --parents -t /tmp/more/usr $dir/modules.*"
        " $(modprobe --show-depends btrfs | sed -n 's/^insmod .*\\(lib.modules.[^ ]*\\).*/\\1/p')"
        " && cd /tmp/more && printf '%s\\n' virtio_pci virtio_blk btrfs >conf/modules"
        " && find . | cpio --quiet -o -H newc | gzip -1 >/tmp/more.gz"
        f" && cat /boot/initrd.img-$rel /tmp/more.gz >{_INITRD}",
        seconds=60,
    )


def _boot_copy(lab: Lab) -> None:
    lab.agent.check(
        f"kexec -l /boot/vmlinuz-$(uname -r) --initrd={_INITRD}"
        f" --command-line='root=LABEL=root-copy rootflags=subvol={_SUBVOLUME} rw"
        f" console=ttyS0 panic=-1 {_CMDLINE}'",
        seconds=120,
    )
    lab.agent.fire("systemctl kexec")
    lab.agent.wait_boot(_BOOT_SECONDS)
    root = lab.agent.check("findmnt --noheadings --output FSTYPE,FSROOT /").split()
    check.equal(root, ["btrfs", f"/{_SUBVOLUME}"], "the root file system")
