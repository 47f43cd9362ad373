# SPDX-License-Identifier: GPL-2.0-or-later
"""Targets on devices that are made of others."""

from pathlib import Path

from expect import IMAGE, check, fresh, refused, started
from machine import Machine
from storage import (LVM_GROUP, LVM_UUID, LVM_VOLUME, array, block_device, lvm_group, lvm_volume,
                     mapped, put_ext4, put_lvm_member, put_md_member, sata_disk)

FILE_SYSTEM = "22222222-3333-4444-5555-666666666666"
ARRAY = "aaaaaaaa-1111-2222-3333-444444444444"
ONE = "bbbbbbbb-0001-2222-3333-444444444444"
TWO = "bbbbbbbb-0002-2222-3333-444444444444"
VOLUME = "AbCdEf-0123-4567-89Ab-CdEf-GhIj-KlMnOp"
OTHER_VOLUME = "ZbCdEf-0123-4567-89Ab-CdEf-GhIj-KlMnOp"


def taken_by_dracut(machine: Machine, why: str) -> None:
    """What our image cannot do is dracut's, which this machine does not have."""
    refused(machine, "the capture image has to be built by dracut, which is not installed: "
                     f"{why}\nInstall the package dracut.\n")


def target_on(m: Machine, name: str, number: str) -> None:
    """The machine's /var is on that device."""
    put_ext4(m, name, FILE_SYSTEM)
    with (m.root / "proc/self/mountinfo").open("a") as table:
        table.write(f"24 23 {number} / /var rw - ext4 /dev/{name} rw\n")


def record(machine: Machine) -> list[str]:
    """What the image has to make of disks."""
    fresh(machine)
    return machine.image_files()["kdump/layers"].decode().splitlines()


def modules(machine: Machine) -> set[str]:
    """Those in the image."""
    return {Path(name).stem for name in machine.image_files() if name.endswith(".ko")}


def raid1(machine: Machine) -> None:
    """md127 of vda2 and sda, which have different drivers; sdb and sdc are not in use."""
    machine.disk("vda2", 2, FILE_SYSTEM)
    for number, name in enumerate(("sda", "sdb", "sdc")):
        sata_disk(machine, name, f"8:{16 * number}")
    for name, member in (("vda2", TWO), ("sda", ONE)):
        (machine.root / "dev" / name).write_bytes(bytes(4 << 20))
        put_md_member(machine, name, ARRAY, member)
    array(machine, "md127", "9:127", "raid1",
          {"vda2": "0", "sda": "1", "sdb": "none", "sdc": "none"})


def plain_disk_has_no_record(m: Machine) -> None:
    """Nothing is to be made, and no module is there for it."""
    fresh(m)
    assert "kdump/layers" not in m.image_files()
    assert not {"dm_mod", "raid1"} & modules(m)


def volume_on_array(m: Machine) -> None:
    """From the disks up, each by what is written on it, with the drivers of all."""
    raid1(m)
    put_lvm_member(m, "md127", VOLUME)
    mapped(m, "dm-3", "253:3", "vm-var",
           "0 204800 linear 9:127 2048\n204800 4096 linear 9:127 411648")
    target_on(m, "dm-3", "253:3")
    assert record(m) == [f"md 1.2 raid1 {ARRAY}", f"member {ONE}", f"member {TWO}",
                         "dm vm-var", "map 0 204800 linear @1 2048",
                         "map 204800 4096 linear @1 411648"]
    assert {"disk", "busx_pci", "sata", "raid1", "md_mod", "dm_mod"} <= modules(m), modules(m)
    started(m)


def extended_volume(m: Machine) -> None:
    """Another table is a reason for a new image; other numbers of the same devices are none."""
    sata_disk(m, "sda", "8:0")
    put_lvm_member(m, "sda", VOLUME)
    mapped(m, "dm-0", "253:0", "vm-var", "0 204800 linear 8:0 2048")
    target_on(m, "dm-0", "253:0")
    assert record(m) == ["dm vm-var", f"map 0 204800 linear @UUID={VOLUME} 2048"]
    m.write("sys/devices/virtual/block/dm-0/dm/table", "0 409600 linear 8:0 2048")
    started(m, "Detected change in the devices that the dump target is made of",
            f"Rebuilding {IMAGE}")
    m.run("stop")
    m.link("sys/dev/block/8:32", "sys/class/block/sda")
    m.write("sys/devices/virtual/block/dm-0/dm/table", "0 409600 linear 8:32 2048")
    started(m)


def condrestart(m: Machine) -> None:
    """Only what the target's devices have outdated is loaded anew."""
    check(m.run("condrestart"), 0, "")
    sata_disk(m, "sda", "8:0")
    put_lvm_member(m, "sda", VOLUME, lvm_group([VOLUME], lvm_volume(50, '"pv0", 0')))
    mapped(m, "dm-0", "253:0", "vm-var", "0 204800 linear 8:0 2048", LVM_UUID)
    target_on(m, "dm-0", "253:0")
    fresh(m)
    check(m.run("condrestart"), 0, "")
    started(m)
    check(m.run("condrestart"), 0, "")
    m.write("sys/devices/virtual/block/dm-0/dm/table", "0 409600 linear 8:0 2048")
    done = m.run("condrestart")
    assert done.returncode == 1, done
    unknown = ("WARNING: It cannot be told whether what is loaded still reaches the dump target.\n")
    assert done.stderr.startswith(f"{unknown}the capture image has to be built by dracut"), \
        done.stderr
    assert done.stderr.endswith("What was loaded before stays loaded.\n"), done.stderr
    put_lvm_member(m, "sda", VOLUME, lvm_group([VOLUME], lvm_volume(100, '"pv0", 0')))
    m.write("etc/kdump.conf", "core_collector cp --sparse=always\nforce_no_rebuild 1")
    check(m.run("condrestart"), 0, "")
    m.write("etc/kdump.conf", "core_collector cp --sparse=always")
    out = m.run("condrestart").stdout
    assert out.startswith("Detected change in the devices that the dump target is made of\n"), out
    assert "kexec: loaded kdump kernel" in out, out
    check(m.run("condrestart"), 0, "")
    # An administrator who is at something else is not anticipated, nor told what is not so.
    m.write("etc/kdump.conf", "core_collector cp --sparse=always\npath /var/else\nfinal_action halt")
    (m.root / "var/else").mkdir()
    (m.root / "usr/bin/cp").touch()
    check(m.run("condrestart"), 0, "")
    m.write("etc/kdump.conf", "core_collector cp --sparse=always\nfinal_action no")
    done = m.run("condrestart")
    assert done.returncode == 1 and done.stderr.startswith(unknown), done
    assert "devices have changed" not in done.stderr, done.stderr
    m.write("etc/kdump.conf", "core_collector cp --sparse=always")
    put_lvm_member(m, "sda", VOLUME, lvm_group([VOLUME], lvm_volume(75, '"pv0", 0')))
    m.write("sys/devices/virtual/block/dm-0/dm/table", "0 307200 linear 8:0 2048")
    m.write("kexec-fails", "")
    done = m.run("condrestart")
    assert done.returncode == 1, done
    assert done.stderr.endswith("WARNING: The dump target's devices have changed, and what is "
                                "loaded may not reach it.\n"), done.stderr


def condrestart_of_a_plain_disk(m: Machine) -> None:
    """Whatever else is not as it was is not looked at."""
    started(m, "No kdump initial ramdisk found.", f"Rebuilding {IMAGE}")
    m.write("etc/kdump.conf", "path /elsewhere")
    check(m.run("condrestart"), 0, "")


def striped_volume(m: Machine) -> None:
    """Several devices in a row of the table."""
    for name, number, volume in (("sda", "8:0", VOLUME), ("sdb", "8:16", OTHER_VOLUME)):
        sata_disk(m, name, number)
        put_lvm_member(m, name, volume)
    mapped(m, "dm-0", "253:0", "vm-var", "0 204800 striped 2 128 8:0 2048 8:16 4096")
    target_on(m, "dm-0", "253:0")
    assert record(m) == ["dm vm-var", f"map 0 204800 striped 2 128 @UUID={VOLUME} 2048 "
                         f"@UUID={OTHER_VOLUME} 4096"]


def logical_volume(m: Machine) -> None:
    """It is made as LVM has it on the disks, so that has to be what is in use."""
    group = lvm_group([VOLUME, OTHER_VOLUME], lvm_volume(50, '"pv0", 0, "pv1", 1', stripes=2))
    for name, number, volume in (("sda", "8:0", VOLUME), ("sdb", "8:16", OTHER_VOLUME)):
        sata_disk(m, name, number)
        put_lvm_member(m, name, volume, group)
    mapped(m, "dm-0", "253:0", "vm-var", "0 204800 striped 2 128 8:0 2048 8:16 6144", LVM_UUID)
    target_on(m, "dm-0", "253:0")
    assert record(m) == ["dm vm-var", f"lv {LVM_GROUP} {LVM_VOLUME}".replace("-", ""),
                         f"map 0 204800 striped 2 128 @UUID={VOLUME} 2048 "
                         f"@UUID={OTHER_VOLUME} 6144"]


def metadata_elsewhere(m: Machine) -> None:
    """None of the volume's disks has them; the drivers of one that has are there, too."""
    for name, number in (("sda", "8:0"), ("sdb", "8:16")):
        sata_disk(m, name, number)
    m.disk("vda2", 2, FILE_SYSTEM)
    put_lvm_member(m, "sda", VOLUME)
    mapped(m, "dm-0", "253:0", "vm-var", "0 204800 linear 8:0 2048", LVM_UUID)
    target_on(m, "dm-0", "253:0")
    for name in ("sda", "sdb", "vda2"):
        m.write(f"sys/class/block/{name}/size", "8192")
    taken_by_dracut(m, "the dump target's device dm-0 (vm-var) cannot be made from the metadata on "
                    "its disks: no metadata of its volume group are on its disks")
    (m.root / "dev/vda2").write_bytes(bytes(4 << 20))
    put_lvm_member(m, "vda2", OTHER_VOLUME,
                   lvm_group([VOLUME, OTHER_VOLUME], lvm_volume(50, '"pv0", 0')))
    assert record(m) == ["dm vm-var", f"lv {LVM_GROUP} {LVM_VOLUME}".replace("-", ""),
                         f"from @UUID={OTHER_VOLUME}",
                         f"map 0 204800 linear @UUID={VOLUME} 2048"]
    assert {"sata", "disk"} <= modules(m), modules(m)


def volume_that_its_disks_know_otherwise(m: Machine) -> None:
    """The capture kernel would make another one than that with the file system."""
    sata_disk(m, "sda", "8:0")
    mapped(m, "dm-0", "253:0", "vm-var", "0 4096 linear 8:0 2048\n4096 4096 linear 8:0 6144",
           LVM_UUID)
    target_on(m, "dm-0", "253:0")
    merging = ('snapshot0 {\nsegment1 {\ntype = "snapshot"\norigin = "var"\n'
               'merging_store = "snap"\n}\n}\n')
    for volumes, why in (
            (None, "no metadata of its volume group are on its disks"),
            ("", "it is not in its volume group any more"),
            (lvm_volume(2, '"pv0", 1'), "the metadata of LVM are not those of what is in use"),
            (lvm_volume(2, '"pvmove0", 0'), "it lies on pvmove0, which is no disk"),
            (lvm_volume(2, '"pv0", 0', more=merging), "a snapshot is being merged into it")):
        group = "" if volumes is None else lvm_group([VOLUME], volumes)
        put_lvm_member(m, "sda", VOLUME, group)
        taken_by_dracut(m, "the dump target's device dm-0 (vm-var) cannot be made from the "
                        f"metadata on its disks: {why}")
    put_lvm_member(m, "sda", VOLUME, lvm_group([VOLUME], lvm_volume(2, '"pv0", 0')))
    fresh(m)


def snapshot(m: Machine) -> None:
    """One that comes or goes changes nothing but what is told; one that is merged does."""
    sata_disk(m, "sda", "8:0")
    put_lvm_member(m, "sda", VOLUME, lvm_group([VOLUME], lvm_volume(50, '"pv0", 0')))
    mapped(m, "dm-0", "253:0", "vm-var", "0 204800 linear 8:0 2048", LVM_UUID)
    target_on(m, "dm-0", "253:0")
    lines = record(m)
    m.run("stop")
    started(m)
    warning = ("Warning: the dump target has LVM snapshots, which a dump makes invalid; "
               'kdump.conf(5), "Snapshots", says what keeps them\n')
    mapped(m, "dm-1", "253:1", "vm-var-real", "0 204800 linear 8:0 2048", f"{LVM_UUID}-real")
    m.write("sys/devices/virtual/block/dm-0/dm/table", "0 204800 snapshot-origin 253:1")
    told = m.run("condrestart")
    check(told, 0, "", warning)
    told = m.run("restart")
    assert told.returncode == 0 and told.stderr == warning, told
    assert "Rebuilding" not in told.stdout, told.stdout
    assert m.image_files()["kdump/layers"].decode().splitlines() == lines
    # Another volume's, or what is no volume of LVM, is not known to be what is below.
    why = ("the dump target's device dm-0 (vm-var) is an LVM volume with snapshots, which the "
           "capture image cannot handle")
    m.run("stop")
    m.image.unlink()
    for device, uuid in (("dm-1", LVM_UUID), ("dm-1", "LVM-x-real"), ("dm-0", "x")):
        m.write(f"sys/devices/virtual/block/{device}/dm/uuid", uuid)
        taken_by_dracut(m, why)


def mapped_on_mapped(m: Machine) -> None:
    """As kpartx makes them; the name goes up to the end of the line."""
    sata_disk(m, "sda", "8:0")
    put_lvm_member(m, "sda", VOLUME)
    mapped(m, "dm-0", "253:0", "vm-a disk", "0 204800 linear 8:0 2048")
    mapped(m, "dm-1", "253:1", "vm-a disk1", "0 2048 linear 253:0 2048")
    target_on(m, "dm-1", "253:1")
    assert record(m) == ["dm vm-a disk", f"map 0 204800 linear @UUID={VOLUME} 2048",
                         "dm vm-a disk1", "map 0 2048 linear @1 2048"]


def partition_of_array(m: Machine) -> None:
    """It appears by itself when the array is there."""
    raid1(m)
    folder = block_device(m, "virtual/block/md127/md127p1", "259:0")
    m.write(f"{folder}/partition", "1")
    target_on(m, "md127p1", "259:0")
    assert record(m)[0] == f"md 1.2 raid1 {ARRAY}"


def partition_of_array_that_shows_on_its_disks(m: Machine) -> None:
    """With the metadata at the end, one half would be taken for the whole."""
    raid1(m)
    folder = block_device(m, "virtual/block/md127/md127p1", "259:0")
    m.write(f"{folder}/partition", "1")
    m.write("sys/devices/virtual/block/md127/md/metadata_version", "1.0")
    target_on(m, "md127p1", "259:0")
    taken_by_dracut(m, "the dump target needs a partition of md array md127, whose metadata 1.0 "
                    "leaves that visible on its disks")


def btrfs_of_two(m: Machine) -> str:
    """One on vda2 and a volume on sda, mounted; where the kernel has its devices."""
    m.disk("vda2", 2, FILE_SYSTEM)
    sata_disk(m, "sda", "8:0")
    put_lvm_member(m, "sda", VOLUME)
    mapped(m, "dm-0", "253:0", "vm-more", "0 8192 linear 8:0 2048")
    (m.root / "sys/class/block/sda/holders").mkdir()
    m.write("sys/class/block/sda/holders/dm-0", "")
    m.btrfs("vda2", FILE_SYSTEM, devices=2, member=TWO)
    m.btrfs("dm-0", FILE_SYSTEM, devices=2, member=ONE)
    for name in ("vda2", "sda", "dm-0"):
        m.write(f"sys/class/block/{name}/size", "8192")
    m.write("proc/self/mountinfo", "23 1 0:30 /@ / rw - btrfs /dev/dm-0 rw")
    devices = f"sys/fs/btrfs/{FILE_SYSTEM}/devices"
    for name in ("vda2", "dm-0"):
        m.link(f"{devices}/{name}", f"sys/class/block/{name}")
    return devices


def btrfs_on_several_devices(m: Machine) -> None:
    """The kernel has to be told of each; one is a volume."""
    devices = btrfs_of_two(m)
    lines = ["dm vm-more", f"map 0 8192 linear @UUID={VOLUME} 2048", f"btrfs {FILE_SYSTEM}",
             f"member {ONE}"]
    assert record(m) == [*lines, f"member {TWO}"]
    assert {"disk", "sata", "dm_mod", "treefs"} <= modules(m), modules(m)
    # Named by a device of it that the table of mounts does not name.
    m.write("etc/kdump.conf", "core_collector cp --sparse=always\nbtrfs /dev/vda2\npath /x")
    (m.root / "x").mkdir()
    m.image.unlink()
    assert record(m) == [*lines, f"member {TWO}"]
    # What dump_to_rootfs needs is all there, though / is known by its other disk.
    m.write("etc/kdump.conf", "core_collector cp --sparse=always\nbtrfs /dev/vda2\npath /x\n"
            "failure_action dump_to_rootfs")
    m.image.unlink()
    assert record(m) == [*lines, f"member {TWO}"]
    # As it is in use, so it will do.
    (m.root / devices / "vda2").unlink()
    m.image.unlink()
    assert record(m) == lines


def btrfs_on_several_devices_unmounted(m: Machine) -> None:
    """What is on the disks tells which they are, and all have to be there."""
    devices = m.root / btrfs_of_two(m)
    m.write("proc/self/mountinfo", "23 1 254:1 / / rw - ext4 /dev/vda1 rw")
    for link in devices.iterdir():
        link.unlink()
    devices.rmdir()
    m.write("etc/kdump.conf", "core_collector cp\nbtrfs /dev/vda2\npath /x")
    refused(m, 'kdump.conf:2: Dump target "/dev/vda2" is neither mounted nor configured as '
               '"noauto"\nMount it, or give it a line with the option noauto in /etc/fstab.\n')
    m.write("etc/fstab", "/dev/dm-0 /mnt btrfs noauto 0 0")
    m.write("sys/class/block/dm-0/size", "0")
    refused(m, f"kdump.conf:2: btrfs UUID={FILE_SYSTEM} is on 2 devices, of which 1 are there\n"
               "Mount it with the option degraded if it has to do without.\n")
    m.write("sys/class/block/dm-0/size", "8192")
    assert record(m)[2:] == [f"btrfs {FILE_SYSTEM}", f"member {ONE}", f"member {TWO}"]


def btrfs_on_several_devices_with_dracut(m: Machine) -> None:
    """What needs dracut needs a program that waits for what dracut makes."""
    btrfs_of_two(m)
    m.write("sys/class/block/dm-0/dm/table", "0 8192 crypt aes-xts 0 0 8:0 2048")
    refused(m, "the dump target is a btrfs on 2 devices, which an image that dracut builds cannot "
               "mount: the dump target's device dm-0 (vm-more) is encrypted (LUKS), which the "
               "capture image cannot handle\n"
               "Let 'path' in /etc/kdump.conf name a folder on a file system on one device.\n")


def unhandled_mappings(m: Machine) -> None:
    """What takes more than a table, or programs, is refused by name."""
    sata_disk(m, "sda", "8:0")
    mapped(m, "dm-0", "253:0", "vm-var", "")
    target_on(m, "dm-0", "253:0")
    for target, what in (("crypt", "encrypted (LUKS)"), ("thin", "an LVM thin volume"),
                         ("multipath", "a multipath device"), ("raid", "an LVM RAID volume"),
                         ("snapshot-origin", "an LVM volume with snapshots"),
                         ("cache", "an LVM volume with a cache"),
                         ("zoned", "mapped by dm-zoned")):
        m.write("sys/devices/virtual/block/dm-0/dm/table",
                f"0 8 linear 8:0 0\n8 204800 {target} 8:0 x")
        put_lvm_member(m, "sda", VOLUME)
        taken_by_dracut(m, f"the dump target's device dm-0 (vm-var) is {what}, which the "
                           "capture image cannot handle")


def mapping_of_unnamed_disk(m: Machine) -> None:
    """The capture kernel could not find it."""
    sata_disk(m, "sda", "8:0")
    mapped(m, "dm-0", "253:0", "x", "0 204800 linear 8:0 0")
    target_on(m, "dm-0", "253:0")
    taken_by_dracut(m, "the dump target needs /dev/sda, which has no UUID that the capture kernel could "
               "tell it by")
    put_ext4(m, "sda", FILE_SYSTEM)
    taken_by_dracut(m, "the dump target needs /dev/sda, which itself shows as ext4")


def unhandled_arrays(m: Machine) -> None:
    """Old superblocks do not tell members apart, those of controllers need a daemon."""
    raid1(m)
    target_on(m, "md127", "9:127")
    for metadata in ("0.90", "external:imsm"):
        m.write("sys/devices/virtual/block/md127/md/metadata_version", metadata)
        taken_by_dracut(m, "the dump target's device md127 is an md array with metadata "
                   f"{metadata}, which the capture image cannot handle")


def unhandled_devices(m: Machine) -> None:
    """Whatever else does not appear by itself."""
    for name, what in (("loop3", "a loop device"), ("bcache0", "bcache"),
                       ("zram0", "a virtual block device")):
        block_device(m, f"virtual/block/{name}", "7:3")
        put_ext4(m, name, FILE_SYSTEM)
        m.write("proc/self/mountinfo", f"23 1 7:3 / / rw - ext4 /dev/{name} rw")
        taken_by_dracut(m, f"the dump target's device {name} is {what}, which the "
                           "capture image cannot handle")
        (m.root / "sys/dev/block/7:3").unlink()
