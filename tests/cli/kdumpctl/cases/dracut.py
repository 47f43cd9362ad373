# SPDX-License-Identifier: GPL-2.0-or-later
"""The capture image that dracut builds: when, from what, with which words."""

import gzip
import os
import re
import shutil
import struct
from pathlib import Path

from expect import IMAGE, refused, started
from machine import PREFIX, UUID, VERSION, Machine

MODULE = "usr/lib/dracut/modules.d/98kexec-kdump"
STAGE = "var/lib/kdump/dracut"
STACKED = ("the dump target's device dm-0 (vault) is encrypted (LUKS), which the capture image "
           "cannot handle")
BUILDER = "The capture image is built by dracut: "
# What dracut's module finds is kept, and part of what it "makes".
DRACUT = """#!/bin/sh
[ ! -e {root}/dracut-fails ] || {{ echo 'dracut: no' >&2; exit 3; }}
printf '%s\\n' "$@" > {root}/dracut-words
cd {root}/kept || exit 1
cp "$KDUMP_STAGE/programs" "$KDUMP_STAGE/kdump.conf" .
units=etc/systemd/system
mkdir -p $units/initrd.target.wants
touch etc/kdump.conf $units/kdump-capture.service $units/initrd.target.wants/kdump-capture.service
while read -r source name; do
	name=usr/bin/${{name##*/}} # as where all are in one folder
	mkdir -p "${{name%/*}}" && touch "$name"
done < programs
[ ! -e {root}/dracut-forgets ] || rm "$(cat {root}/dracut-forgets)"
if [ -e {root}/dracut-squashes ]; then
	find . -mindepth 1 -delete
	mkdir -p squash && touch init "$(cat {root}/dracut-squashes)"
fi
while [ $# -gt 2 ]; do shift; done
find . -type f | cpio -o -H newc --quiet | gzip > "$1"
[ ! -e {root}/dracut-writes ] || cp {root}/dracut-writes "$1"
"""


def install(machine: Machine) -> None:
    """dracut, with our module for it."""
    (machine.root / "kept").mkdir()
    (machine.root / "var/lib").mkdir()
    machine.program(machine.root / "usr/bin/dracut", DRACUT.format(root=machine.root))
    machine.program(machine.root / "usr/bin/gzip", "#!/bin/sh")
    machine.write(f"{MODULE}/module-setup.sh", "install() { :; }")


def stack(machine: Machine, uuid: str = "LVM-pool") -> None:
    """The root file system is on a device of device-mapper, on the machine's disk."""
    device = "sys/devices/virtual/block/dm-0"
    machine.write(f"{device}/uevent", "MAJOR=253\nMINOR=0\nDEVNAME=vda1")
    machine.write(f"{device}/dm/uuid", uuid)
    machine.write(f"{device}/dm/name", "vault")
    machine.write(f"{device}/dm/table", "0 4096 crypt aes-xts-plain64 :64:logon:x 0 254:1 4096")
    machine.link(f"{device}/slaves/vda1",
                 "sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda/vda1")
    machine.link("sys/dev/block/253:0", device)
    machine.write("proc/self/mountinfo", "23 1 253:0 / / rw - ext4 /dev/mapper/x rw")


def words(machine: Machine) -> list[str]:
    """What dracut was given."""
    return (machine.root / "dracut-words").read_text().splitlines()


def chosen_by_device(m: Machine) -> None:
    """A device that our image cannot bring up takes dracut, which gets all that it needs."""
    install(m)
    stack(m)
    started(m, BUILDER + STACKED, "No kdump initial ramdisk found.", f"Rebuilding {IMAGE}")
    given = words(m)
    for pair in (["--hostonly-mode", "strict"], ["--add", "kexec-kdump"],
                 ["--compress", "gzip -n -4"],
                 ["--mount", f"/dev/disk/by-uuid/{UUID} /sysroot ext4 noauto 0 0"],
                 [f"{m.root}/{STAGE}/image", VERSION]):
        at = given.index(pair[0])
        assert given[at:at + 2] == pair, given
    assert {"--hostonly", "--no-hostonly-default-device", "--force"} <= set(given)
    kept = m.root / "kept"
    assert (kept / "programs").read_text().splitlines() == sorted([
        f"{PREFIX}/lib/kdump/kdump-capture\t/usr/sbin/kdump-capture",
        f"{PREFIX}/sbin/vmcore-dmesg\t/usr/sbin/vmcore-dmesg", "/usr/bin/cp\t/usr/bin/cp",
    ], key=lambda line: line.split("\t")[1])
    assert f'ext4 "UUID={UUID}"\n' in (kept / "kdump.conf").read_text()
    assert (m.root / STAGE).stat().st_mode & 0o777 == 0o700
    assert not (m.root / STAGE / "image").exists()
    assert m.image.stat().st_mode & 0o777 == 0o600
    files = m.image_files()
    assert files["kdump/manifest"].startswith(b"image\t1\tdracut\n")
    assert files["kdump.conf"] == (kept / "kdump.conf").read_bytes()


def chosen_by_arguments(m: Machine) -> None:
    """So do arguments that only dracut can follow; all but --mount come last, where they win."""
    install(m)
    m.write("etc/kdump.conf", "core_collector cp\nextra_modules unwanted busx-pci\n"
            f"dracut_args --omit 'a b' --mount \"UUID={UUID} / ext4\" --add=nls --install=/etc/key")
    m.link("dev/disk/by-uuid/" + UUID, "dev/vda1")
    (m.root / "crash").mkdir()
    m.write("etc/kdump.conf", (m.root / "etc/kdump.conf").read_text() + "path /crash")
    reason = "dracut_args in /etc/kdump.conf asks for it"
    started(m, BUILDER + reason, "No kdump initial ramdisk found.", f"Rebuilding {IMAGE}")
    given = words(m)
    assert given[-6:-2] == ["--omit", "a b", "--add=nls", "--install=/etc/key"], given
    assert sum(word.startswith("--mount") for word in given) == 1
    assert given[given.index("--force-drivers") + 1] == "unwanted busx-pci"


def in_date(m: Machine) -> None:
    """Built anew when something changed that dracut looks at, saying what."""
    install(m)
    stack(m)
    m.write("etc/keys/vault", "secret")
    m.write("etc/kdump.conf", "core_collector cp\ndracut_args --install /etc/keys/vault")
    reason = BUILDER + STACKED
    files = "Detected change(s) in the following file(s):"
    started(m, reason, "No kdump initial ramdisk found.", f"Rebuilding {IMAGE}")
    m.run("stop")
    started(m, reason)
    for path in ("etc/keys/vault", "etc/crypttab", f"lib/modules/{VERSION}/modules.dep",
                 f"{MODULE}/module-setup.sh", "usr/bin/dracut"):
        m.run("stop")
        if (m.root / path).exists():
            os.utime(m.root / path, (1, 1))
        else:
            m.write(path, "new")
        started(m, reason, files, f"  /{path}", f"Rebuilding {IMAGE}")
    m.run("stop")
    m.write("sys/devices/virtual/block/dm-0/dm/uuid", "LVM-other")
    started(m, reason, "Detected change in File System", f"Rebuilding {IMAGE}")
    m.run("stop")
    m.write("etc/kdump.conf", "core_collector cp\ndracut_args --install /etc/keys/vault -v")
    started(m, reason, files, "  /etc/kdump.conf", f"Rebuilding {IMAGE}")


def to_and_fro(m: Machine) -> None:
    """The builder changes with the reason for it; what is loaded with an image goes by the image."""
    install(m)
    started(m, "No kdump initial ramdisk found.", f"Rebuilding {IMAGE}")
    m.run("stop")
    m.write("etc/kdump.conf", "core_collector cp --sparse=always\ndracut_args -a nls")
    done = m.run("start")
    assert "Detected change in the way the image is made" in done.stdout, done.stdout
    assert "(dracut's)" in done.stdout and "rd.systemd.gpt_auto=no" in done.stdout, done.stdout
    m.write("etc/kdump.conf", "core_collector cp --sparse=always")
    done = m.run("reload")
    assert "rd.systemd.gpt_auto=no" in done.stdout, done.stdout
    m.run("stop")
    m.write("etc/kdump.conf", "core_collector cp --sparse=always\nforce_no_rebuild 1")
    done = m.run("start")
    assert "rd.systemd.gpt_auto=no" in done.stdout, done.stdout
    m.run("stop")
    m.write("etc/kdump.conf", "core_collector cp --sparse=always")
    done = m.run("start")
    assert "rd.systemd.gpt_auto=no" not in done.stdout and BUILDER not in done.stdout, done.stdout


def command_line(m: Machine) -> None:
    """Nothing of the root is left, nor of shells; what is appended on purpose stays."""
    install(m)
    stack(m)
    m.write("proc/cmdline", "root=/dev/mapper/r rd.lvm.lv=a/b rd.luks.uuid=1 rd.luks=0 rd.shell=0 "
            "rd.md=0 rd.luks.options=tpm2-device=auto resume=/dev/sdb console=ttyS0")
    m.write("etc/sysconfig/kdump", 'KDUMP_COMMANDLINE_APPEND="x=y rd.break=mount"')
    line = re.search("--command-line=([^']*)'", m.run("start").stdout)[1].split()
    assert line[:4] == ["rd.luks.options=tpm2-device=auto", "console=ttyS0", "x=y",
                        "rd.break=mount"], line
    assert {"rd.systemd.gpt_auto=no", "rd.emergency=reboot"} <= set(line), line


def shown(m: Machine) -> None:
    """check and show say who builds, and why; an estimate knows that such an image needs more."""
    show = m.run("show").stdout
    assert "image builder:   kdumpctl\n" in show
    install(m)
    stack(m)
    assert f"image builder:   dracut: {STACKED}\n" in m.run("show").stdout
    assert f"{IMAGE} will be built at the next start; dracut builds it: {STACKED}\n" in \
        m.run("check").stdout
    m.run("start")
    assert f"{IMAGE} is in date; dracut builds it: {STACKED}\n" in m.run("check").stdout
    assert "Runtime reservation:     64M\n" in m.run("estimate").stdout


def not_there(m: Machine) -> None:
    """Without dracut one sentence, and the command that installs it; or our module for it."""
    stack(m)
    missing = f"the capture image has to be built by dracut, which is not installed: {STACKED}\n"
    refused(m, missing + "Install the package dracut.\n")
    for program, command in (("dnf", "dnf install dracut"),
                             ("apt-get", "apt-get install dracut-core")):
        m.program(m.root / f"usr/bin/{program}", "#!/bin/sh\n")
        refused(m, f"{missing}Install it: {command}\n")
    install(m)
    (m.root / MODULE / "module-setup.sh").unlink()
    refused(m, f"the capture image has to be built by dracut, which has no /{MODULE}/"
            f"module-setup.sh: {STACKED}\nInstall kexec-kdump's module for dracut there.\n")


def failing(m: Machine) -> None:
    """What dracut says is seen, with the way to try again; the image that was there stays."""
    install(m)
    stack(m)
    started(m, BUILDER + STACKED, "No kdump initial ramdisk found.", f"Rebuilding {IMAGE}")
    m.run("stop")
    before = m.image.read_bytes()
    (m.root / "dracut-fails").touch()
    done = m.run("rebuild")
    assert done.returncode == 1 and m.image.read_bytes() == before
    assert done.stderr.startswith(f"dracut: no\ncannot build {IMAGE}: dracut: it ended with "
                                  f"status 3\nTry it: KDUMP_STAGE=/{STAGE} "), done.stderr
    assert not [p for p in m.image.parent.iterdir() if p.name.endswith("-incomplete")]


def forgetful(m: Machine) -> None:
    """dracut goes on when a module of its fails: an image that would save nothing replaces none."""
    install(m)
    stack(m)
    started(m, BUILDER + STACKED, "No kdump initial ramdisk found.", f"Rebuilding {IMAGE}")
    before = m.image.read_bytes()
    unit = "etc/systemd/system/kdump-capture.service"
    for made, wanted in (("usr/bin/kdump-capture", "usr/sbin/kdump-capture"),
                         ("usr/bin/cp", "usr/bin/cp"), (unit, unit),
                         ("etc/kdump.conf", "etc/kdump.conf")):
        m.write("dracut-forgets", made)
        done = m.run("rebuild")
        assert done.returncode == 1 and m.image.read_bytes() == before
        assert done.stderr.startswith(f"cannot build {IMAGE}: dracut built an image without "
                                      f"/{wanted}\nSee why: KDUMP_STAGE=/{STAGE} "), done.stderr


def squashed(m: Machine) -> None:
    """What the capture runs may be in a file system in a file: all names that dracut gave it."""
    install(m)
    stack(m)
    for name in ("squash/root.img", "squash-root.img", "squashfs-root.img", "erofs-root.img"):
        m.write("dracut-squashes", name)
        done = m.run("rebuild")
        assert done.returncode == 0 and not done.stderr, done
        assert f"in the image's /{name}, which is not checked\n" in done.stdout, done.stdout
        assert name in {file.removeprefix("./") for file in m.image_files()}
    m.write("dracut-squashes", "other-root.img")
    done = m.run("rebuild")
    assert done.returncode == 1 and "dracut built an image without /" in done.stderr, done


def not_to_be_unpacked(m: Machine) -> None:
    """What a kernel unpacks, and we cannot, is taken with a warning; what none can is refused."""
    install(m)
    stack(m)
    start, size = bytes.fromhex("28b52ffd"), struct.pack("<Q", 1 << 40)  # RFC 8878: zstd
    made = f"/{STAGE}/image"
    for written, why in (
            (b"\x02\x21\x4c\x18", "is lz4-compressed, which cannot be unpacked here"),
            (b"BZh9", "is bzip2-compressed, which cannot be unpacked here"),
            (b"\x89LZO\0", "is lzo-compressed, which cannot be unpacked here"),
            (start + b"\xe0" + size, "unpacks to more than 1073741824 bytes")):
        (m.root / "dracut-writes").write_bytes(written)
        done = m.run("rebuild")
        assert done.returncode == 0 and m.image.read_bytes().endswith(written), done
        found = re.fullmatch("Warning: the image is not checked for what the capture runs: "
                             f"{made}:? {why}\n", done.stderr)
        assert found, done.stderr
        assert m.run("estimate").returncode == 0
    before = m.image.read_bytes()
    whole = gzip.compress(b"070701" + b"0" * 200)
    for written, why in ((whole[:-9], ": gzip data is cut short"), (b"<html>", ""), (b"", ""),
                         (whole, ""), (b"070701", "")):
        (m.root / "dracut-writes").write_bytes(written)
        done = m.run("rebuild")
        why = f"{made}{why or ' is no capture image, or is damaged'}"
        assert done.returncode == 1 and m.image.read_bytes() == before, done
        assert done.stderr.startswith(f"cannot build {IMAGE}: what dracut built is no good: {why}"
                                      f"\nSee why: KDUMP_STAGE=/{STAGE} "), done.stderr
    m.write("dracut-writes", "")
    m.write("usr/bin/dracut", "#!/bin/sh")
    done = m.run("rebuild")
    assert done.returncode == 1 and m.image.read_bytes() == before, done
    assert "/image: No such file or directory\nSee why: " in done.stderr, done.stderr


def not_over_the_network(m: Machine) -> None:
    """An image of dracut's has no network of ours: the word that takes one is named."""
    install(m)
    m.network()
    m.write("proc/self/mountinfo", "23 1 254:1 / / rw - ext4 /dev/vda1 rw\n"
            "24 23 0:40 / /var/crash rw - nfs4 store:/export rw,vers=4.2,addr=192.0.2.1")
    m.write("etc/kdump.conf", "core_collector cp\ndracut_args -v --omit xcat --add 'nls crypt' -q")
    refused(m, "kdump.conf:2: dracut_args: '--add' takes an image that dracut builds, which can "
            "only dump to block devices\nLeave it out: what a dump to nfs needs is found without "
            "it, and extra_modules, extra_bins and --install add to it.\n")


def passed_over(m: Machine) -> None:
    """What means nothing to an image of ours is told of, and takes no image of dracut's."""
    install(m)
    words = ("--omit 'xcat x' --omit-drivers=nouveau --compress xz -v --quiet --no-hostonly "
             "--no-hostonly-default-device -o resume --hostonly-mode strict -L5")
    told = ("dracut_args: passed over, as dracut does not build the image: --omit "
            "--omit-drivers=nouveau --compress -v --quiet --no-hostonly "
            "--no-hostonly-default-device -o --hostonly-mode -L5")
    m.write("etc/kdump.conf", f"core_collector cp\ndracut_args {words}")
    started(m, "No kdump initial ramdisk found.", told, f"Rebuilding {IMAGE}")
    assert not (m.root / "dracut-words").exists()
    m.run("stop")
    started(m)
    m.run("stop")
    m.network()
    m.write("proc/self/mountinfo", "23 1 254:1 / / rw - ext4 /dev/vda1 rw\n"
            "24 23 0:40 / /var/crash rw - nfs4 store:/export rw,vers=4.2,addr=192.0.2.1")
    done = m.run("start")
    assert done.returncode == 0 and told in done.stdout, done
    assert not (m.root / "dracut-words").exists()
    for bad in ("--omit", "-v --install", "-o"):
        m.write("etc/kdump.conf", f"core_collector cp\ndracut_args {bad}")
        done = m.run("start")
        assert done.returncode == 1, done
        assert f"dracut_args: {bad.split()[-1]} needs a value\n" in done.stderr, done.stderr


def followed_without_dracut(m: Machine) -> None:
    """Modules and files that it names are in an image of ours, as they are on the machine."""
    install(m)
    m.copy_program(Path(shutil.which("ls")), "/opt/list")
    m.write("etc/keys/one", "secret")
    (m.root / "etc/keys/one").chmod(0o600)
    m.write("etc/localtime", "TZif")
    m.write("etc/kdump.conf", "core_collector cp\ndracut_args --add-drivers 'busx-pci' "
            "--force-drivers=unwanted --install '/opt/list /etc/keys/one' -I/etc/localtime")
    started(m, "No kdump initial ramdisk found.", f"Rebuilding {IMAGE}")
    assert not (m.root / "dracut-words").exists()
    files = m.image_files()
    assert files["kdump/modules/order"].decode().split()[-1] == "unwanted.ko"
    assert "kdump/modules/unwanted.ko" in files and files["etc/keys/one"] == b"secret\n"
    assert files["opt/list"] == (m.root / "opt/list").read_bytes()
    modes = m.image_modes()
    assert (modes["etc/keys/one"], modes["opt/list"]) == (0o600, 0o755), modes
    assert "etc/localtime" in files
    m.run("stop")
    os.utime(m.root / "etc/keys/one", (1, 1))
    started(m, "Detected change(s) in the following file(s):", "  /etc/keys/one",
            f"Rebuilding {IMAGE}")
    for word, stderr in (
            ("--add-drivers nosuch", f"kernel {VERSION} has no module nosuch\nLeave it out.\n"),
            ("--install /none", "--install: there is no /none\nInstall it, or leave it out.\n"),
            ("--install /etc", "--install: /etc is no regular file\n"),
            ("-I none", "--install: none")):
        m.write("etc/kdump.conf", f"core_collector cp\ndracut_args {word}")
        done = m.run("restart")
        assert done.returncode == 1 and f"kdump.conf:2: dracut_args: {stderr}" in done.stderr, done


def passphrase_is_asked(m: Machine) -> None:
    """A warning, unless each encrypted layer opens by what crypttab says."""
    install(m)
    stack(m, "CRYPT-LUKS2-22-vault")
    says = ("the dump target is encrypted, and somebody has to type its passphrase on the capture "
            "kernel's console; kdump.conf(5), \"Encrypted targets\", says what else opens it\n")
    arguments = "core_collector cp\ndracut_args --install /etc/keys/vault"
    for crypttab, conf, asked in (
            (None, arguments, True), ("# /etc/keys/vault\nvault UUID=22", arguments, True),
            ("vault UUID=22 /etc/keys/vault luks", "core_collector cp", True),
            ("vault UUID=22 /etc/keys/vault luks", arguments, False),
            ("vault UUID=22 - luks,tpm2-device=auto", "core_collector cp", False),
            ("vault UUID=22 none luks", arguments, True)):
        m.write("etc/kdump.conf", conf)
        if crypttab:
            m.write("etc/crypttab", crypttab)
        assert (says in m.run("check").stdout) == asked, crypttab
        done = m.run("start")
        assert done.returncode == 0 and done.stderr == (f"Warning: {says}" if asked else ""), done
        m.run("stop")
