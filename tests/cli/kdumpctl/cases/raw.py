# SPDX-License-Identifier: GPL-2.0-or-later
"""Partitions without a file system."""

import os
import re

from expect import FAILED, IMAGE, check, fresh, image_conf, refused
from machine import Machine

UUID = "22222222-3333-4444-5555-666666666666"
# Plays makedumpfile: what comes in goes into the file, unless it is to fail.
MAKEDUMPFILE = """#!/bin/sh
[ "$1" = -R ] && cat >"$2" && chmod 644 "$2" && [ ! -e {root}/fails ]
"""


def with_partition(m: Machine, content: bytes = b"") -> None:
    """/dev/vda2, which has no file system, and is a raw target."""
    m.disk("vda2", 2, UUID)
    device = m.root / "dev/vda2"
    device.write_bytes(content.ljust(1 << 20, b"\0"))
    m.link("dev/disk/by-partuuid/0001-02", "dev/vda2")
    m.link("dev/disk/by-partuuid/0001-01", "dev/vda1")
    Machine.program(m.bin / "makedumpfile", MAKEDUMPFILE.format(root=m.root))
    m.write("etc/kdump.conf", "raw /dev/vda2\ncore_collector makedumpfile")
    m.copy_program(m.root / "usr/bin/cp", "/usr/bin/makedumpfile")


def image_names_the_partition(m: Machine) -> None:
    """By the one name that lasts, and with its drivers alone."""
    with_partition(m)
    conf = image_conf(m)
    assert conf[0] == 'raw "/dev/disk/by-partuuid/0001-02"', conf
    names = [name for name in m.image_files() if name.endswith(".ko")]
    assert "kdump/modules/disk.ko" in names and "kdump/modules/testfs.ko" not in names, names


def dump_is_taken_from_it(m: Machine) -> None:
    """Once; what is there is a file then, which only root may read."""
    stream = b"makedumpfile\0\0\0\0" + os.urandom(5000)
    with_partition(m, stream)
    lines = m.run("start").stdout.splitlines()
    match = re.fullmatch(r"Dump saved to (/var/crash/\d{4}-\d\d-\d\d-\d\d:\d\d/vmcore)", lines[0])
    assert match, lines
    file = m.root / match[1][1:]
    assert file.read_bytes().startswith(stream) and file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    device = (m.root / "dev/vda2").read_bytes()
    assert device[:512] == bytes(512) and device[512:5000] == stream[512:5000]
    m.run("stop")
    assert "Dump saved" not in m.run("start").stdout


def dump_that_cannot_be_taken(m: Machine) -> None:
    """It stays, nothing is left of the try, and the machine is armed."""
    with_partition(m, b"makedumpfile\0\0\0\0rest")
    m.write("fails", "")
    done = m.run("start")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ("Warning: a dump that may be on /dev/vda2 stays there: makedumpfile -R "
                           "failed, exitcode:1\n"), done.stderr
    assert not list((m.root / "var/crash").iterdir())
    assert (m.root / "dev/vda2").read_bytes().startswith(b"makedumpfile")


def other_devices(m: Machine) -> None:
    """What would lose files is refused or warned of; what has no name that lasts is refused."""
    with_partition(m)
    m.disk("vda3", 3, UUID)
    m.link("dev/disk/by-partuuid/0001-03", "dev/vda3")
    m.write("etc/kdump.conf", "raw /dev/vda3\ncore_collector cat")
    m.copy_program(m.root / "usr/bin/cp", "/usr/bin/cat")
    done = m.run("start")
    assert done.returncode == 0 and done.stderr == (
        "Warning: Detected 'ext4' signature on /dev/vda3, data loss is expected.\n"), done.stderr
    m.image.unlink()
    m.run("stop")
    m.write("etc/kdump.conf", "raw /dev/vda1")
    refused(m, "kdump.conf:1: /dev/vda1 is mounted at /, and would be overwritten\n"
               "Write ext4 /dev/vda1 to have dumps as files on it.\n")
    (m.root / "dev/disk/by-partuuid/0001-02").unlink()
    m.write("etc/kdump.conf", "raw /dev/vda2")
    refused(m, "kdump.conf:1: /dev/vda2 is no partition, and has no lasting name\n"
               "Make a partition for dumps on it.\n")
