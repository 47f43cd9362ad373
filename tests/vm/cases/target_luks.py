# SPDX-License-Identifier: GPL-2.0-or-later
"""The dump goes to an encrypted disk, through an image that dracut builds; and to none, if it is lost."""

from harness import check, crash
from harness.dump import Dump
from harness.lab import ExtraDisk, Lab, Needs
from harness.target import device

NEEDS = Needs(
    guest="bookworm-dracut",
    # The capture kernel inherits how long dracut looks for its disks.
    cmdline="crashkernel=512M rd.retry=20",
    disks=(ExtraDisk("vault", "virtio"),),
    reboots=True,
    # dracut needs minutes of an emulated processor.
    only_by_name=True,
)

_KEY = "/etc/keys/vault.key"
_PLACE = "/srv/dumps"
_COPIES = "/var/tmp/dumps"
_BUILD_SECONDS = 1200
_CYCLE_SECONDS = 600


def _open(lab: Lab) -> str:
    disk = device(lab, NEEDS.disks[0])
    lab.agent.check(f"cryptsetup open --key-file {_KEY} {disk} vault", 60)
    return disk


def _prepare(lab: Lab) -> None:
    disk = device(lab, NEEDS.disks[0])
    # The cheapest key derivation: what an administrator's costs is no business of this test.
    form = "--batch-mode --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000"
    lab.agent.check(
        f"mkdir -p {_PLACE} $(dirname {_KEY}) && head -c 64 /dev/urandom >{_KEY} &&"
        f"chmod 600 {_KEY} && cryptsetup luksFormat {form} {disk} {_KEY}",
        60,
    )
    _open(lab)
    lab.agent.check(
        f"mkfs.ext4 -q /dev/mapper/vault && mount /dev/mapper/vault {_PLACE} &&"
        f"mkdir {_PLACE}/crash &&"
        f"echo vault UUID=$(cryptsetup luksUUID {disk}) {_KEY} luks,noauto >/etc/crypttab && sync",
        60,
    )


def run(lab: Lab) -> None:
    """The key is in the image because kdump.conf says so. Then the disk is spoilt: no dump, and
    what failure_action says."""
    _prepare(lab)
    crash.configure(
        lab, path=f"{_PLACE}/crash", dracut_args=f"--install {_KEY}", failure_action="poweroff"
    )
    lab.agent.check("systemctl start kdump", _BUILD_SECONDS)
    check.shows(crash.arm(lab), r"\(dracut's\)", "systemctl status kdump")
    check.shows(
        lab.agent.check("kdumpctl check"), r"kdump\.img is in date; dracut builds it", "check"
    )
    rehearsed = lab.agent.check("kdumpctl rehearse", 300)
    check.shows(rehearsed, r"^Rehearsal: \[OK\]$", "kdumpctl rehearse")
    check.shows(rehearsed, r"devices is not tried: they are open here\.", "kdumpctl rehearse")
    check.equal(lab.agent.check(f"ls {_PLACE}/crash"), "", "what the rehearsal left")
    crash.panic(lab)
    lab.agent.wait_boot(_CYCLE_SECONDS)
    disk = _open(lab)
    lab.agent.check(
        f"mount /dev/mapper/vault {_PLACE} && cp -r {_PLACE}/crash {_COPIES} && sync", 60
    )
    _lose(lab, disk)
    dump = Dump.only_one_in(lab.offline_root(), _COPIES, lab.folder)
    dump.check_readable(lab.readers, elf=False)


def _lose(lab: Lab, disk: str) -> None:
    """Arm with the image that is there, and let nobody open the disk any more."""
    lab.agent.check("systemctl start kdump", _BUILD_SECONDS)
    # It may be loading anew, for the processors that udev tells of late.
    lab.agent.check(
        "for i in $(seq 60); do grep 1 /sys/kernel/kexec_crash_loaded && exit; sleep 1; done;"
        "journalctl --no-pager -u kdump -u kdump-hotplug; exit 1",
        120,
    )
    lab.agent.check(f"dd if=/dev/zero of={disk} bs=1M count=16 conv=fsync status=none", 60)
    crash.panic(lab)
    lab.machine.wait_exit(_CYCLE_SECONDS, "the capture kernel to give up and power off")
    text = lab.console.text()
    check.shows(text, r"kdump: the capture image could not be brought up", "the console")
    check.shows(text, r"kdump: powering off", "the console")
