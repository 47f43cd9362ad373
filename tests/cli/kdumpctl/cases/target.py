# SPDX-License-Identifier: GPL-2.0-or-later
"""Where dumps go to."""

import re
import struct
from pathlib import Path

from expect import IMAGE, fresh, image_conf, refused, started
from machine import NETWORK, UUID, Machine

OTHER_UUID = "22222222-3333-4444-5555-666666666666"


def dump_path(m: Machine) -> None:
    """The default folder is made, another one has to be there."""
    (m.root / "var/crash").rmdir()
    fresh(m)
    assert (m.root / "var/crash").is_dir()
    m.image.unlink()
    m.write("etc/kdump.conf", "path /srv/x\ncore_collector cp")
    refused(m, "kdump.conf:1: Dump path /srv/x does not exist.\nCreate it: mkdir -p /srv/x\n")


def separate_file_system(m: Machine) -> None:
    """Mount point and bind mounts are taken off the path, links followed."""
    (m.root / "srv/dumps/x").mkdir(parents=True)
    m.link("dumps", "srv/dumps")
    m.write("etc/kdump.conf", "path /dumps/x\ncore_collector cp")
    m.write("proc/self/mountinfo",
            "23 1 254:9 / / rw - btrfs /dev/vdb rw\n"
            "24 1 254:1 /sub /srv/dumps rw - ext4 /dev/vda1 rw")
    fresh(m)
    assert b'path "/sub/x"\n' in m.image_files()["etc/kdump.conf"]


def second_disk(m: Machine, mounted: str = "") -> None:
    """/dev/vda2, by all of its names; its folder /dumps if it is mounted."""
    m.disk("vda2", 2, OTHER_UUID)
    for link in (f"by-uuid/{OTHER_UUID}", "by-label/crash\\x20disk", "by-partuuid/0001",
                 "by-partlabel/dumps"):
        m.link(f"dev/disk/{link}", "dev/vda2")
    m.link("dev/crash", "dev/disk/by-partuuid/0001")
    if mounted:
        second_disk_is_mounted(m, mounted)


def second_disk_is_mounted(m: Machine, place: str) -> None:
    """Mount it."""
    (m.root / place / "dumps").mkdir(parents=True)
    with (m.root / "proc/self/mountinfo").open("a") as table:
        table.write(f"24 23 254:2 / /{place} rw - ext4 /dev/vda2 "
                    "ro,errors=remount-ro,seclabel\n")


def target_by_any_name(m: Machine) -> None:
    """Node, links and tags become the UUID; the path is the target's own, wherever it is."""
    second_disk(m, "mnt/there")
    for name in ("/dev/vda2", "/dev/crash", f"/dev/disk/by-uuid/{OTHER_UUID}", f"UUID={OTHER_UUID}",
                 "LABEL=crash disk", "PARTUUID=0001", "PARTLABEL=dumps"):
        m.write("etc/kdump.conf", f"core_collector cp\next4 {name}\npath /dumps")
        assert image_conf(m)[:3] == [f'ext4 "UUID={OTHER_UUID}"',
                                     'mount_options "errors=remount-ro"', 'path "/dumps"'], name
    m.write("etc/kdump.conf", 'core_collector cp\npath /dumps\n'
            'dracut_args --mount "LABEL=crash\\ disk /kdumproot ext4 data=journal,ro"')
    assert image_conf(m)[:3] == [f'ext4 "UUID={OTHER_UUID}"', 'mount_options "data=journal"',
                                 'path "/dumps"']


def other_mount_options(m: Machine) -> None:
    """They are the file system's, and changed ones a reason for a new image."""
    fresh(m)
    m.write("proc/self/mountinfo", "23 1 254:1 / / rw,relatime - ext4 /dev/vda1 ro,seclabel")
    started(m)
    m.run("stop")
    m.write("proc/self/mountinfo", "23 1 254:1 / / rw - ext4 /dev/vda1 rw,data=journal")
    started(m, "Detected change in File System", f"Rebuilding {IMAGE}")


def path_on_target(m: Machine) -> None:
    """Links are followed on the target, but not out of it; the folder has to be there."""
    second_disk(m, "mnt")
    (m.root / "mnt/link").symlink_to("dumps")
    (m.root / "mnt/out").symlink_to("../var")
    m.write("etc/kdump.conf", "ext4 /dev/vda2\ncore_collector cp\npath /link/")
    assert 'path "/dumps"' in image_conf(m)
    m.image.unlink()
    m.write("etc/kdump.conf", "path /none\next4 /dev/vda2\ncore_collector cp")
    refused(m, 'kdump.conf:2: Dump path "/none" does not exist in dump target "/dev/vda2"\n'
               "Create it: mkdir -p /mnt/none\n")
    m.write("etc/kdump.conf", "path /out\next4 /dev/vda2\ncore_collector cp")
    refused(m, 'kdump.conf:2: Dump path "/out" leads out of dump target "/dev/vda2", to /var\n')
    m.write("etc/kdump.conf", "ext4 /dev/vda2\ncore_collector cp")
    refused(m, 'kdump.conf:1: Dump path "/var/crash" does not exist in dump target "/dev/vda2"\n'
               "Create it: mkdir -p /mnt/var/crash\n")


def target_of_another_type(m: Machine) -> None:
    """Both types are named."""
    m.write("etc/kdump.conf", "xfs /dev/vda1")
    refused(m, 'kdump.conf:1: "/dev/vda1" have a wrong type config "xfs", expected "ext4"\n'
               "Write ext4 /dev/vda1\n")
    m.disk("vda3", 3, OTHER_UUID, "ext2")
    m.write("etc/fstab", "/dev/vda3 /x ext2 noauto")
    m.write("etc/kdump.conf", "ext3 /dev/vda3")
    refused(m, 'kdump.conf:1: "/dev/vda3" have a wrong type config "ext3", expected "ext2"\n'
               "Write ext2 /dev/vda3\n")


def no_such_target(m: Machine) -> None:
    """Devices that are not there, and files that are no devices."""
    m.write("dev/file", "")
    for name, stderr in (
            ("/dev/vdz", "there is no device /dev/vdz\nlsblk -f lists those that there are.\n"),
            ("LABEL=x", "there is no device LABEL=x\nlsblk -f lists those that there are.\n"),
            ("/dev/file", "/dev/file is not a block device\n"),
            ("/etc/kdump.conf", "/etc/kdump.conf is not a block device\n")):
        m.write("etc/kdump.conf", f"ext4 {name}")
        refused(m, f"kdump.conf:1: {stderr}")


def target_that_is_not_mounted(m: Machine) -> None:
    """It needs a line in fstab with noauto; its options are then taken from there."""
    second_disk(m)
    m.write("etc/kdump.conf", "ext4 LABEL=crash disk\ncore_collector cp\npath /any")
    stderr = ('kdump.conf:1: Dump target "LABEL=crash disk" is neither mounted nor configured as '
              '"noauto"\nMount it, or give it a line with the option noauto in /etc/fstab.\n')
    refused(m, stderr)
    m.write("etc/fstab", "/dev/vda1 / ext4 noauto\n"
            f"UUID={OTHER_UUID} /mnt ext4 defaults,commit=9")
    refused(m, stderr)
    m.write("etc/fstab", "# x\n\nLABEL=none /x ext4 noauto\n/dev/vda1 / ext4 noauto\n"
            f"UUID={OTHER_UUID} /mnt ext4 ro,noauto,nofail,commit=9 0 2")
    assert image_conf(m)[:3] == [f'ext4 "UUID={OTHER_UUID}"', 'mount_options "commit=9"',
                                 'path "/any"']


def only_a_folder_is_mounted(m: Machine) -> None:
    """A bind mount shows a part of the target; the path is still the target's own."""
    (m.root / "srv/in").mkdir(parents=True)
    m.write("proc/self/mountinfo", "23 1 254:9 / / rw - btrfs /dev/vdb rw\n"
            "24 23 254:1 /sub /srv rw - ext4 /dev/vda1 rw")
    for path, inner in (("/sub/in", "/sub/in"), ("/sub", "/sub"), ("/else", "/else"),
                        ("/submarine", "/submarine")):
        m.write("etc/kdump.conf", f"ext4 UUID={UUID}\ncore_collector cp\npath {path}")
        m.link(f"dev/disk/by-uuid/{UUID}", "dev/vda1")
        assert f'path "{inner}"' in image_conf(m)
        (m.root / f"dev/disk/by-uuid/{UUID}").unlink()
    m.image.unlink()
    m.write("etc/kdump.conf", "ext4 /dev/vda1\ncore_collector cp\npath /sub/none")
    refused(m, 'kdump.conf:1: Dump path "/sub/none" does not exist in dump target "/dev/vda1"\n'
               "Create it: mkdir -p /srv/none\n")


def little_space(m: Machine) -> None:
    """Too little or unknown space is a warning, and nothing else."""
    m.write("proc/meminfo", f"MemTotal: {1 << 53} kB")
    done = m.run("start")
    assert done.returncode == 0
    assert re.fullmatch(r"Warning: There might not be enough space to save a vmcore\. The size of "
                        r"/dev/vda1 should be greater than 9007199254740992 kilo bytes: \d+ are "
                        r"free\.\n", done.stderr), done.stderr
    m.run("stop")
    (m.root / "proc/meminfo").unlink()
    done = m.run("start")
    assert done.returncode == 0
    assert done.stderr == ("Warning: whether there is space for a dump is not known: cannot open "
                           "/proc/meminfo: No such file or directory\n"), done.stderr


def nfs_options(m: Machine) -> None:
    """Those of dracut_args count, those of a mount as far as they are for a capture."""
    (m.root / "mnt/var/crash").mkdir(parents=True)
    options = 'mount_options "nfsvers=4.1,hard,timeo=100"'
    m.network()
    for mounts in ("", "24 23 0:40 / /mnt rw - nfs4 store:/export rw,vers=4.2,hard,timeo=600,"
                   "retrans=2,addr=192.0.2.1"):
        m.write("proc/self/mountinfo", f"23 1 254:1 / / rw - ext4 /dev/vda1 rw\n{mounts}")
        m.write("etc/kdump.conf", "nfs store:/export\npath /var/crash\ncore_collector cp")
        if mounts:
            assert image_conf(m)[1] == 'mount_options "vers=4.2"', image_conf(m)
        m.write("etc/kdump.conf", 'dracut_args --mount "store:/export /mnt nfs '
                'nfsvers=4.1,hard,timeo=100,bg,addr=::1"\npath /var/crash\ncore_collector cp')
        assert image_conf(m)[1] == options, image_conf(m)


def nfs_below_the_path(m: Machine) -> None:
    """A path on an NFS mount is an NFS target, with the way to the server in the image."""
    m.write("proc/self/mountinfo", "23 1 254:1 / / rw - ext4 /dev/vda1 rw\n"
            "24 23 0:40 / /var/crash rw - nfs4 store:/export rw,vers=4.2,addr=192.0.2.1")
    m.write("etc/kdump.conf", "path /var/crash\ncore_collector cp")
    refused(m, "kdump.conf:1: the way to store: the network below ROOT cannot be asked for: there "
               "is no record of it, /kdump/network\n")
    m.network()
    assert image_conf(m)[:3] == ['nfs "store:/export"', 'mount_options "vers=4.2"', 'path "/"']
    files = m.image_files()
    order = files["kdump/modules/order"].decode().split()
    assert files["kdump/network"].decode() == NETWORK + "\n", files["kdump/network"]
    assert order == [f"{name}.ko" for name in ("helper", "bus", "busx_pci", "card", "nfs", "8021q",
                                               "nfsv4")], order
    m.write("kdump/network", NETWORK.replace("192.0.2.2", "192.0.2.3"))
    started(m, "Detected change in the network to the dump target", f"Rebuilding {IMAGE}")


def btrfs_by_path(m: Machine) -> None:
    """What lies in a subvolume is found from the top, whichever is mounted where."""
    m.disk("vda2", 2, OTHER_UUID)
    m.btrfs("vda2", OTHER_UUID)
    m.write("etc/kdump.conf", "core_collector cp")
    m.write("proc/self/mountinfo",
            "23 1 0:30 /@/.snapshots/1/snapshot / rw - btrfs /dev/vda2 "
            "rw,ssd,subvolid=266,subvol=/@/.snapshots/1/snapshot\n"
            "24 23 0:30 /@var /var rw - btrfs /dev/vda2 rw,ssd,subvolid=257,subvol=/@var")
    conf = image_conf(m)
    assert conf[:3] == [f'btrfs "UUID={OTHER_UUID}"', 'mount_options "ssd,subvolid=5"',
                        'path "/@var/crash"'], conf
    names = [Path(name).name for name in m.image_files() if name.endswith(".ko")]
    assert {"treefs.ko", "crc_generic.ko", "hash.ko", "disk.ko"} <= set(names), names
    # A bind mount of a folder in a subvolume, as image-based systems have it.
    m.write("proc/self/mountinfo", "23 1 0:30 /root/ostree/var /var rw - btrfs /dev/vda2 rw")
    assert image_conf(m)[2] == 'path "/root/ostree/var/crash"'


def btrfs_by_name(m: Machine) -> None:
    """A path is that of the subvolume which is mounted, and may lie in another one on it."""
    m.disk("vda2", 2, OTHER_UUID)
    m.btrfs("vda2", OTHER_UUID)
    m.link("dev/mapper/there", "dev/vda2")
    (m.root / "mnt/sub/dumps").mkdir(parents=True)
    m.write("etc/kdump.conf", "core_collector cp\nbtrfs /dev/vda2\npath /sub/dumps")
    mounts = ("23 1 254:1 / / rw - ext4 /dev/vda1 rw\n"
              "24 23 0:30 /@x /mnt rw - btrfs /dev/mapper/there rw,subvolid=257,subvol=/@x\n")
    m.write("proc/self/mountinfo", mounts)
    assert image_conf(m)[1:3] == ['mount_options "subvolid=5"', 'path "/@x/sub/dumps"']
    m.write("proc/self/mountinfo", mounts + "25 24 0:30 /@sub /mnt/sub rw - btrfs /dev/vda2 rw")
    assert image_conf(m)[2] == 'path "/@sub/dumps"'
    m.write("etc/kdump.conf", "core_collector cp\nbtrfs /dev/vda2\npath /@x/sub")
    assert image_conf(m)[2] == 'path "/@sub"'
    m.image.unlink()
    m.write("proc/self/mountinfo", mounts + "25 24 0:31 / /mnt/sub rw - tmpfs x rw")
    refused(m, 'kdump.conf:2: Dump path "/@x/sub" leads out of dump target "/dev/vda2", to '
               "/mnt/sub\n")
    m.write("etc/kdump.conf", "btrfs /dev/vda2\npath /none")
    refused(m, 'kdump.conf:1: Dump path "/none" does not exist in dump target "/dev/vda2"\n'
               "Create it: mkdir -p /mnt/none\n")


def btrfs_that_is_not_mounted(m: Machine) -> None:
    """The subvolume that fstab or a --mount names is part of the path."""
    m.disk("vda2", 2, OTHER_UUID)
    m.btrfs("vda2", OTHER_UUID)
    conf = "core_collector cp\nbtrfs /dev/vda2\npath /dumps"
    for options, said, inner in (("ssd,subvol=@x/", "ssd,subvolid=5", "/@x/dumps"),
                                 ("subvol=/@x", "subvolid=5", "/@x/dumps"),
                                 ("subvolid=300,ssd", "ssd,subvolid=300", "/dumps"),
                                 ("ssd", "ssd", "/dumps")):
        m.write("etc/fstab", f"/dev/vda2 /mnt btrfs noauto,{options} 0 0")
        m.write("etc/kdump.conf", conf)
        assert image_conf(m)[1:3] == [f'mount_options "{said}"', f'path "{inner}"'], options
    m.write("etc/kdump.conf", 'core_collector cp\npath /dumps\n'
            'dracut_args --mount "/dev/vda2 /x btrfs subvol=@y"')
    assert image_conf(m)[1:3] == ['mount_options "subvolid=5"', 'path "/@y/dumps"']


def target_without_uuid(m: Machine) -> None:
    """A minix file system has nothing to be told by."""
    m.disk("vda2", 2, OTHER_UUID)
    disk = bytearray(4 << 20)
    disk[1024:1024 + 20] = struct.pack("<HHHHHHIHH", 96, 4096, 1, 1, 7, 0, 268966912, 0x138f, 1)
    (m.root / "dev/vda2").write_bytes(disk)
    m.write("etc/kdump.conf", "minix /dev/vda2")
    refused(m, "kdump.conf:1: /dev/vda2: the minix file system on it has no UUID\n"
               "The capture kernel could not tell it from others; use one that has, such as ext4 "
               "or xfs.\n")


def unhandled_targets(m: Machine) -> None:
    """File systems that the image cannot manage are refused by name."""
    m.write("proc/self/mountinfo", "23 1 0:9 / / rw - tmpfs x rw")
    refused(m, "dump path /var/crash lies on a file system of type tmpfs, which the capture image "
               "cannot handle\nLet 'path' in /etc/kdump.conf name a folder on ext2, ext3, ext4, "
               "xfs, btrfs, virtiofs or NFS.\n")


def virtiofs(m: Machine) -> None:
    """A folder of the host's, by its tag; all devices of that kind are taken."""
    m.write("etc/kdump.conf", "core_collector cp\nvirtiofs crash disk\npath /x")
    refused(m, "kdump.conf:2: virtiofs: 'crash disk' is no tag: one word of at most 36 bytes\n")
    m.write("etc/kdump.conf", "core_collector cp\nvirtiofs host\npath /dumps")
    unmounted = ('kdump.conf:2: Dump target "host" is neither mounted nor configured as "noauto"\n'
                 "Mount it, or give it a line with the option noauto in /etc/fstab.\n")
    refused(m, unmounted)
    m.write("etc/fstab", "host /srv/host virtiofs defaults 0 0")
    refused(m, unmounted)
    with (m.root / "proc/self/mountinfo").open("a") as table:
        table.write("24 23 0:40 / /srv/host rw - virtiofs host rw\n")
    (m.root / "srv/host").mkdir(parents=True)
    refused(m, 'kdump.conf:2: Dump path "/dumps" does not exist in dump target "host"\n'
               "Create it: mkdir -p /srv/host/dumps\n")
    (m.root / "srv/host/dumps").mkdir()
    refused(m, "this machine has no virtiofs device\n"
               "It is the host that gives the machine one.\n")
    m.virtiofs("card")
    told_apart = ['virtiofs "host"', 'path "/dumps"', 'dump_host "web-0123abcd"']
    assert image_conf(m)[:3] == told_apart, image_conf(m)
    modules = {Path(name).stem for name in m.image_files() if name.endswith(".ko")}
    assert modules == {"bus", "helper", "busx_pci", "card", "sharefs"}, modules
    m.write("etc/kdump.conf", "core_collector cp\npath /srv/host/dumps")
    assert image_conf(m)[:3] == told_apart


def machines_with_one_folder(m: Machine) -> None:
    """Names of dumps begin with host name and machine ID; the image follows these."""
    m.shared_crash()
    fresh(m)
    for name, said in (("db", "db"), ("db.example.com", "db.example.com"), ("-x/y z", "_x_y_z"),
                       (".h", "_h"), ("a" * 64, "a" * 64), ("(none)", "_none_"), ("", "localhost")):
        m.write("proc/sys/kernel/hostname", name)
        started(m, "Detected change in File System", f"Rebuilding {IMAGE}")
        conf = m.image_files()["etc/kdump.conf"].decode()
        assert f'dump_host "{said}-0123abcd"\n' in conf, conf
        m.run("stop")
    m.write("etc/machine-id", "f" * 32)
    assert 'dump_host "localhost-ffffffff"' in image_conf(m), image_conf(m)
    m.image.unlink()
    known = "dumps in a folder that others save to are told apart by the machine ID: "
    for text in ("uninitialized", "f" * 31, "f" * 33):
        m.write("etc/machine-id", text)
        refused(m, f"{known}/etc/machine-id holds no machine ID\n"
                "Make one: systemd-machine-id-setup\n")
    (m.root / "etc/machine-id").unlink()
    refused(m, f"{known}cannot open /etc/machine-id: No such file or directory\n"
            "Make one: systemd-machine-id-setup\n")


def virtiofs_that_is_not_mounted(m: Machine) -> None:
    """A line with noauto in fstab is enough."""
    m.virtiofs("card")
    m.write("etc/kdump.conf", "core_collector cp\nvirtiofs host\npath /dumps")
    m.write("etc/fstab", "host /srv/host virtiofs ro,noauto,nofail 0 0")
    assert image_conf(m)[:2] == ['virtiofs "host"', 'path "/dumps"'], image_conf(m)
