# SPDX-License-Identifier: GPL-2.0-or-later
"""A year in the life of the service on Debian 12, up to a panic and the boot after it.

This kernel leaves it to others to load the capture kernel anew when CPUs and memory come and go.
"""

from harness import check, crash, service
from harness.dump import Dump
from harness.lab import Lab, Needs

NEEDS = Needs(
    guest="bookworm-kernels",
    cmdline="crashkernel=256M rd.earlykdump",
    reboots=True,
    expandable=True,
)
_ROUNDS = 10  # of memory that goes and comes, besides the hardware that is added
_MODULE_MIB = 256
_LITTLE_MIB = 64
_HOOK_SECONDS = 120


def run(lab: Lab) -> None:
    """Each change is made as an administrator, a package or the hardware makes it."""
    service.check_units(lab)
    service.check_verbs(lab)
    # Before QEMU's 1 GiB for translated code is full: it cannot add a CPU then, and aborts.
    _check_hotplug(lab)
    _check_kernel_hooks(lab)
    _check_read_only_boot(lab)
    path = service.crash_and_come_back(lab)
    service.check_early(lab)
    service.check_shrunk(lab, _LITTLE_MIB)
    dump = Dump.only_one_in(lab.offline_root(), crash.DEFAULT_PATH, lab.folder)
    check.equal(path, f"{crash.DEFAULT_PATH}/{dump.folder.name}", "the path in the journal")
    dump.check_readable(lab.readers, elf=False)


def _image(release: str) -> str:
    return f"initramfs-{release}kdump.img"


def _images(lab: Lab, folder: str) -> list[str]:
    return lab.agent.check(f"cd {folder} && ls | grep kdump.img || true").split()


def _check_kernel_hooks(lab: Lab) -> None:
    """A kernel that is installed gets an image, and loses it when it is removed."""
    own, other = lab.kernel.release, lab.guest.kernels[-1].release
    for folder, wanted in (("postinst.d", [own, other]), ("postrm.d", [own])):
        # As Debian's packages do, but without the hooks of others, which take long.
        lab.agent.check(
            f"run-parts --verbose --exit-on-error --regex '^kdump$' --arg={other}"
            f" --arg=/boot/vmlinuz-{other} /etc/kernel/{folder}",
            seconds=_HOOK_SECONDS,
        )
        check.equal(_images(lab, "/boot"), sorted(map(_image, wanted)), f"images after {folder}")


def _check_read_only_boot(lab: Lab) -> None:
    """Where the kernels lie on something read-only, the image goes elsewhere."""
    image = _image(lab.kernel.release)
    lab.agent.check(f"rm /boot/{image}; mount --bind /boot /boot; mount -o remount,bind,ro /boot")
    service.control(lab, "restart")
    check.shows(service.status(lab), rf"image /var/lib/kdump/{image}, ", "status with /boot ro")
    check.equal(_images(lab, "/var/lib/kdump"), [image], "images in /var/lib/kdump")
    crash.check_loaded(lab, "1")
    lab.agent.check("umount /boot")
    service.control(lab, "restart")
    check.equal(_images(lab, "/boot"), [image], "images in /boot that can be written again")
    lab.agent.check(f"rm /var/lib/kdump/{image}")  # nothing that comes is to find this one


def _check_hotplug(lab: Lab) -> None:
    """CPUs and memory come and go in a burst: a reload or two, and no event is lost."""
    since = service.journal_cursor(lab)
    with lab.machine.monitor() as monitor:
        monitor.plug_cpu()
        monitor.plug_cpu()
        monitor.plug_memory(_MODULE_MIB)
    lab.agent.check(
        "until [ $(cat /sys/devices/system/cpu/present) = 0-3 ]; do sleep 0.2; done;"
        " echo 1 >/sys/devices/system/cpu/cpu2/online;"
        # The kernel wants it in place before it takes the blocks, and does so at its leisure.
        " until blocks=$(grep -l offline /sys/devices/system/memory/memory*/state); do"
        " sleep 0.2; done; for block in $blocks; do echo online >$block; done;"
        f" for i in $(seq {_ROUNDS}); do"
        " echo offline >$block && echo online >$block || exit 1; done",
        seconds=120,
    )
    times = service.reloads(lab, since)
    check.that(1 <= times <= _ROUNDS // 2, f"what came led to {times} reloads")
    crash.check_loaded(lab, "1")
    since = service.journal_cursor(lab)
    lab.agent.check("udevadm trigger --action=add --subsystem-match=cpu")
    check.equal(service.reloads(lab, since), 0, "reloads for CPUs that were there")
