# SPDX-License-Identifier: GPL-2.0-or-later
"""What is in the capture image, and when it is built anew."""

import os
import shutil
import subprocess
from pathlib import Path

from expect import FAILED, IMAGE, check, fresh, refused, started
from machine import UUID, VERSION, Machine
from storage import mapped, put_ext4, put_lvm_member, sata_disk

PHYSICAL = "AbCdEf-0123-4567-89Ab-CdEf-GhIj-KlMnOp"


# Runs what follows "--" where the folders in front of it cannot be written to.
READ_ONLY = """
while [ "$1" != -- ]; do
    mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 99
    shift
done
shift
exec "$@"
"""


def image_contents(m: Machine) -> None:
    """Modules in an order that loads, the programs with their libraries, the configuration."""
    fresh(m)
    assert m.image.stat().st_mode & 0o777 == 0o600
    files = m.image_files()
    order = files["kdump/modules/order"].decode().split()
    assert order == ["helper.ko", "bus.ko", "busx_pci.ko", "disk.ko", "crc_generic.ko",
                     "testfs.ko"], order
    assert files["kdump/modules/disk.ko"].startswith(b"\x7fELF")
    assert files["etc/kdump.conf"].decode() == (
        f"ext4 \"UUID={UUID}\"\npath \"/var/crash\"\n"
        "core_collector \"/usr/bin/cp --sparse=always\"\n")
    for name in ("init", "usr/sbin/vmcore-dmesg", "usr/bin/cp", "etc/localtime", "dev/console",
                 "proc/", "sys/", "tmp/", "sysroot/"):
        assert name in files, name
    assert any(name.endswith("/libc.so.6") for name in files)
    assert "kdump/modules/unwanted.ko" not in files


def libraries_by_runpath(m: Machine) -> None:
    """A library that RUNPATH leads to keeps its place; a script brings its interpreter."""
    place = m.root / "opt/p"
    (place / "lib").mkdir(parents=True)
    for name, text in (("own.c", "int own(void) { return 0; }"),
                       ("save.c", "int own(void); int main(void) { return own(); }")):
        (m.bin / name).write_text(text)
    subprocess.run(["gcc", "-shared", "-fPIC", "-Wl,-soname,libown.so", m.bin / "own.c",
                    "-o", place / "lib/libown.so"], check=True)
    subprocess.run(["gcc", m.bin / "save.c", place / "lib/libown.so", "-o", place / "save",
                    "-Wl,--enable-new-dtags,-rpath,/nowhere:$ORIGIN/lib"], check=True)
    (place / "script").write_text("#! /opt/p/save -x\n")
    (place / "script").chmod(0o755)
    m.write("etc/kdump.conf", "core_collector /opt/p/script 'a b'")
    fresh(m)
    files = m.image_files()
    assert {"opt/p/script", "opt/p/save", "opt/p/lib/libown.so"} <= files.keys()
    assert b"core_collector \"/opt/p/script 'a b'\"\n" in files["etc/kdump.conf"]


def image_is_reproducible(m: Machine) -> None:
    """Equal input, equal bytes."""
    fresh(m)
    before = m.image.read_bytes()
    m.image.unlink()
    fresh(m)
    assert m.image.read_bytes() == before


def image_stays(m: Machine) -> None:
    """Neither a second start nor a touched or re-worded kdump.conf builds anew."""
    fresh(m)
    m.write("etc/kdump.conf", "# why not\n  core_collector\tcp --sparse=always  # so")
    started(m)


def image_is_rebuilt(m: Machine) -> None:
    """Each reason is told."""
    rebuilding = f"Rebuilding {IMAGE}"
    files = "Detected change(s) in the following file(s):"
    fresh(m)
    m.write("etc/kdump.conf", "core_collector cp")
    started(m, files, "  /etc/kdump.conf", rebuilding)
    m.run("stop")
    os.utime(m.root / "usr/bin/cp", (1, 1))
    started(m, files, "  /usr/bin/cp", rebuilding)
    m.run("stop")
    (m.root / "var/dumps").mkdir()
    m.write("etc/kdump.conf", "core_collector cp\npath /var/dumps")
    started(m, "Detected change in File System", rebuilding)
    m.run("stop")
    m.image.write_bytes(b"not ours")
    started(m, f"{IMAGE} has no record of what it was made from", rebuilding)


def extra_modules_and_bins(m: Machine) -> None:
    """What kdump.conf names besides comes with what it depends on; each must be there."""
    m.copy_program(Path(shutil.which("ls")), "/opt/list")
    conf = "core_collector cp\nextra_modules unwanted busx-pci\nextra_bins /opt/list cp\n"
    m.write("etc/kdump.conf", conf)
    fresh(m)
    files = m.image_files()
    assert files["kdump/modules/order"].decode().split()[-1] == "unwanted.ko"
    assert "kdump/modules/unwanted.ko" in files and "opt/list" in files and "usr/bin/cp" in files
    os.utime(m.root / "opt/list", (1, 1))
    started(m, "Detected change(s) in the following file(s):", "  /opt/list",
            f"Rebuilding {IMAGE}")
    m.run("stop")
    (m.root / "opt/list").chmod(0o644)
    for line, stderr in (("extra_bins /opt/list", "Error: /opt/list is not executable.\n"),
                         ("extra_bins none", "Error: none not found.\n")):
        m.write("etc/kdump.conf", f"core_collector cp\n{line}")
        check(m.run("start"), 1, FAILED, f"kdump.conf:2: {stderr}")
    m.write("etc/kdump.conf", "core_collector cp\nextra_modules nosuch")
    check(m.run("start"), 1, FAILED, f"extra_modules: kernel {VERSION} has no module nosuch\n")


def hooks_are_packed(m: Machine) -> None:
    """Programs around the dump, with interpreters behind interpreters; a change builds anew."""
    m.copy_program(Path("/bin/sh").resolve(), "/bin/sh")
    for place in ("bin/env", "opt/pre", "opt/post", "etc/kdump/pre.d/10", "etc/kdump/post.d/a",
                  "usr/bin/own"):
        (m.root / place).parent.mkdir(parents=True, exist_ok=True)
    m.program(m.root / "bin/env", "#!/bin/sh\n")
    m.program(m.root / "usr/bin/own", "#! /bin/sh -e\n")
    m.program(m.root / "opt/pre", "#!/bin/env -S X=1 own -x\n")
    m.program(m.root / "opt/post", "#!/bin/sh")
    m.program(m.root / "etc/kdump/pre.d/10", "#!/bin/sh")
    m.write("etc/kdump/pre.d/README", "Put programs here.")
    m.write("etc/kdump.conf", "core_collector cp\nkdump_pre /opt/pre\nkdump_post /opt/post")
    fresh(m)
    files = m.image_files()
    assert {"opt/pre", "opt/post", "bin/env", "bin/sh", "usr/bin/own", "etc/kdump/pre.d/10"} \
        <= files.keys()
    assert not any("README" in name for name in files)
    assert b'kdump_pre "/opt/pre"\nkdump_post "/opt/post"\n' in files["etc/kdump.conf"]
    reason = "Detected change(s) in the following file(s):"
    m.program(m.root / "etc/kdump/post.d/a", "#!/bin/sh")
    started(m, reason, "  /etc/kdump/post.d/a", f"Rebuilding {IMAGE}")
    m.run("stop")
    os.utime(m.root / "opt/pre", (1, 1))
    started(m, reason, "  /opt/pre", f"Rebuilding {IMAGE}")


def collectors_and_shell(m: Machine) -> None:
    """makedumpfile is there for when another collector fails; a shell only if it is asked for."""
    m.copy_program(Path("/bin/sh").resolve(), "/bin/sh")
    m.copy_program(Path(shutil.which("ls")), "/bin/ls")
    m.copy_program(Path(shutil.which("cat")), "/usr/bin/makedumpfile")
    m.write("etc/kdump.conf",
            "core_collector builtin\nkeep_dumps 3\nmin_free 1M\ncrash_loop 2 600")
    fresh(m)
    files = m.image_files()
    assert "usr/bin/makedumpfile" in files
    assert not {"bin/sh", "bin/ls", "usr/bin/cp"} & files.keys()
    conf = files["etc/kdump.conf"].decode()
    assert 'core_collector "builtin"\n' in conf, conf
    assert conf.endswith(
        "keep_dumps 3\nmin_free 1048576\ncrash_loop 2 600 poweroff\n"), conf
    m.image.unlink()
    m.write("etc/kdump.conf", "core_collector builtin\nfailure_action shell")
    fresh(m)
    assert {"bin/sh", "bin/ls"} <= m.image_files().keys()
    (m.root / "bin/sh").unlink()
    check(m.run("start"), 1, FAILED,
          "failure_action shell: cannot open /bin/sh: No such file or directory\n")


def root_file_system_too(m: Machine) -> None:
    """What dump_to_rootfs needs is in the image: the file system of / and a folder on it."""
    second = "22222222-2222-3333-4444-555555555555"
    m.disk("vda2", 2, second)
    with (m.root / "proc/self/mountinfo").open("a") as table:
        table.write("24 23 254:2 / /srv rw - ext4 /dev/vda2 rw\n")
    (m.root / "srv/x").mkdir(parents=True)
    (m.root / "var/crash").rmdir()
    m.write("etc/kdump.conf", "core_collector cp\npath /srv/x\nfailure_action dump_to_rootfs")
    fresh(m)
    files = m.image_files()
    assert f'ext4 "UUID={second}"\npath "/x"\n' in files["etc/kdump.conf"].decode()
    conf = files["kdump/rootfs.conf"].decode()
    assert conf.startswith(f'ext4 "UUID={UUID}"\npath "/var/crash"\n'), conf
    order = files["kdump/modules/order"].decode().split()
    assert len(order) == len(set(order)), order
    m.image.unlink()
    m.write("proc/self/mountinfo", "22 1 0:5 / / rw - tmpfs none rw\n"
            "24 23 254:2 / /srv rw - ext4 /dev/vda2 rw")
    done = m.run("start")
    assert done.returncode == 1 and "kdump.conf:3: failure_action dump_to_rootfs: " in done.stderr


def root_file_system_of_layers(m: Machine) -> None:
    """It may be made of disks where the target is on a server, and not beside another disk."""
    root = "33333333-3333-4444-5555-666666666666"
    m.network()
    sata_disk(m, "sda", "8:0")
    put_lvm_member(m, "sda", PHYSICAL)
    mapped(m, "dm-0", "253:0", "vm-root", "0 8 linear 8:0 2048")
    put_ext4(m, "dm-0", root)
    mounts = "22 1 253:0 / / rw - ext4 /dev/dm-0 rw\n"
    m.write("proc/self/mountinfo", f"{mounts}24 22 254:1 / /srv rw - ext4 /dev/vda1 rw")
    (m.root / "srv").mkdir()
    m.write("etc/kdump.conf", "core_collector cp\npath /srv\nfailure_action dump_to_rootfs")
    done = m.run("start")
    assert done.returncode == 1, done
    assert "failure_action dump_to_rootfs: the root file system is on LVM, md or " in done.stderr, done
    m.write("proc/self/mountinfo",
            f"{mounts}24 22 0:40 / /srv rw - nfs4 store:/export rw,vers=4.2,addr=192.0.2.1")
    fresh(m)
    files = m.image_files()
    assert files["kdump/layers"].decode() == \
        f"dm vm-root\nmap 0 8 linear @UUID={PHYSICAL} 2048\n", files["kdump/layers"]
    assert f'ext4 "UUID={root}"' in files["kdump/rootfs.conf"].decode()
    assert "dm_mod.ko" in files["kdump/modules/order"].decode().split()


def root_file_system_elsewhere(m: Machine) -> None:
    """One that the host shares takes the driver for that; one on a server has no way recorded."""
    second = "22222222-2222-3333-4444-555555555555"
    m.disk("vda2", 2, second)
    srv = "24 23 254:2 / /srv rw - ext4 /dev/vda2 rw"
    m.write("proc/self/mountinfo", f"23 1 0:40 / / rw - virtiofs host rw\n{srv}")
    (m.root / "srv/x").mkdir(parents=True)
    m.write("etc/kdump.conf", "core_collector cp\npath /srv/x\nfailure_action dump_to_rootfs")
    blamed = "kdump.conf:3: failure_action dump_to_rootfs: "
    refused(m, f"{blamed}this machine has no virtiofs device\n"
               "It is the host that gives the machine one.\n")
    m.virtiofs("card")
    fresh(m)
    files = m.image_files()
    conf = files["kdump/rootfs.conf"].decode()
    assert conf.startswith('virtiofs "host"\npath "/var/crash"\ndump_host "web-0123abcd"\n'), conf
    assert "dump_host" not in files["etc/kdump.conf"].decode()
    assert {"kdump/modules/card.ko", "kdump/modules/sharefs.ko", "kdump/modules/disk.ko"} \
        <= files.keys()
    m.image.unlink()
    m.write("proc/self/mountinfo", "23 1 0:41 / / rw - nfs4 store:/root rw,vers=4.2,"
            f"proto=tcp,addr=192.0.2.1\n{srv}")
    refused(m, f"{blamed}the root file system is on a server, and the target is elsewhere\n"
               "Choose another failure_action.\n")


def hooks_that_cannot_run(m: Machine) -> None:
    """What the capture kernel could not run is refused now."""
    file = m.root / "etc/kdump/pre.d/10"
    file.parent.mkdir(parents=True)
    for text, stderr in (
            ("echo", "/etc/kdump/pre.d/10: neither an ELF program nor a script\n"
             "A script begins with its interpreter: #!/bin/sh\n"),
            ("#!/opt/none", "/etc/kdump/pre.d/10: its interpreter: cannot open /opt/none: "
             "No such file or directory\n"),
            ("#!none", "/etc/kdump/pre.d/10: its interpreter is 'none'\n")):
        m.program(file, text)
        check(m.run("start"), 1, FAILED, stderr)
    file.unlink()
    m.write("opt/post", "text")
    (m.root / "opt/post").chmod(0o755)
    m.write("etc/kdump.conf", "core_collector cp\nkdump_post /opt/post")
    check(m.run("start"), 1, FAILED,
          "kdump.conf:2: /opt/post: neither an ELF program nor a script\n"
          "A script begins with its interpreter: #!/bin/sh\n")


def new_driver(m: Machine) -> None:
    """A driver that the image lacks is a reason of its own."""
    path = m.root / "sys/bus/virtio/drivers/disk/module"
    path.unlink()
    m.write("sys/module/unwanted/initstate", "live")
    m.link("sys/bus/virtio/drivers/disk/module", "sys/module/unwanted")
    fresh(m)
    path.unlink()
    m.link("sys/bus/virtio/drivers/disk/module", "sys/module/disk")
    started(m, "Detected change in block device driver, new loaded module: "
               f"/lib/modules/{VERSION}/disk.ko.xz",
            "Detected change(s) in the following file(s):",
            f"  /lib/modules/{VERSION}/unwanted.ko", f"Rebuilding {IMAGE}")


def driver_by_alias(m: Machine) -> None:
    """Where sysfs names no module the alias does; one that is not loaded is not needed."""
    (m.root / "sys/bus/virtio/drivers/disk/module").unlink()
    fresh(m)
    assert "kdump/modules/disk.ko" in m.image_files()
    shutil.rmtree(m.root / "sys/module/disk")
    m.run("start")
    assert "kdump/modules/disk.ko" not in m.image_files()


def nvme_multipath(m: Machine) -> None:
    """A name space below a subsystem is reached through each of its controllers."""
    subsystem = "sys/devices/virtual/nvme-subsystem/nvme-subsys0"
    controller = "sys/devices/pci0000:00/0000:00:04.0/nvme/nvme0"
    m.write(f"{subsystem}/nvme0n1/nvme0n1p1/uevent",
            "MAJOR=254\nMINOR=1\nDEVNAME=vda1")
    m.write(f"{controller}/state", "live")
    m.link(f"{subsystem}/nvme0", controller)
    (m.root / "sys/dev/block/254:1").unlink()
    m.link("sys/dev/block/254:1", f"{subsystem}/nvme0n1/nvme0n1p1")
    fresh(m)
    files = m.image_files()
    assert "kdump/modules/busx_pci.ko" in files and "kdump/modules/disk.ko" not in files


def boot_folder_is_read_only(m: Machine) -> None:
    """The image goes elsewhere, and stays there; where that cannot be written either, it fails."""
    boot, state = m.root / "boot", m.root / "var/lib/kdump"
    state.mkdir(parents=True)
    place = f"/var/lib/kdump/initramfs-{VERSION}kdump.img"
    user = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "-r", "--mount")
    only_boot, both = ((*user, "sh", "-c", READ_ONLY, "sh", *folders, "--")
                       for folders in ((str(boot),), (str(boot), str(state))))
    done = m.run("start", within=both)
    assert done.returncode == 1 and done.stdout.endswith(FAILED), done.stdout
    assert done.stderr == f"cannot create {place}-incomplete: Read-only file system\n", done.stderr
    done = m.run("start", within=only_boot)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Rebuilding {place}\n" in done.stdout and f" --initrd=ROOT{place} " in done.stdout
    assert not list(boot.glob("*kdump.img*"))
    m.run("stop")
    done = m.run("start", within=both)
    assert done.stdout.startswith("kexec command: "), done.stdout


def failed_rebuild_keeps_image(m: Machine) -> None:
    """The old image stays when a new one cannot be built."""
    fresh(m)
    before = m.image.read_bytes()
    (m.root / f"lib/modules/{VERSION}/disk.ko.xz").write_bytes(b"\xfd7zXZ\0damaged")
    done = m.run("start")
    assert done.returncode == 1 and "disk.ko.xz" in done.stderr, done.stderr
    assert done.stdout.endswith(FAILED), done.stdout
    assert m.image.read_bytes() == before
    assert [p.name for p in m.image.parent.glob("*incomplete*")] == []


def missing_parts(m: Machine) -> None:
    """Kernel, collector, library: each named, with where it was looked for."""
    m.write("etc/kdump.conf", "")
    done = m.run("start")
    assert done.stderr.startswith("core_collector: makedumpfile: no such program in "), done.stderr
    m.write("etc/kdump.conf", "core_collector cp")
    m.write("etc/sysconfig/kdump", "KDUMP_KERNELVER=9.9")
    done = m.run("start")
    assert done.stderr.startswith(
        "Failed to detect kdump kernel location: none of /boot/vmlinuz-9.9, "), done.stderr
    (m.root / "etc/sysconfig/kdump").unlink()
    for library in m.root.glob("**/libc.so.6"):
        library.unlink()
    done = m.run("start")
    assert "needs libc.so.6, which is in none of the loader's folders" in done.stderr, done.stderr
