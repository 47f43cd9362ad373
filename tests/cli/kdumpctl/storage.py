# SPDX-License-Identifier: GPL-2.0-or-later
"""Disks, arrays and mapped devices for a machine that is a folder."""

import os
import struct
import subprocess
import zlib
from uuid import UUID

from machine import Machine

_SIZE = 4 << 20  # bytes of each
_AREA, _AREA_SIZE = 4096, 1 << 20  # where LVM describes the group
LVM_GROUP = "GGGGGG-0123-4567-89ab-cdef-ghij-klmnop"
LVM_VOLUME = "VVVVVV-0123-4567-89ab-cdef-ghij-klmnop"
LVM_UUID = "LVM-" + (LVM_GROUP + LVM_VOLUME).replace("-", "")


def block_device(m: Machine, path: str, number: str) -> str:
    """A device with a folder in sysfs at path, below sys/devices; the folder."""
    folder = f"sys/devices/{path}"
    name = path.rpartition("/")[2]
    major, minor = number.split(":")
    m.write(f"{folder}/uevent", f"MAJOR={major}\nMINOR={minor}\nDEVNAME={name}")
    for link in (f"sys/dev/block/{number}", f"sys/class/block/{name}"):
        m.link(link, folder)
    with open(m.root / "dev" / name, "wb") as disk:
        disk.truncate(_SIZE)
    return folder


def sata_disk(m: Machine, name: str, number: str) -> None:
    """A disk at another controller than the machine's first."""
    controller = "sys/devices/pci0000:00/0000:00:05.0"
    block_device(m, f"pci0000:00/0000:00:05.0/ata1/host0/target0:0:0/0:0:0:0/block/{name}", number)
    if (m.root / controller / "driver").exists():
        return
    m.write("sys/module/sata/initstate", "live")
    m.link("sys/bus/pci/drivers/sata/module", "sys/module/sata")
    m.link(f"{controller}/driver", "sys/bus/pci/drivers/sata")


def mapped(m: Machine, name: str, number: str, label: str, table: str, uuid: str = "") -> None:
    """A mapped device; its table is written as dmsetup prints it."""
    folder = block_device(m, f"virtual/block/{name}", number)
    m.write(f"{folder}/dm/uuid", uuid)
    m.write(f"{folder}/dm/name", label)
    m.write(f"{folder}/dm/table", table)


def array(m: Machine, name: str, number: str, level: str, members: dict[str, str],
          metadata: str = "1.2") -> str:
    """An array of the members, whose slots are the values; its folder in sysfs."""
    folder = block_device(m, f"virtual/block/{name}", number)
    m.write(f"{folder}/md/level", level)
    m.write(f"{folder}/md/metadata_version", metadata)
    for member, slot in members.items():
        m.write(f"{folder}/md/dev-{member}/slot", slot)
        real = os.path.relpath((m.root / "sys/class/block" / member).resolve(), m.root)
        m.link(f"{folder}/md/dev-{member}/block", real)
    return folder


def put_md_member(m: Machine, name: str, uuid: str, member: str) -> None:
    """A superblock of md, version 1.2 (include/uapi/linux/raid/md_p.h)."""
    block = bytearray(256)
    struct.pack_into("<II", block, 0, 0xa92b4efc, 1)
    block[16:32] = UUID(uuid).bytes
    struct.pack_into("<Q", block, 144, 8)  # its own place; sectors
    block[168:184] = UUID(member).bytes
    _put(m, name, 4096, block)


def put_lvm_member(m: Machine, name: str, uuid: str, group: str = "") -> None:
    """The label of a physical volume, in the second sector, and what describes its group."""
    label = bytearray(512)
    label[:8] = b"LABELONE"
    struct.pack_into("<QII", label, 8, 1, 0, 32)
    label[24:32] = b"LVM2 001"
    label[32:64] = uuid.replace("-", "").encode()
    struct.pack_into("<QQ", label, 88, _AREA, _AREA_SIZE)  # behind an empty list, of data
    struct.pack_into("<I", label, 16, _lvm_crc(label[20:]))
    _put(m, name, 512, label)
    text = group.encode() + b"\0" if group else b""
    area = bytearray(512)
    area[4:20] = b" LVM2 x[5A%r0N*>"
    struct.pack_into("<IQQ", area, 20, 1, _AREA, _AREA_SIZE)
    struct.pack_into("<QQI", area, 40, 512 if text else 0, len(text), _lvm_crc(text))
    struct.pack_into("<I", area, 0, _lvm_crc(area[4:]))
    _put(m, name, _AREA, area + text)


def lvm_group(disks: list[str], volumes: str) -> str:
    """The description of a volume group, with extents of 4096 sectors."""
    pieces = "".join(f'pv{i} {{\nid = "{uuid}"\npe_start = 2048\n}}\n'
                     for i, uuid in enumerate(disks))
    return (f'vm {{\nid = "{LVM_GROUP}"\nseqno = 3\nextent_size = 4096\n'
            f"physical_volumes {{\n{pieces}}}\nlogical_volumes {{\n{volumes}}}\n}}\n")


def lvm_volume(count: int, place: str, stripes: int = 1, more: str = "") -> str:
    """The description of the volume LVM_VOLUME."""
    return (f'var {{\nid = "{LVM_VOLUME}"\nstatus = ["READ", "WRITE", "VISIBLE"]\n'
            f"segment_count = 1\nsegment1 {{\nstart_extent = 0\nextent_count = {count}\n"
            f'type = "striped"\nstripe_count = {stripes}\nstripe_size = 128\n'
            f"stripes = [\n{place}\n]\n}}\n}}\n{more}")


def _lvm_crc(data: bytes) -> int:
    """CRC-32 from a number of LVM's own, and not inverted at the end."""
    return zlib.crc32(data, 0xf597a6cf ^ 0xffffffff) ^ 0xffffffff


def put_ext4(m: Machine, name: str, uuid: str) -> None:
    """A file system."""
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-U", uuid, m.root / "dev" / name], check=True)


def _put(m: Machine, name: str, offset: int, data: bytes) -> None:
    with open(m.root / "dev" / name, "r+b") as disk:
        disk.seek(offset)
        disk.write(data)
