# SPDX-License-Identifier: GPL-2.0-or-later
"""kdump-dep-generator: what is started for kdump.service, and before it, where that is asked for."""

import os
import subprocess

from machine import PREFIX, PROGRAMS, Machine

LINK = "kdump.service.wants/network-online.target"
EARLY = "sysinit.target.wants/kdump-early.service"


def generate(m: Machine, *folders: str, path: str = LINK) -> str | None:
    """What the link that it makes leads to. It says nothing, and never fails."""
    for folder in folders:
        (m.bin / folder).mkdir(exist_ok=True)
    done = subprocess.run([PROGRAMS / "kdump-dep-generator", f"--sysroot={m.root}",
                           *(m.bin / folder for folder in folders)], capture_output=True,
                          text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done
    for folder in folders[1:]:
        assert not list((m.bin / folder).iterdir())
    link = m.bin / folders[0] / path
    return os.readlink(link) if link.is_symlink() else None


def network_targets(m: Machine) -> None:
    """ssh and nfs, named in whichever way, and nodes of a cluster; again is fine."""
    for name, conf in (("ssh", "ssh dump@host"), ("nfs", "nfs host:/export\npath /"),
                       ("v6", "# x\n  nfs [2001:db8::1]:/export"),
                       ("fence", "ext4 /dev/vda1\nfence_kdump_nodes node2"),
                       ("dracut", 'dracut_args --mount "host:/export /mnt nfs defaults"')):
        m.write("etc/kdump.conf", conf)
        for _ in range(2):
            assert generate(m, name, f"{name}-early", f"{name}-late") == \
                "/usr/lib/systemd/system/network-online.target", conf


def local_targets(m: Machine) -> None:
    """No reason to wait."""
    for conf in ("", "path /var/crash", "ext4 /dev/vda1", "#ssh dump@host", "raw /dev/vda2"):
        m.write("etc/kdump.conf", conf)
        assert generate(m, "normal", "early", "late") is None, conf


def early_arming(m: Machine) -> None:
    """Where the command line asks for it, as dracut reads such a word."""
    unit = f"{PREFIX}/lib/systemd/system/kdump-early.service"
    for number, (words, wanted) in enumerate((
            ("rd.earlykdump", unit), ("rd.earlykdump=1", unit), ("rd.earlykdump=yes", unit),
            ("rd.earlykdump=0", None), ("rd.earlykdump=no", None), ("rd.earlykdump=off", None),
            ("rd.earlykdump=0 rd.earlykdump", unit), ("xrd.earlykdump rd.earlykdumps", None),
            ('x="rd.earlykdump"', None))):
        m.write("proc/cmdline", f"root=/dev/vda1 {words} ro")
        assert generate(m, f"{number}", f"{number}-early", path=EARLY) == wanted, words
    (m.root / "proc/cmdline").unlink()
    assert generate(m, "none", path=EARLY) is None


def without_a_folder(m: Machine) -> None:
    """Somebody who runs it to see what it does gets no files anywhere."""
    m.write("etc/kdump.conf", "ssh dump@host")
    for options in ((), (f"--sysroot={m.root}",)):
        done = subprocess.run([PROGRAMS / "kdump-dep-generator", *options], capture_output=True,
                              text=True, timeout=60, check=False)
        assert done.returncode == 1 and not done.stdout, done
        assert done.stderr.startswith("Usage: kdump-dep-generator FOLDER "), done.stderr


def never_fails_a_boot(m: Machine) -> None:
    """Whatever is in the file's place."""
    conf = m.root / "etc/kdump.conf"
    conf.unlink()
    assert generate(m, "none") is None
    for data in (b"ssh host", b"ssh dump@host\nnfs a:/b", b"ssh dump@host\npth /x\n",
                 b"ssh dump@host\r\n", b"\0ssh", b"ssh dump@host\n" + b"x" * (1 << 20)):
        conf.write_bytes(data)
        assert generate(m, "bad") is None, data[:40]
    conf.unlink()
    os.mkfifo(conf)
    assert generate(m, "fifo") is None
    conf.unlink()
    conf.mkdir()
    assert generate(m, "folder") is None


def folder_that_is_not_there(m: Machine) -> None:
    """It is told in the kernel's log, as there is no other one yet."""
    m.write("etc/kdump.conf", "ssh dump@host")
    log = m.root / "dev/kmsg"
    log.write_text("")
    done = subprocess.run([PROGRAMS / "kdump-dep-generator", f"--sysroot={m.root}",
                           m.bin / "no/such"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert log.read_text().startswith("<28>kdump: warning: cannot create "), log.read_text()
