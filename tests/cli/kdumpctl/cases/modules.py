# SPDX-License-Identifier: GPL-2.0-or-later
"""What comes with the kernel modules of the capture image."""

import lzma
import os
import subprocess

from expect import IMAGE, fresh, refused, started
from machine import VERSION, Machine

# Runs what follows on a machine whose kernel was told @CMDLINE.
TOLD = 'mount --bind "$1" /proc/cmdline && shift && exec "$@"'
MAKER = "lib/firmware/maker"


def zstd(data: bytes) -> bytes:
    """A frame with one block that is not compressed (RFC 8878)."""
    return (bytes.fromhex("28b52ffd20") + bytes([len(data)])
            + (len(data) << 3 | 1).to_bytes(3, "little") + data)


def put(m: Machine, path: str, data: bytes) -> None:
    """A file of the machine."""
    file = m.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def firmware(machine: Machine) -> dict[str, bytes]:
    """The files of the image that are firmware."""
    folder = "lib/firmware/"
    return {name.removeprefix(folder): data for name, data in machine.image_files().items()
            if name.startswith(folder) and not name.endswith("/")}


def firmware_is_packed(m: Machine) -> None:
    """What a module names is there by the name that it uses, from the folder that is best."""
    put(m, f"{MAKER}/disk-a.bin", b"old")
    put(m, "lib/firmware/updates/maker/disk-a.bin", b"newer")
    put(m, f"lib/firmware/updates/{VERSION}/maker/disk-a.bin.zst", zstd(b"packed is last"))
    put(m, "opt/fw/maker/disk-b.bin.xz", lzma.compress(b"own", check=lzma.CHECK_CRC32))
    put(m, "opt/fw/maker/disk-b.bin.zst", zstd(b"zstd is tried first"))
    m.write("sys/module/firmware_class/parameters/path", "/opt/fw")
    put(m, f"lib/firmware/{VERSION}/maker/fw-1.bin.xz", lzma.compress(b"one"))
    put(m, f"{MAKER}/fw-1.bin.xz", b"damaged, and not looked at")
    put(m, f"{MAKER}/real", b"two")
    (m.root / MAKER / "fw-2.bin").symlink_to("real")
    (m.root / MAKER / "fw-3.bin").symlink_to("nothing")
    put(m, f"{MAKER}/other.bin", b"that nobody asks for")
    fresh(m)
    assert firmware(m) == {
        "maker/disk-a.bin": b"newer", "maker/disk-b.bin": b"zstd is tried first",
        "maker/fw-1.bin": b"one", "maker/fw-2.bin": b"two"}, firmware(m)


def firmware_of_built_in(m: Machine) -> None:
    """A driver that is built in asks for its firmware as well."""
    put(m, f"{MAKER}/in.bin", b"built in")
    put(m, f"lib/modules/{VERSION}/modules.builtin.modinfo",
        b"builtinfs.license=GPL\0builtinfs.firmware=maker/in.bin\0")
    m.write("etc/kdump.conf", "core_collector cp\nextra_modules builtinfs")
    fresh(m)
    assert firmware(m) == {"maker/in.bin": b"built in"}, firmware(m)


def firmware_changes(m: Machine) -> None:
    """What is installed, updated or overridden builds anew."""
    reason, rebuilding = "Detected change(s) in the following file(s):", f"Rebuilding {IMAGE}"
    fresh(m)
    assert not firmware(m)
    put(m, f"{MAKER}/disk-a.bin", b"old")
    started(m, reason, f"  /{MAKER}/disk-a.bin", rebuilding)
    m.run("stop")
    started(m)
    m.run("stop")
    put(m, "lib/firmware/updates/maker/disk-a.bin", b"new")
    started(m, reason, "  /lib/firmware/updates/maker/disk-a.bin", f"  /{MAKER}/disk-a.bin",
            rebuilding)
    assert firmware(m) == {"maker/disk-a.bin": b"new"}


def firmware_takes_memory(m: Machine) -> None:
    """The estimate counts it; too much of it is left out, and said."""
    def needed() -> int:
        lines = dict(line.split(":", 1) for line in m.run("estimate").stdout.splitlines() if line)
        return int(lines["Recommended crashkernel"].split("M")[0])

    m.write("proc/iomem", "100000-4000fffff : System RAM")
    fresh(m)
    before = needed()
    put(m, f"{MAKER}/disk-b.bin", b"b")
    file = m.root / MAKER / "disk-a.bin"
    file.touch()
    os.truncate(file, 16 << 20)
    m.run("start")
    m.run("stop")
    assert 32 <= needed() - before <= 48, (before, needed())  # the file, and the driver's copy
    os.truncate(file, 33 << 20)
    done = m.run("start")
    assert done.returncode == 0, done
    assert done.stderr == ("Warning: the firmware of module disk is more than the capture image "
                           "may hold (32 MiB): what asks for it does not work there\n"), done
    assert not firmware(m)


def options(m: Machine) -> None:
    """modprobe.d's are used; those of the command line come with the capture kernel's own."""
    m.write("etc/modprobe.d/a.conf", "blacklist disk\noptions disk a=1 b=\"2  3\"\n"
            "options busx-pci z=1\noptions unwanted u=1\nalias other disk")
    m.write("etc/modprobe.d/b.conf", "options busx_pci w=2")
    m.write("cmdline", "disk.c=4 busx-pci.v=\"5 6\" quiet")
    user = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "-r", "--mount")
    done = m.run("start", within=(*user, "sh", "-c", TOLD, "sh", str(m.root / "cmdline")))
    assert done.returncode == 0, done
    order = m.image_files()["kdump/modules/order"].decode().splitlines()
    assert order == ["helper.ko", "bus.ko", "busx_pci.ko z=1 w=2", 'disk.ko a=1 b="2  3"',
                     "crc_generic.ko", "testfs.ko"], order
    m.run("stop")
    m.write("etc/modprobe.d/b.conf", "options unwanted u=2")
    m.write("etc/modprobe.d/c.conf", "options busx_pci w=2")
    started(m)
    m.run("stop")
    m.write("etc/modprobe.d/c.conf", "options busx_pci w=3")
    started(m, "Detected change in the options of kernel modules", f"Rebuilding {IMAGE}")


def built_in(m: Machine) -> None:
    """What the capture kernel has built in is there; what is neither in it nor a file is not."""
    folder = m.root / "lib/modules" / VERSION
    m.write("proc/sys/kernel/osrelease", "6.1.0-other")  # so that nothing is known to be loaded
    m.write("etc/sysconfig/kdump", f"KDUMP_KERNELVER={VERSION}")
    for name in ("testfs.ko", "disk.ko.xz"):
        (folder / name).unlink()

    def build_in(*paths: str) -> None:
        (folder / "modules.builtin").write_text("".join(f"kernel/{path}.ko\n" for path in paths))
        subprocess.run(["depmod", "-b", m.root, VERSION], check=True)

    build_in("fs/ext4/ext4")
    refused(m, f"kernel {VERSION} has no module disk, which drives the dump target's device now\n")
    build_in("drivers/block/disk")
    refused(m, f"kernel {VERSION} has no file system ext4\n")
    build_in("drivers/block/disk", "fs/ext4/ext4")
    fresh(m)
    order = m.image_files()["kdump/modules/order"].decode().split()
    assert order == ["helper.ko", "bus.ko", "busx_pci.ko"], order
