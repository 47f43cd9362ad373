# SPDX-License-Identifier: GPL-2.0-or-later
"""A folder that stands for a machine: kernel, modules, devices, a file system, programs."""

import atexit
import functools
import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
PROGRAMS = TOP / "build/san"
VERSION = "6.1.0-test"
UUID = "11111111-2222-3333-4444-555555555555"
PREFIX = os.environ.get("PREFIX", "/usr/local")

# depmod and mke2fs are where an ordinary user's PATH may not lead.
os.environ["PATH"] += ":/usr/sbin:/sbin"

# Modules of our own making: what depmod and libkmod look at, and nothing else.
MODULES = {
    "bus": ("", 'EXPORT("bus_register")'),
    "busx_pci": ("pci:v00001AF4d*", 'NEED(bus_register) INFO("softdep=pre: helper")'),
    "disk": ("virtio:d00000002v*", 'NEED(bus_register) INFO("firmware=maker/disk-a.bin") '
             'INFO("firmware=maker/disk-b.bin") INFO("firmware=maker/none.bin") '
             'INFO("firmware=maker/fw-*.bin") INFO("firmware=../../../etc/localtime")'),
    "helper": ("", ""),
    "testfs": ("fs-ext4", 'INFO("softdep=pre: crc")'),
    "treefs": ("fs-btrfs", 'INFO("softdep=pre: crc") INFO("softdep=pre: hash")'),
    "hash": ("", ""),
    "sharefs": ("fs-virtiofs", ""),
    "sata": ("pci:v00008086d*", ""),
    "dm-mod": ("", ""),
    "md-mod": ("", 'EXPORT("md_register")'),
    "raid1": ("md-raid1", "NEED(md_register)"),
    "crc_generic": ("crc", ""),
    "card": ("virtio:d00000001v*", "NEED(bus_register)"),
    "nfs": ("fs-nfs", ""),
    "nfsv4": ("", ""),
    "8021q": ("", ""),
    "unwanted": ("pci:v00009999d*", ""),
}
MODULE_SOURCE = """
#define CAT_(a, b) a##b
#define CAT(a, b) CAT_(a, b)
#define INFO(t) static const char CAT(info, __COUNTER__)[] \\
    __attribute__((used, section(".modinfo"))) = t;
#define EXPORT(s) static const char CAT(name, __COUNTER__)[] \\
    __attribute__((used, section("__ksymtab_strings"))) = s;
#define NEED(s) extern char s[]; char *CAT(use, __COUNTER__) = s;
INFO("license=GPL")
"""
# The way to a server, see netrecord.h.
NETWORK = """server 192.0.2.1 store
client 192.0.2.2
link eth0 device 52:54:00:00:05:02 1500
link eth0.7 vlan 52:54:00:00:05:02 1500 on=eth0 id=7 protocol=33024
address eth0.7 192.0.2.2/24
route eth0.7 192.0.2.1/32"""

KEXEC = """#!/bin/sh
echo "$*" >> {root}/kexec-calls
[ ! -e {root}/kexec-fails ] || {{ echo 'kexec: no' >&2; exit 1; }}
[ ! -e {root}/kexec-lies ] || exit 0
[ ! -e {root}/kexec-drops ] || {{ echo 0 > {root}/sys/kernel/kexec_crash_loaded; exit 1; }}
case " $* " in *" -u "*) loaded=0;; *) loaded=1;; esac
echo "$loaded" > {root}/sys/kernel/kexec_crash_loaded
"""


class Machine:
    """See above. Everything may be changed before and between runs."""

    def __init__(self, scratch: Path):
        self.root = scratch / "root"
        self.bin = scratch / "bin"
        self.bin.mkdir(parents=True)
        subprocess.run(["cp", "-a", template(), self.root], check=True)
        self.program(self.bin / "kexec", KEXEC.format(root=self.root))

    def build(self, scratch: Path) -> None:
        """Make the machine that all are copies of."""
        self.write("proc/sys/kernel/osrelease", VERSION)
        self.write("proc/cmdline", 'root=/dev/vda1 ro quiet x="1 2" crashkernel=256M')
        self.write("proc/cpuinfo", "processor\t: 0\ninitial apicid\t: 4\n\nprocessor\t: 1\n")
        self.write("proc/meminfo", "MemTotal: 1024 kB")
        self.write("proc/self/mountinfo",
                   "22 1 0:5 / /proc rw - proc proc rw\n"
                   "23 1 254:1 / / rw - ext4 /dev/vda1 rw")
        self.write("sys/kernel/kexec_crash_loaded", "0")
        self.write("sys/kernel/kexec_crash_size", str(256 << 20))
        self.write(f"boot/vmlinuz-{VERSION}", "kernel")
        self.write(f"boot/config-{VERSION}", "CONFIG_CRASH_DUMP=y\nCONFIG_PROC_VMCORE=y\n"
                   "CONFIG_BLK_DEV_INITRD=y\nCONFIG_RD_GZIP=y\n# CONFIG_RD_ZSTD is not set")
        self.write("etc/kdump.conf", "core_collector cp --sparse=always")
        self.write("etc/localtime", "zone")
        for folder in ("run/lock", "var/crash", "dev"):
            (self.root / folder).mkdir(parents=True)
        self._devices()
        self._modules(scratch)
        self._programs()

    def write(self, path: str, text: str) -> None:
        """A file with one line or more."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n")

    @staticmethod
    def program(path: Path, text: str) -> None:
        """A script."""
        path.write_text(text)
        path.chmod(0o755)

    def link(self, path: str, target: str) -> None:
        """A relative link from one path to another, both below the root."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.symlink_to(os.path.relpath(self.root / target, file.parent))

    def _devices(self) -> None:
        controller = "sys/devices/pci0000:00/0000:00:04.0"
        self.disk("vda1", 1, UUID)
        self.write(f"{controller}/virtio1/modalias", "virtio:d00000002v00001AF4")
        self.write(f"{controller}/modalias", "pci:v00001AF4d00001001")
        for device, bus, driver, module in (
                (controller, "pci", "busx-pci", "busx_pci"),
                (f"{controller}/virtio1", "virtio", "disk", "disk")):
            self.write(f"sys/module/{module}/initstate", "live")
            self.link(f"sys/bus/{bus}/drivers/{driver}/module", f"sys/module/{module}")
            self.link(f"{device}/driver", f"sys/bus/{bus}/drivers/{driver}")

    def disk(self, name: str, minor: int, uuid: str, kind: str = "ext4") -> None:
        """One more partition of the machine's disk, with a file system."""
        partition = f"sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda/{name}"
        self.write(f"{partition}/uevent", f"MAJOR=254\nMINOR={minor}\nDEVNAME={name}")
        for link in (f"sys/dev/block/254:{minor}", f"sys/class/block/{name}"):
            self.link(link, partition)
        disk = self.root / "dev" / name
        disk.touch()
        os.truncate(disk, 4 << 20)
        subprocess.run(["mke2fs", "-q", "-t", kind, "-U", uuid, disk], check=True)

    def btrfs(self, name: str, uuid: str, devices: int = 1, member: str = UUID) -> None:
        """Put a btrfs on a disk, as far as its superblock says so."""
        block = bytearray(4096)  # include/uapi/linux/btrfs_tree.h: struct btrfs_super_block
        block[0x20:0x30] = bytes.fromhex(uuid.replace("-", ""))
        struct.pack_into("<Q", block, 0x30, 64 << 10)
        block[0x40:0x48] = b"_BHRfS_M"
        struct.pack_into("<Q", block, 0x88, devices)
        struct.pack_into("<IIII", block, 0x90, 4096, 16384, 16384, 4096)
        block[0x10b:0x11b] = bytes.fromhex(member.replace("-", ""))
        struct.pack_into("<I", block, 0, crc32c(block[0x20:]))
        with open(self.root / "dev" / name, "wb") as disk:
            disk.truncate(4 << 20)
            disk.seek(64 << 10)
            disk.write(block)

    def virtiofs(self, module: str) -> None:
        """A device that shares a folder of the host's, driven by that module."""
        device = "sys/devices/pci0000:00/0000:00:05.0/virtio3"
        self.write(f"{device}/device", "0x001a")
        self.write(f"sys/module/{module}/initstate", "live")
        self.link("sys/bus/virtio/drivers/virtiofs/module", f"sys/module/{module}")
        self.link(f"{device}/driver", "sys/bus/virtio/drivers/virtiofs")
        self.link("sys/devices/pci0000:00/0000:00:05.0/driver", "sys/bus/pci/drivers/busx-pci")
        self.link("sys/bus/virtio/devices/virtio3", device)
        self.write("proc/sys/kernel/hostname", "web")
        self.write("etc/machine-id", "0123abcd" * 4)

    def shared_crash(self) -> None:
        """/var/crash is a folder of the host's, which other machines may save to as well."""
        self.virtiofs("card")
        with (self.root / "proc/self/mountinfo").open("a") as table:
            table.write("24 23 0:40 / /var/crash rw - virtiofs host rw\n")

    def network(self) -> None:
        """A card, and the way to the server called store, which are not there at first."""
        self.write("kdump/network", NETWORK)
        controller = "sys/devices/pci0000:00/0000:00:05.0"
        self.write(f"{controller}/virtio2/modalias", "virtio:d00000001v00001AF4")
        self.write("sys/module/card/initstate", "live")
        self.link("sys/bus/virtio/drivers/card/module", "sys/module/card")
        self.link(f"{controller}/virtio2/driver", "sys/bus/virtio/drivers/card")
        self.link(f"{controller}/driver", "sys/bus/pci/drivers/busx-pci")
        self.link("sys/class/net/eth0/device", f"{controller}/virtio2")

    def _modules(self, scratch: Path) -> None:
        folder = self.root / "lib/modules" / VERSION
        folder.mkdir(parents=True)
        for name, (alias, body) in MODULES.items():
            source = scratch / f"{name}.c"
            lines = f'INFO("alias={alias}")\n' if alias else ""
            source.write_text(MODULE_SOURCE + lines + body)
            subprocess.run(["gcc", "-c", "-fno-pic", "-o", folder / f"{name}.ko", source],
                           check=True)
        subprocess.run(["xz", "--check=crc32", folder / "disk.ko"], check=True)
        (folder / "modules.builtin").write_text("kernel/fs/builtinfs.ko\n")
        for name in ("modules.order", "modules.builtin.modinfo"):
            (folder / name).write_text("")
        subprocess.run(["depmod", "-b", self.root, VERSION], check=True)

    def _programs(self) -> None:
        for name, place in (("kdump-capture", f"{PREFIX}/lib/kdump/kdump-capture"),
                            ("vmcore-dmesg", f"{PREFIX}/sbin/vmcore-dmesg")):
            self.copy_program(TOP / "build" / name, place)
        self.copy_program(Path(shutil.which("cp")), "/usr/bin/cp")

    def copy_program(self, source: Path, place: str) -> None:
        """A program with the libraries that ldd finds."""
        self._copy(source, place)
        output = subprocess.run(["ldd", source], capture_output=True, text=True, check=True).stdout
        files = [word for word in output.split() if word.startswith("/")]
        for file in files:
            self._copy(Path(file), file)
        self.write("etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf # as Debian has it")
        self.write("etc/ld.so.conf.d/all.conf", "\n".join(str(Path(f).parent) for f in files))

    def _copy(self, source: Path, place: str) -> None:
        target = self.root / place.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            shutil.copy2(source, target)

    @property
    def image(self) -> Path:
        """The capture image's usual place."""
        return self.root / f"boot/initramfs-{VERSION}kdump.img"

    def image_archives(self) -> tuple[bytes, bytes]:
        """The capture image: what is in front, and what is packed behind it."""
        data = self.image.read_bytes()
        end = data.index(b"TRAILER!!!")
        rest = data[((end + len("TRAILER!!!")) // 512 + 1) * 512:]
        packed = subprocess.run(["gzip", "-dc"], input=rest, capture_output=True, check=True)
        return data, packed.stdout

    def image_files(self) -> dict[str, bytes]:
        """What the capture image holds: both archives, by name."""
        front, packed = self.image_archives()
        return unpack(front) | unpack(packed)

    def image_modes(self) -> dict[str, int]:
        """The permissions of what is packed, by name."""
        return {name: mode & 0o777 for name, mode, _ in entries(self.image_archives()[1])}

    def kexec_calls(self) -> list[str]:
        """What kexec was run with since the last call of this."""
        file = self.root / "kexec-calls"
        calls = file.read_text().replace(str(self.root), "ROOT").splitlines()
        file.unlink()
        return calls

    def run(self, *arguments: str, within: tuple[str, ...] = (),
            **extra) -> subprocess.CompletedProcess:
        """kdumpctl, with this machine's name taken out of what it prints.

        @within: a command that runs the one that follows it.
        """
        environment = os.environ | {"PATH": f"{self.bin}:{os.environ['PATH']}", "TZ": "UTC"}
        done = subprocess.run([*within, PROGRAMS / "kdumpctl", f"--sysroot={self.root}",
                               *arguments],
                              capture_output=True, text=True, errors="backslashreplace",
                              timeout=120, check=False, env=environment, **extra)
        done.stdout = done.stdout.replace(str(self.root), "ROOT").replace(str(self.bin), "BIN")
        done.stderr = done.stderr.replace(str(self.root), "ROOT")
        return done


@functools.cache
def template() -> Path:
    """The folder of a machine that nobody has touched; made once a run."""
    scratch = Path(tempfile.mkdtemp(prefix="kdumpctl-template-"))
    atexit.register(shutil.rmtree, scratch)
    machine = Machine.__new__(Machine)
    machine.root = scratch / "root"
    machine.build(scratch)
    return machine.root


def crc32c(data: bytes) -> int:
    """The checksum that btrfs has by default."""
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def entries(archive: bytes) -> Iterator[tuple[str, int, bytes]]:
    """Name, mode and contents of all that is in a newc archive."""
    at = 0
    while True:
        header = archive[at:at + 110]
        assert header[:6] == b"070701", header
        mode, size, name_size = (int(header[6 + 8 * i:14 + 8 * i], 16) for i in (1, 6, 11))
        name = archive[at + 110:at + 109 + name_size].decode()
        start = (at + 110 + name_size + 3) & ~3
        if name == "TRAILER!!!":
            return
        yield name, mode, archive[start:start + size]
        at = (start + size + 3) & ~3


def unpack(archive: bytes) -> dict[str, bytes]:
    """The files of a newc archive; folders end in a slash, device nodes have no contents."""
    return {name + ("/" if mode & 0o170000 == 0o040000 else ""): contents
            for name, mode, contents in entries(archive)}
