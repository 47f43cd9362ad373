# SPDX-License-Identifier: GPL-2.0-or-later
"""check and show, which change nothing."""

import json
import os

from expect import FAILED, IMAGE, check, fresh
from machine import UUID, VERSION, Machine
from saved import reader, save

LABELS = ["Reserved crashkernel", "Recommended crashkernel", "Kernel image size",
          "Kernel modules size", "Initramfs size", "Page table size", "Collector size",
          "Runtime reservation"]
KERNEL = f"/boot/vmlinuz-{VERSION}"


def lines(m: Machine, status: int) -> dict[str, tuple[str, str, str]]:
    """Each check's result, text and remedy; what is printed for people says the same."""
    done = m.run("check", "--json")
    assert done.returncode == status and not done.stderr, done.stdout + done.stderr
    found = {c["check"]: (c["result"], c["text"] or "", c["remedy"] or "")
             for c in json.loads(done.stdout)}
    text = m.run("check")
    assert text.returncode == status
    for name, (result, says, remedy) in found.items():
        assert f"{result:8} {name:15} {says}\n" in text.stdout, text.stdout
        assert remedy in text.stdout
    return found


def all_is_well(m: Machine) -> None:
    """Everything is named; being not armed yet is a warning."""
    fresh(m)
    before = {p: p.stat().st_mtime_ns for p in m.root.rglob("*")}
    found = lines(m, 0)
    assert {p: p.stat().st_mtime_ns for p in m.root.rglob("*")} == before
    loaded = found.pop("loaded")
    assert loaded == ("warning", "Kdump is not operational", "systemctl start kdump")
    assert {result for result, _, _ in found.values()} == {"ok"}, found
    assert found["reservation"][1] == "256 MiB are reserved"
    assert found["capture kernel"][1] == KERNEL
    assert found["dump target"][1] == f"/var/crash of /dev/vda1 (ext4, UUID={UUID})"
    assert found["capture image"][1] == f"{IMAGE} is in date"
    m.run("start")
    assert lines(m, 0)["loaded"] == ("ok", "Kdump is operational", "")
    m.write("etc/kdump.conf", "core_collector cp")
    assert lines(m, 0)["capture image"][1].startswith(f"{IMAGE} is out of date"), found


def looking_changes_nothing(m: Machine) -> None:
    """Whatever a command has to show, also after a crash on purpose that is still to be told of."""
    fresh(m)
    m.write("var/lib/kdump/vmcore-creation.status", "pending kdump_test_id=1-000000002 boot=one")
    m.write("proc/sys/kernel/random/boot_id", "two")
    save(m)
    reader(m)
    os.utime(m.root / "usr/bin/cp", (1, 1))  # the image is out of date
    before = {p: (p.lstat().st_mtime_ns, p.lstat().st_size) for p in m.root.rglob("*")}
    for words in (("status",), ("status", "--json"), ("check",), ("show",), ("showmem",),
                  ("estimate",), ("get-default-crashkernel",), ("list",), ("info",), ("panic",)):
        done = m.run(*words)
        assert done.returncode == (3 if words[0] == "status" else 0), (words, done)
        after = {p: (p.lstat().st_mtime_ns, p.lstat().st_size) for p in m.root.rglob("*")}
        assert after == before, words


def several_failures(m: Machine) -> None:
    """Each is told with its remedy, what depends on it is skipped; start tells all of them."""
    m.write("sys/kernel/kexec_crash_size", "0")
    m.write("proc/cmdline", "ro")
    m.write("etc/kdump.conf", "paht /var/crash")
    m.write("proc/sys/kernel/kexec_load_disabled", "1")
    found = lines(m, 1)
    assert found["configuration"] == ("failure", "kdump.conf:1: Invalid kdump config option paht",
                                      "Did you mean 'path'?")
    assert found["reservation"][0] == found["permission"][0] == "failure"
    for name in ("capture kernel", "its abilities", "dump target", "capture image", "size",
                 "kexec"):
        assert found[name] == ("skipped", "", ""), found
    done = m.run("start")
    assert done.returncode == 1 and done.stdout == FAILED
    told = done.stderr.splitlines()
    for name in ("configuration", "reservation", "permission"):
        assert told.count(found[name][1]) == 1 and told.count(found[name][2]) == 1, done.stderr
    assert told[0] == found["configuration"][1] and len(told) == 6, done.stderr


def kernel_that_cannot_capture(m: Machine) -> None:
    """Its own configuration tells."""
    m.write(f"boot/config-{VERSION}", "CONFIG_CRASH_DUMP=y\n# CONFIG_PROC_VMCORE is not set\n"
            "CONFIG_BLK_DEV_INITRD=y")
    result, text, remedy = lines(m, 1)["its abilities"]
    assert result == "failure" and "no CONFIG_PROC_VMCORE=y" in text, text
    assert "KDUMP_KERNELVER" in remedy


def locked_down(m: Machine) -> None:
    """A warning: what is signed can be loaded."""
    m.write("sys/kernel/security/lockdown", "none [integrity] confidentiality")
    assert lines(m, 0)["permission"][0] == "warning"


def show(m: Machine) -> None:
    """The configuration in force, and the command as start runs it."""
    m.write("etc/kdump.conf", "path //var//crash\ncore_collector cp")
    out = m.run("show").stdout.splitlines()
    shown = dict(line.split(":", 1) for line in out)
    assert shown["path"].strip() == "/var/crash" and shown["capture image"].strip() == IMAGE
    assert not m.image.exists()
    started = m.run("start").stdout.splitlines()
    command = next(line for line in started if line.startswith("kexec command: "))
    assert shown["kexec command"].strip() == command.removeprefix("kexec command: ")
    m.write("etc/kdump.conf", "path relative")
    check(m.run("show"), 1, "", "kdump.conf:1: path must begin with '/', not 'relative'\n")


def bzimage(m: Machine, init_size: int) -> None:
    """A kernel's header, as far as it says what it needs."""
    header = bytearray(0x264)
    header[0x202:0x208] = b"HdrS" + (0x20f).to_bytes(2, "little")
    header[0x260:0x264] = init_size.to_bytes(4, "little")
    (m.root / KERNEL[1:]).write_bytes(header)


def estimate(m: Machine) -> None:
    """By kernel, image and memory; too small a reservation is warned of where it counts."""
    bzimage(m, 48 << 20)
    m.write("proc/iomem", "100000-4000fffff : System RAM")
    done = m.run("estimate")
    assert done.returncode == 1
    assert done.stderr.endswith("\n`kdumpctl rebuild` builds the capture image.\n"), done.stderr
    fresh(m)
    parts = dict(line.split(":", 1) for line in m.run("estimate").stdout.splitlines() if line)
    assert list(parts) == LABELS, parts
    size = {name: int(text.split("M")[0]) for name, text in parts.items()}
    assert size["Reserved crashkernel"] == 256 and size["Kernel image size"] == 48, parts
    assert size["Collector size"] == 1 and size["Runtime reservation"] == 16, parts
    assert 72 <= size["Recommended crashkernel"] <= 96, parts
    assert size["Recommended crashkernel"] % 8 == 0 and "WARNING" not in parts

    bzimage(m, 300 << 20)
    parts = dict(line.split(":", 1) for line in m.run("estimate").stdout.splitlines() if line)
    assert parts["WARNING"].startswith(" Current crashkernel size is lower than recommended size")
    assert lines(m, 0)["size"][0] == "warning"
    done = m.run("start")
    assert done.returncode == 0
    assert done.stderr.startswith("WARNING: 256 MiB are reserved; the capture kernel is likely "
                                  "to need 3"), done.stderr
