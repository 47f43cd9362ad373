# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture kernel that booted the whole system: kdump.service saves, and arms nothing."""

import functools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from expect import FAILED, check
from machine import TOP, Machine
from saved import CRASH, reader, save

CORE = TOP / "tests/cores/multi-line.core"
MAKE = "import sys, mkcore; sys.stdout.buffer.write(mkcore.Core(sys.stdin.read()).build())"
FIRST = "This kernel was started by the crash of another one: saving its memory\n"
FILES = ["capture.json", "kexec-dmesg.log", "vmcore", "vmcore-dmesg.txt"]


@functools.cache
def memory(more: bytes = b"") -> bytes:
    """The dead kernel's, made of CORE."""
    return subprocess.run([sys.executable, "-B", "-c", MAKE], input=CORE.read_bytes() + more,
                          cwd=CORE.parent, capture_output=True, check=True).stdout


def crashed(m: Machine, conf: str = "core_collector builtin") -> None:
    """The machine as its capture kernel has it, which nothing was reserved for."""
    if not (m.bin / "vmcore-dmesg").exists():
        reader(m)
    (m.root / "proc/vmcore").write_bytes(memory())
    m.write("sys/kernel/kexec_crash_size", "0")
    m.write("etc/kdump.conf", conf)
    m.program(m.bin / "systemctl", f'#!/bin/sh\necho "$@" >>{m.bin}/ended\n')


def ended(machine: Machine) -> str:
    """What systemd was told since the last call of this; and nothing was loaded."""
    assert not (machine.root / "kexec-calls").exists() and not machine.image.exists()
    file = machine.bin / "ended"
    told = file.read_text() if file.exists() else ""
    file.unlink(missing_ok=True)
    return told


def only_dump(m: Machine, folder: str = CRASH) -> Path:
    """The one that was saved, and taken away again by the next call of this."""
    (dump,) = (m.root / folder).iterdir()
    assert re.fullmatch(r"127\.0\.0\.1-\d{4}-\d\d-\d\d-\d\d:\d\d:\d\d", dump.name), dump
    assert dump.stat().st_mode & 0o777 == 0o700
    return dump.rename(m.bin / dump.name)


def saved(m: Machine) -> None:
    """Where the configuration says, by which program it says, with all that belongs to a dump."""
    (m.root / "srv/dumps").mkdir(parents=True)
    for collector in ("builtin", "cp --sparse=always"):
        crashed(m, f"path /srv/dumps\ncore_collector {collector}\nfinal_action halt")
        done = m.run("start")
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.startswith(f"{FIRST}Dump saved to ROOT/srv/dumps/127.0.0.1-")
        assert "kdump: saving vmcore complete\n" in done.stderr, done.stderr
        assert ended(m) == "--no-block halt\n"
        dump = only_dump(m, "srv/dumps")
        files = sorted(file.name for file in dump.iterdir())
        assert files == FILES, f"{files}: {done.stderr}"
        assert (dump / "vmcore").read_bytes() == memory()
        assert (dump / "vmcore-dmesg.txt").read_text() == CORE.with_suffix(".expect").read_text()
        assert json.loads((dump / "capture.json").read_text())["result"] == "complete"
        shutil.rmtree(dump)


def one_crash_too_many(m: Machine) -> None:
    """crash_loop counts here as in the image: the machine is not restarted after the second one."""
    for number, verb in enumerate(("reboot", "halt"), 1):
        crashed(m, "core_collector builtin\ncrash_loop 2 600 halt")
        done = m.run("start")
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"kdump: crash_loop: dump {number} within 600 s, of 2\n" in done.stderr, done.stderr
        assert ended(m) == f"--no-block {verb}\n"
    check(m.run("early"), 1, "",
          "Not armed early: this kernel was started by the crash of another one\n")


def whatever_is_configured(m: Machine) -> None:
    """What cannot be written to, or is not understood, leaves the default dump path."""
    for conf, why in (("pth /srv", "kdump.conf:1: Invalid kdump config option pth\n"),
                      ("path /none", "kdump.conf:1: Dump path /none does not exist.\nwarning: "
                       "Create it: mkdir -p /none\nThe dump goes to /var/crash.\n"),
                      ("ssh dump@host", "The dump goes to /var/crash.\n"),
                      ("core_collector /opt/none", "/opt/none: not a program\n")):
        crashed(m, conf)
        done = m.run("start")
        assert done.returncode == 0, done.stdout + done.stderr
        assert why in done.stderr, done.stderr
        assert ended(m) == "--no-block reboot\n"
        dump = only_dump(m)
        assert (dump / "vmcore").read_bytes() == memory()
        shutil.rmtree(dump)


def clock_and_room(m: Machine) -> None:
    """Dated no earlier than the crash; old dumps go where all of the memory might not fit."""
    for day in ("01", "02"):
        save(m, f"127.0.0.1-2020-01-{day}-00:00:00", vmcore="x")
    m.program(m.bin / "collect", '#!/bin/sh\necho memory >"$2"\n')
    crashed(m, f"core_collector {m.bin}/collect\nkeep_dumps 1")
    vmcore = m.root / "proc/vmcore"
    vmcore.write_bytes(memory(b"key CRASHTIME 4102444800\n"))
    space = os.statvfs(m.root)
    os.truncate(vmcore, space.f_bavail * space.f_frsize + (1 << 30))
    done = m.run("start")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kdump: removed the old dump 127.0.0.1-2020-01-01-00:00:00\n" in done.stderr, done.stderr
    assert f"Dump saved to ROOT/{CRASH}/127.0.0.1-2100-01-01-00:00:00/\n" in done.stdout, done.stdout
    assert len(list((m.root / CRASH).iterdir())) == 2


def machines_with_one_folder(m: Machine) -> None:
    """Named as by the image; only this machine's dumps count, and give way."""
    m.shared_crash()
    own = [f"web-0123abcd-2020-01-0{day}-00:00:00" for day in (1, 2)]
    stay = ["127.0.0.1-2020-01-01-00:00:00", "db-0123abcd-2020-01-01-00:00:00"]
    for name in [*own, *stay]:
        save(m, name, vmcore="x")
    m.program(m.bin / "collect", '#!/bin/sh\necho memory >"$2"\n')
    crashed(m, f"core_collector {m.bin}/collect\nkeep_dumps 1")
    vmcore = m.root / "proc/vmcore"
    space = os.statvfs(m.root)
    os.truncate(vmcore, space.f_bavail * space.f_frsize + (1 << 30))
    done = m.run("start")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"kdump: removed the old dump {own[0]}\n" in done.stderr, done.stderr
    saved_to = re.search(f"Dump saved to ROOT/{CRASH}/(web-0123abcd-[-:0-9]*)/\n", done.stdout)
    assert saved_to, done.stdout
    left = sorted(path.name for path in (m.root / CRASH).iterdir())
    assert left == sorted([own[1], *stay, saved_to[1]]), left
    (m.root / "etc/machine-id").unlink()
    done = m.run("start")
    assert "told apart by the machine ID" in done.stderr, done.stderr
    assert f"Dump saved to ROOT/{CRASH}/127.0.0.1-" in done.stdout, done.stdout
    assert len(list((m.root / CRASH).iterdir())) == len(left) + 1


def target_that_fails(m: Machine) -> None:
    """As if it had not been mounted: the dump goes to the default path, and the end is a dump's."""
    (m.root / "srv/dumps").mkdir(parents=True)
    m.program(m.bin / "collect",
              '#!/bin/sh\ncase $2 in */srv/*) rm -r "${2%/*}"; exit 1; esac\nexec cp "$1" "$2"\n')
    crashed(m, f"path /srv/dumps\ncore_collector {m.bin}/collect\nfailure_action poweroff")
    done = m.run("start")
    assert done.returncode == 0, done.stdout + done.stderr
    assert ("warning: saving vmcore failed, exitcode:1\nThe dump goes to /var/crash.\n"
            in done.stderr), done.stderr
    assert f"Dump saved to ROOT/{CRASH}/127.0.0.1-" in done.stdout, done.stdout
    assert ended(m) == "--no-block reboot\n"
    assert (only_dump(m) / "vmcore").read_bytes() == memory()


def failure(m: Machine) -> None:
    """failure_action is done; with a shell, the system that is there already stays. What is left of
    dump_to_rootfs, which was tried, is final_action.
    """
    (m.root / CRASH).rmdir()
    m.write(CRASH, "")
    for action, told in (("poweroff", "--no-block poweroff\n"), ("shell", ""),
                         ("dump_to_rootfs", "--no-block reboot\n"),
                         ("dump_to_rootfs\nfinal_action halt", "--no-block halt\n")):
        crashed(m, f"core_collector builtin\nfailure_action {action}")
        done = m.run("start")
        assert done.returncode == 1 and done.stdout.endswith(FAILED), done.stdout + done.stderr
        assert "/var/crash" in done.stderr, done.stderr
        assert ended(m) == told


def nothing_is_armed(m: Machine) -> None:
    """Neither by restart nor by reload; an empty file, as without a crash, means nothing."""
    crashed(m)
    for command in ("restart", "reload"):
        check(m.run(command), 1, FAILED, "this kernel was started by the crash of another one\n"
              "`kdumpctl start` saves that one's memory and ends the machine's run; the next boot "
              "can be armed.\n")
    assert ended(m) == "" and not list((m.root / CRASH).iterdir())
    (m.root / "proc/vmcore").write_bytes(b"")
    m.write("sys/kernel/kexec_crash_size", str(256 << 20))
    m.write("etc/kdump.conf", "core_collector cp")
    assert m.run("start").stdout.endswith("Starting kdump: [OK]\n")
